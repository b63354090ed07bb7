//! tmp
use plexcore::log::template::{Masked, mask};
fn main() { let mut m = Masked::default(); for l in std::io::stdin().lines() { mask(l.unwrap().as_bytes(), &mut m); println!("{}", String::from_utf8_lossy(m.text())); } }
