//! Pages of a Parquet column that hold anything: decoded or refused, with no panic, and the same by one row as by many.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use yibao::data::fuzzed::{FuzzedPage, decode_column};

#[derive(Arbitrary, Clone, Debug)]
struct Column {
    kind: u8,
    nullable: bool,
    rows: u16,
    pages: Vec<PageOf>,
}

#[derive(Arbitrary, Clone, Debug)]
struct PageOf {
    kind: u8,
    encoding: u8,
    values: u16,
    level_bytes: u8,
    bytes: Vec<u8>,
}

impl Column {
    fn read_by(&self, step: usize) -> Vec<String> {
        let all = usize::from(self.rows);
        let rows: Vec<usize> = (0..all).step_by(step).map(|at| step.min(all - at)).collect();
        let page = |page: PageOf| FuzzedPage {
            kind: page.kind,
            encoding: page.encoding,
            values: u32::from(page.values),
            level_bytes: page.level_bytes,
            bytes: page.bytes,
        };
        decode_column(
            self.kind,
            self.nullable,
            &rows,
            self.pages.iter().cloned().map(page).collect(),
        )
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(column) = Column::arbitrary_take_rest(Unstructured::new(bytes)) else {
        return;
    };
    // What can be read whole reads the same in pieces; what cannot may give its first rows in pieces.
    let whole = column.read_by(usize::from(column.rows).max(1));
    for step in [1, 7] {
        let pieces = column.read_by(step);
        assert!(pieces.starts_with(&whole), "by {step}");
    }
});
