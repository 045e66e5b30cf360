//! Rows of claims in any shape: they settle or are rejected, and nothing panics on the way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yibao::batch::{Options, settle_all};
use yibao::data::source::Source;
use yibao::data::{Inputs, LoadOptions, load_sources};
use yibao::scenario::Scenario;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

const PERSONS: &str = "psn_no,brdy,psn_type\nP1,1980-01-01,\nP2,2022-08-31,\nP3,2003-02-28,1404\n";

fuzz_target!(|claims: &[u8]| {
    let source = |path: &str, bytes: &[u8]| Source::from_reader(path, bytes);
    let (Ok(persons), Ok(claims)) = (source("p.csv", PERSONS.as_bytes()), source("c.csv", claims)) else {
        return;
    };
    let inputs = Inputs::new(persons, claims);
    let years = JINAN.years();
    let options = LoadOptions {
        codebook: JINAN.codebook(),
        years: &years,
        only_year: None,
    };
    if let Ok(loaded) = load_sources(inputs, &options) {
        settle_all(&JINAN, &loaded.caseload, Options::default(), &|_| {});
    }
});
