//! Inputs that are not what they were when the run began: it is noticed, whenever they change, and nothing that was made of
//! the others is used.

use crate::agree::{Kind, Outputs, settle_in_parts, whole, write};
use crate::tables::{Sizes, Tables};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use yibao::batch::checkpoint::WorkDir;
use yibao::batch::run::RunError;
use yibao::data::{DataError, Inputs, LEAST_MEMORY_BYTES, PartedInputs};

/// Tables that are several blocks long, in the order of persons or not.
fn inputs(sorted: bool, place: &TempDir) -> Inputs {
    let tables = Tables::of(Sizes {
        seed: 3,
        persons: 14,
        claims: 90,
        padding: 30_000,
    });
    let tables = if sorted { tables.sorted() } else { tables };
    write(&tables, Kind::Csv, 1, place.path())
}

fn claims(inputs: &Inputs) -> PathBuf {
    inputs.claims[0].path.clone()
}

/// Gives every bill of 5,000 yuan, or the other way round, another thousand; the file is as long as before.
fn raise(claims: &Path) {
    let before = std::fs::read_to_string(claims).unwrap();
    let after = before.replace(",5000.00,", ",6000.00,");
    assert_ne!(before, after);
    std::fs::write(claims, after).unwrap();
}

#[test]
fn a_file_that_changes_after_it_was_looked_through_is_named() {
    for sorted in [true, false] {
        let place = tempfile::tempdir().unwrap();
        let inputs = inputs(sorted, &place);
        let opened = PartedInputs::open(&inputs, place.path(), LEAST_MEMORY_BYTES, Some(1)).unwrap();
        raise(&claims(&inputs));
        match opened.survey() {
            Err(DataError::Changed { path }) => assert_eq!(Path::new(&path), claims(&inputs)),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("nothing was noticed"),
        }
    }
}

/// When the file changes, some parts are done; others are made of what is there now, and kept, before its end is reached.
#[test]
fn what_was_made_of_another_content_is_made_again() {
    let place = tempfile::tempdir().unwrap();
    let inputs = inputs(true, &place);
    let expected = whole(&inputs, None);
    let as_it_was = std::fs::read(claims(&inputs)).unwrap();
    let (work, out) = (place.path().join("work"), place.path().join("out"));
    let settle = |part_done: &(dyn Fn() + Sync)| {
        let work = WorkDir::lasting(&work).unwrap();
        settle_in_parts(&inputs, None, 1, (work, &out), part_done)
    };
    let changed = AtomicBool::new(false);
    let first = settle(&|| {
        if !changed.swap(true, Ordering::SeqCst) {
            raise(&claims(&inputs));
        }
    });
    assert!(
        matches!(&first, Err(RunError::Data(DataError::Changed { .. }))),
        "{first:?}"
    );
    assert!(!out.exists());
    let kept = |name: &str| work.join(name).exists();
    assert!(kept("part-00000") && kept("part-00001"));
    let other = settle(&|| ());
    assert!(
        matches!(&other, Err(RunError::Data(DataError::OtherRun { .. }))),
        "{other:?}"
    );
    std::fs::write(claims(&inputs), as_it_was).unwrap();
    assert!(settle(&|| ()).unwrap() > 4);
    assert_eq!(expected.difference(&Outputs::read(&out), true), None);
}
