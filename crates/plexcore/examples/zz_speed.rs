//! tmp
use plexcore::log::template::{Masked, mask};
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let t = std::fs::read(f).unwrap();
    let lines: Vec<&[u8]> = t.split(|b| *b == b'\n').collect();
    let mut m = Masked::default();
    for _ in 0..3 {
    let t0 = std::time::Instant::now();
    let mut x = 0;
    let mut n = 0;
    while n < 300_000_000 {
    for l in &lines { mask(l, &mut m); x ^= m.hash(); n += l.len() + 1; }
    }
    println!("{x:x} {:.0} MB/s", n as f64 / 1e6 / t0.elapsed().as_secs_f64());
    }
}
