//! Any bytes get a verdict in both modes, and the whole analysis agrees with the verdict alone.

#![no_main]

use libfuzzer_sys::fuzz_target;
use python27::{Mode, analyse, check};

fuzz_target!(|source: &[u8]| {
    let name = "sample.py";
    let analysis = analyse(source, name);
    assert_eq!(analysis.string, check(source, Mode::String));
    assert_eq!(analysis.file, check(source, Mode::File { name }));
});
