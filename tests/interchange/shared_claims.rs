//! The shared inpatient claims: a real file with the flaws of its source. Not part of the package, so the test says so
//! and passes where they are absent.

use std::path::Path;
use yibao::data::codebook::CodeBook;
use yibao::data::{Inputs, LoadOptions, Loaded, Reason, Tally, load};
use yibao::money::Fen;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/inpatient-claims");

fn load_shared(years: &[i32], only_year: Option<i32>) -> Option<Loaded> {
    let dir = Path::new(SHARED);
    if !dir.is_dir() {
        eprintln!("skipped: no shared inpatient claims beside the package");
        return None;
    }
    let inputs = Inputs::new(dir.join("persons.csv.gz"), dir.join("claims.csv.gz"));
    let codebook = CodeBook::default();
    Some(
        load(
            &inputs,
            &LoadOptions {
                codebook: &codebook,
                years,
                only_year,
            },
        )
        .unwrap(),
    )
}

fn tally(rows: u64, fen: i64) -> Tally {
    Tally {
        rows,
        sum: Fen::new(fen),
    }
}

fn count(loaded: &Loaded, reason: Reason) -> usize {
    loaded
        .rejects
        .iter()
        .filter(|reject| reject.reason == reason)
        .count()
}

// The expected figures were computed independently of this program, from the same files.

#[test]
fn every_row_is_accounted_for() {
    let Some(loaded) = load_shared(&[2020, 2021], None) else {
        return;
    };
    assert_eq!(loaded.totals.read, tally(40_952, 30_559_531_390));
    assert_eq!(loaded.totals.accepted, tally(40_869, 30_505_874_445));
    assert_eq!(loaded.totals.rejected, tally(83, 53_656_945));
    assert_eq!(loaded.totals.skipped, tally(0, 0));
    assert_eq!(count(&loaded, Reason::NonPositiveTotal), 49);
    assert_eq!(count(&loaded, Reason::RepeatedId), 34);
    let lines = |reason| {
        let lines = loaded
            .rejects
            .iter()
            .filter(move |reject| reject.reason == reason);
        lines.map(|reject| reject.line).take(5).collect::<Vec<_>>()
    };
    assert_eq!(lines(Reason::RepeatedId), [632, 1366, 1815, 3605, 6531]);
    assert_eq!(lines(Reason::NonPositiveTotal), [1209, 2380, 2473, 2533, 2603]);
    assert_eq!(loaded.caseload.persons.len(), 90_000);
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(
        loaded.files[1].sha256.as_deref(),
        Some("a549b4467ec6977c8c522284d59091e32e8aa2573f4438d7556790156512f0cb")
    );
}

#[test]
fn years_without_figures_and_years_not_asked_for() {
    let Some(loaded) = load_shared(&[2021], None) else {
        return;
    };
    assert_eq!(loaded.totals.accepted, tally(19_718, 15_122_158_738));
    assert_eq!(count(&loaded, Reason::NoFiguresForYear), 21_188);
    assert_eq!(count(&loaded, Reason::RepeatedId), 34);
    let Some(loaded) = load_shared(&[2020, 2021], Some(2020)) else {
        return;
    };
    assert_eq!(loaded.totals.accepted, tally(21_151, 15_383_715_707));
    assert_eq!(loaded.totals.skipped, tally(19_730, 15_120_972_338));
    assert_eq!(loaded.totals.rejected, tally(71, 54_843_345));
}
