//! Payments and events in any shape, up to the first line that is only `--`, are taken or refused, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yibao::batch::{Options, settle_all};
use yibao::data::source::Source;
use yibao::data::{Inputs, LoadOptions, load_sources};
use yibao::scenario::Scenario;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

const PERSONS: &str =
    "psn_no,brdy,psn_type,death_date\nP1,1980-01-01,,\nP2,2022-08-31,,2023-05-05\nP3,2003-02-28,1404,\n";
const CLAIMS: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt\n\
    A,P1,21,H1,02,2023-03-02,2023-03-08,12000\nB,P2,21,H1,02,2023-03-02,2023-03-08,12000\n\
    C,P3,21,H1,02,2023-12-02,2024-01-08,12000\n";

fuzz_target!(|text: &[u8]| {
    let cut = text.windows(4).position(|window| window == b"\n--\n");
    let (payments, events) = match cut {
        Some(at) => (&text[..=at], &text[at + 4..]),
        None => (text, &b"psn_no,event,event_date\n"[..]),
    };
    let source = |path: &str, bytes: &[u8]| Source::from_reader(path, bytes);
    let (Ok(persons), Ok(claims)) = (
        source("p.csv", PERSONS.as_bytes()),
        source("c.csv", CLAIMS.as_bytes()),
    ) else {
        return;
    };
    let (Ok(payments), Ok(events)) = (source("e.csv", payments), source("v.csv", events)) else {
        return;
    };
    let inputs = Inputs {
        enrolments: vec![payments],
        events: vec![events],
        ..Inputs::new(persons, claims)
    };
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
