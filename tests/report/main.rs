//! What a reader of a report sees: nothing hostile, nothing secret, nothing missing, and the same bytes every time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod browser;
mod charts;
mod pages;
#[cfg(feature = "xlsx")]
mod workbook;

use yibao::figure::Provenance;
use yibao::money::{Fen, Rate};
use yibao::report::lang::Lang;
use yibao::report::page::chart::{Chart, Series, Swing};
use yibao::report::page::{Cell, Column, Figure, People, Report, Section, Table};

/// A name that would be markup, were it not escaped.
const HOSTILE: &str = "<script>alert(\"1\")</script>'&<img src=x onerror=alert(2)>";

fn yuan(yuan: i64) -> Cell {
    Cell::yuan(Fen::from_yuan(yuan))
}

/// A table of districts: one with a hostile name, one with seven people.
fn districts() -> Table {
    let mut table = Table::new(
        "By district",
        [
            Column::new("District"),
            Column::of("Insured", "persons"),
            Column::of("Paid", "yuan"),
        ],
    );
    for (name, people) in [(HOSTILE, 120), ("市中区", 7), ("=1+1", 33), ("@SUM(A1)", 14)] {
        let paid = yuan(people as i64 * 380);
        table.group(people, [Cell::text(name), Cell::people(people), paid]);
    }
    table.total(174, [Cell::text("all"), Cell::people(174), yuan(174 * 380)]);
    table
}

/// A chart of each kind.
fn charts(lang: Lang) -> Vec<Chart> {
    let mut balance = Series::new("median", "yuan").band("5–95 %").band("25–75 %");
    let mut other = Series::new("with a higher contribution", "yuan");
    for t in 0..5 {
        let (middle, wide) = (90_000_000 - t * t * 8_000_000, t * 12_000_000);
        let band = |width: i64| [yuan(middle - width), yuan(middle + width)];
        balance.point(2024 + t as i32, yuan(middle), [band(wide), band(wide / 3)]);
        other.point(2024 + t as i32, yuan(90_000_000 - t * 9_000_000), []);
    }
    let swing = |name: &str, results: [i64; 2]| Swing {
        name: name.into(),
        settings: [
            Cell::rate(Rate::from_ppm(20_000)),
            Cell::rate(Rate::from_ppm(85_000)),
        ],
        results: results.map(yuan),
    };
    let swings = [
        swing("interest", [52_000_000, 58_000_000]),
        swing("price trend", [90_000_000, -40_000_000]),
    ];
    let table = |title: &str, headers: &[&str], rows: &[(&str, &[i64])]| {
        let columns = headers[1..].iter().map(|header| Column::of(*header, "yuan"));
        let mut table = Table::new(title, [Column::new(headers[0])].into_iter().chain(columns));
        for (name, values) in rows {
            table.row(std::iter::once(Cell::text(*name)).chain(values.iter().map(|&value| yuan(value))));
        }
        table
    };
    let mut flow = Table::new(
        "Fund flow",
        [
            Column::new("what"),
            Column::of("in", "yuan"),
            Column::of("out", "yuan"),
        ],
    );
    flow.row([Cell::text("contributions"), yuan(400_000_000), Cell::nothing()])
        .row([Cell::text("subsidy"), yuan(640_000_000), Cell::nothing()])
        .row([Cell::text("benefits"), Cell::nothing(), yuan(1_000_000_000)])
        .row([
            Cell::text("balance of the year"),
            Cell::nothing(),
            yuan(40_000_000),
        ]);
    let mut claim = Table::new("A claim", [Column::new("step"), Column::of("amount", "yuan")]);
    claim.sum([Cell::text("the bill"), yuan(42_000)]);
    claim.row([Cell::text("outside the catalogue"), yuan(-2_000)]);
    claim.row([Cell::text("paid by the fund"), yuan(-26_250)]);
    claim.sum([Cell::text("the person pays"), yuan(13_750)]);
    let mut winners = Table::new(
        "Who gains",
        [
            Column::new("group"),
            Column::of("gain", "persons"),
            Column::of("lose", "persons"),
        ],
    );
    winners.row([Cell::text(HOSTILE), Cell::people(120_000), Cell::people(3)]);
    winners.row([Cell::text("60+"), Cell::people(80_000), Cell::people(90_000)]);
    vec![
        Chart::fan("Cumulative balance", "Year", [balance, other])
            .method("200 paths.")
            .limits("No reform."),
        Chart::tornado("Balance of 2030", lang, "yuan", yuan(55_000_000), swings),
        Chart::winners(winners),
        Chart::stacked(table(
            "By level",
            &["level", "inpatient", "outpatient"],
            &[
                ("tertiary", &[300_000_000, 20_000_000]),
                ("primary", &[50_000_000, 90_000_000]),
            ],
        )),
        Chart::flow(flow),
        Chart::distribution(table(
            "Paid themselves",
            &["%", "at most"],
            &[("10", &[37]), ("50", &[4_600]), ("90", &[27_000])],
        )),
        Chart::heat_map(table(
            "Two keys",
            &["deductible", "60 %", "70 %"],
            &[
                ("800", &[8_000_000, -1_000_000]),
                ("1000", &[9_000_000, 2_000_000]),
            ],
        )),
        Chart::waterfall(claim),
    ]
}

fn report(lang: Lang, people: People) -> Report {
    let mut report = Report::new(lang, people, HOSTILE, "Jinan · 2024");
    report
        .number("Insured", Cell::people(6_401_233), "94.2 % of residents")
        .number("Paid by the fund", Cell::yuan(Fen::new(620_559_531_390)), HOSTILE)
        .number("Reimbursed", Cell::share(563, 1000), "")
        .number("Balance", Cell::yuan(Fen::new(-2_341_234_550)), "");
    let mut tables = Section::new("Tables");
    tables.paragraph(HOSTILE).table(districts());
    report.section(tables);
    let mut drawn = Section::new("Charts");
    charts(lang).into_iter().for_each(|chart| {
        drawn.chart(chart);
    });
    report.section(drawn);
    for (path, value, provenance) in [
        ("funding.subsidy", None, Provenance::Placeholder),
        ("benefit.ratio", Some("70 %".to_string()), Provenance::Official),
    ] {
        let source = HOSTILE.to_string();
        report.figure(Figure {
            path: path.into(),
            value,
            provenance,
            source,
        });
    }
    report
        .fact("Fingerprint", "0123456789abcdef")
        .command(["yibao", "run", "--report", "it's.html"]);
    report
}

/// Compares with a file in `tests/report/golden`, or writes it if `UPDATE_GOLDEN` is set.
#[track_caller]
fn golden(name: &str, found: &str) {
    let path = format!("{}/tests/report/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        found == expected,
        "{name} has changed; see whether it should, and run with UPDATE_GOLDEN=1.\n{found}"
    );
}
