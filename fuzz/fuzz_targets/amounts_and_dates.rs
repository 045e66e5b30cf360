//! A single cell as an amount, a rate, a birthday and a total: read exactly or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yibao::data::source::Source;
use yibao::data::{Inputs, LoadOptions, load_sources};
use yibao::money::{Fen, Rate};
use yibao::scenario::Scenario;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());

fuzz_target!(|cell: &str| {
    if let Ok(fen) = Fen::parse_yuan(cell) {
        // What was read is what is written.
        assert_eq!(Fen::parse_yuan(&fen.to_string()), Ok(fen));
    }
    let _ = Rate::parse(cell);
    let persons = format!("psn_no,brdy\nP1,\"{}\"\n", cell.replace('"', "\"\""));
    let claims = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt\n";
    let claims = format!("{claims}A,P1,21,H1,\"{cell}\",\"{cell}\",\"{cell}\"\n");
    let source = |text: &str| Source::from_reader("f.csv", text.as_bytes());
    let (Ok(persons), Ok(claims)) = (source(&persons), source(&claims)) else {
        return;
    };
    let years = JINAN.years();
    let options = LoadOptions {
        codebook: JINAN.codebook(),
        years: &years,
        only_year: None,
    };
    let inputs = Inputs::new(persons, claims);
    let _ = load_sources(inputs, &options);
});
