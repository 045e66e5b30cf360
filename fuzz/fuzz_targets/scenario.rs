//! A scenario of any text compiles or is explained, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yibao::scenario::{Scenario, Source};

fuzz_target!(|text: &str| {
    let source = Source {
        name: "fuzzed.toml".into(),
        text: text.to_string(),
    };
    if let Err(error) = Scenario::from_source(source) {
        let _ = error.to_string();
    }
});
