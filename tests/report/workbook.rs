//! The workbook.

use crate::report;
use flate2::read::DeflateDecoder;
use std::io::Read;
use yibao::report::lang::Lang;
use yibao::report::page::{People, xlsx};

/// The parts of a workbook by name, unpacked.
fn parts(book: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize| usize::from(u16::from_le_bytes([book[at], book[at + 1]]));
    let starts = book
        .windows(4)
        .enumerate()
        .filter(|(_, window)| window == b"PK\x03\x04");
    starts
        .map(|(at, _)| {
            let (name, extra) = (number(at + 26), number(at + 28));
            let data = &book[at + 30 + name + extra..];
            let mut text = String::new();
            DeflateDecoder::new(data).read_to_string(&mut text).unwrap();
            (
                String::from_utf8(book[at + 30..at + 30 + name].to_vec()).unwrap(),
                text,
            )
        })
        .collect()
}

#[test]
fn tables_are_sheets_with_numbers_and_no_formula() {
    let book = xlsx::render(&report(Lang::En, People::Real)).unwrap();
    let parts = parts(&book);
    let sheets: Vec<&(String, String)> = parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"))
        .collect();
    // The overview, the districts, eight charts and the figures.
    assert_eq!(sheets.len(), 11);
    assert!(
        sheets
            .iter()
            .all(|(_, text)| !text.contains("<f>") && !text.contains("<f "))
    );
    let part = |wanted: &str| &parts.iter().find(|(name, _)| name == wanted).unwrap().1;
    let (strings, styles) = (part("xl/sharedStrings.xml"), part("xl/styles.xml"));
    assert!(strings.contains("=1+1") && strings.contains("@SUM(A1)"));
    assert!(styles.contains("quotePrefix=\"1\""));
    assert!(styles.contains("0.0%"));
    // 66,120 yuan are a number; the seven of a district and what they paid are nowhere.
    let districts = &sheets[1].1;
    assert!(districts.contains("<v>66120</v>") && districts.contains("<v>174</v>"));
    assert!(!districts.contains("<v>7</v>") && !districts.contains("<v>2660</v>"));
    assert!(strings.contains("&lt;10"));
}

#[test]
fn workbooks_are_known_again_and_the_same_every_time() {
    let make = || xlsx::render(&report(Lang::Zh, People::Synthetic)).unwrap();
    let book = make();
    assert!(xlsx::is_ours(&book) && book == make());
    for other in [&b""[..], b"PK\x03\x04", b"psn_no,brdy\n", &book[..40]] {
        assert!(!xlsx::is_ours(other));
    }
}
