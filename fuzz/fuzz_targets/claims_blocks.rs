//! Claims read as a whole, block by block, and in parts by person: the same rows, rejects and sums, whatever the bytes.
//! Blocks, parts and the longest quoted field are a few bytes while fuzzing, so short inputs have many of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use yibao::data::source::Source;
use yibao::data::{
    ClaimTotals, DataError, InputFile, Inputs, LEAST_MEMORY_BYTES, LoadOptions, Loaded, PartedInputs, Parts,
    Reject, load, load_sources,
};
use yibao::scenario::Scenario;

static JINAN: LazyLock<Scenario> = LazyLock::new(|| Scenario::jinan().unwrap());
static YEARS: LazyLock<Vec<i32>> = LazyLock::new(|| JINAN.years());
static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let place = std::env::temp_dir().join(format!("yibao-claims_blocks-{}", std::process::id()));
    fs::create_dir_all(place.join("work")).unwrap();
    fs::write(place.join("p.csv"), PERSONS).unwrap();
    place
});

const PERSONS: &str = "psn_no,brdy,psn_type\nP1,1980-01-01,\nP2,2022-08-31,\nP3,2003-02-28,1404\n";
/// What a claims file needs to begin with.
const HEADER: &[u8] = b"mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt\n";

/// What no way of reading may change.
fn shown(loaded: &Loaded) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        loaded.caseload, loaded.rejects, loaded.files, loaded.totals, loaded.warnings
    )
}

/// All parts: their sums, and what they reject, in the order of the file.
fn in_parts(inputs: &Inputs, options: &LoadOptions<'_>) -> Result<(ClaimTotals, Vec<Reject>), DataError> {
    let work = PLACE.join("work");
    let inputs = PartedInputs::open(inputs, &work, LEAST_MEMORY_BYTES, Some(1))?;
    let survey = inputs.survey()?;
    let mut parts = Parts::new(&inputs, &survey)?;
    let (mut totals, mut rejects) = (ClaimTotals::default(), Vec::new());
    while let Some((_, loaded)) = parts.next(options, None)? {
        let loaded = loaded.expect("no part is known");
        totals.merge(&loaded.totals);
        rejects.extend(loaded.rejects);
    }
    rejects.sort_by_key(|reject| (reject.role, reject.file, reject.line));
    Ok((totals, rejects))
}

fuzz_target!(|bytes: &[u8]| {
    // Most inputs are rows; some bring a header of their own.
    let claims = match bytes.split_first() {
        Some((b'!', rest)) => rest.to_vec(),
        _ => [HEADER, bytes].concat(),
    };
    let (persons_path, claims_path) = (PLACE.join("p.csv"), PLACE.join("c.csv"));
    fs::write(&claims_path, &claims).unwrap();
    let options = LoadOptions {
        codebook: JINAN.codebook(),
        years: &YEARS,
        only_year: None,
    };
    let source =
        |path: &PathBuf, bytes: &[u8]| Source::from_reader(&path.display().to_string(), bytes).unwrap();
    let persons = source(&persons_path, PERSONS.as_bytes());
    let whole = load_sources(Inputs::new(persons, source(&claims_path, &claims)), &options);
    let inputs = Inputs::<InputFile>::new(persons_path.as_path(), claims_path.as_path());
    let blocks = load(&inputs, &options);
    let parts = in_parts(&inputs, &options);
    match (whole, blocks, parts) {
        (Ok(whole), Ok(blocks), Ok((totals, rejects))) => {
            assert_eq!(shown(&whole), shown(&blocks));
            assert_eq!((whole.totals, whole.rejects), (totals, rejects));
        }
        (Err(_), Err(_), Err(_)) => {}
        (whole, blocks, parts) => panic!(
            "usable or not? {:?} {:?} {:?}",
            whole.err(),
            blocks.err(),
            parts.err()
        ),
    }
});
