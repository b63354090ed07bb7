//! Groups the messages on standard input, one a line: writes `GROUP<TAB>TEMPLATE` for each, in order.
use std::collections::HashMap;
use std::io::{self, BufRead as _, Write as _};

use plexcore::log::template::{Masked, Masking, mask, mine};

fn main() -> io::Result<()> {
    let mut masked = Masked::default();
    let mut maskings: Vec<Masking> = Vec::new();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut lines = Vec::new();
    for line in io::stdin().lock().split(b'\n') {
        mask(&line?, &mut masked);
        let index = *known.entry(masked.text().to_vec()).or_insert_with(|| {
            maskings.push(Masking {
                text: masked.text().to_vec(),
                count: 0,
            });
            maskings.len() - 1
        });
        maskings[index].count += 1;
        lines.push(index);
    }
    let templates = mine(&maskings);
    let mut owner = vec![0; maskings.len()];
    for (at, template) in templates.iter().enumerate() {
        for member in &template.members {
            owner[*member] = at;
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for index in lines {
        let template = &templates[owner[index]];
        writeln!(out, "{:016x}\t{}", template.id, template.text)?;
    }
    out.flush()
}
