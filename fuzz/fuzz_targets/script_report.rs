//! The script's own way of reading, on any bytes: never a panic, and the same in pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plexcore::report::legacy::{self, Gathered, Gatherer};
use plexcore::stamp::Stamp;

fn report(pieces: &[&[u8]]) -> Vec<u8> {
    let mut gathered = Gathered::default();
    let chained: Vec<u8> = pieces.concat();
    let _ = Gatherer::new(Some(Stamp(0))).read(chained.as_slice(), &mut gathered);
    let mut out = Vec::new();
    let _ = legacy::write(&mut out, Stamp(0), "24", &[("any".to_owned(), gathered)]);
    out
}

fuzz_target!(|data: &[u8]| {
    let out = report(&[data]);
    assert!(String::from_utf8(out).is_ok());
});
