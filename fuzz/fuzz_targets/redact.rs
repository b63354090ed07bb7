//! Any text is redacted without a panic, to valid text, and twice is once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plexcore::redact::{Level, Options, Redactor};

fuzz_target!(|text: &str| {
    for (level, pseudonymise) in [
        (Level::Full, false),
        (Level::SecretsOnly, false),
        (Level::Full, true),
    ] {
        let redactor = Redactor::new(Options {
            level,
            pseudonymise,
        });
        let once = redactor.redact(text).into_owned();
        assert_eq!(redactor.redact(&once), once);
    }
});
