//! Groups the messages on standard input, one a line: writes `GROUP<TAB>TEMPLATE` for each, in order.
//!
//! For measuring how well messages are grouped; it knows nothing of any set of messages.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufWriter, Write as _};

use plexcore::log::template::{Masked, Masking, mask, mine};

fn main() -> io::Result<()> {
    let (maskings, messages) = read()?;
    let templates = mine(&maskings);
    let mut group = vec![0; maskings.len()];
    for (index, template) in templates.iter().enumerate() {
        for member in &template.members {
            group[*member] = index;
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for masking in messages {
        let template = &templates[group[masking]];
        writeln!(out, "{:016x}\t{}", template.id, template.text)?;
    }
    out.flush()
}

/// The distinct maskings, and for each message the index of its own.
fn read() -> io::Result<(Vec<Masking>, Vec<usize>)> {
    let mut masked = Masked::default();
    let mut maskings: Vec<Masking> = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut messages = Vec::new();
    for line in io::stdin().lock().split(b'\n') {
        mask(&line?, &mut masked);
        let index = *known.entry(masked.hash()).or_insert_with(|| {
            maskings.push(Masking {
                text: masked.text().to_vec(),
                count: 0,
            });
            maskings.len() - 1
        });
        maskings[index].count += 1;
        messages.push(index);
    }
    Ok((maskings, messages))
}
