//! The drawings: the same bytes every time, every shape inside, every number a number.

use crate::{HOSTILE, charts, golden};
use yibao::money::Fen;
use yibao::report::lang::Lang;
use yibao::report::page::chart::{Chart, Series, Swing};
use yibao::report::page::{Cell, Column, Table};

#[test]
fn drawings_are_as_they_were() {
    let all = charts(Lang::En);
    golden("fan-en.svg", &all[0].to_svg(Lang::En));
    golden("tornado-zh.svg", &charts(Lang::Zh)[1].to_svg(Lang::Zh));
    golden("flow-en.svg", &all[4].to_svg(Lang::En));
}

/// The first attribute of this name.
#[track_caller]
fn attribute<'a>(text: &'a str, name: &str) -> &'a str {
    let value = text.split_once(&format!(" {name}=\"")).unwrap().1;
    value.split('"').next().unwrap()
}

/// Checks that elements close in order and attributes are numbers where they should be, inside the drawing.
#[track_caller]
fn check(svg: &str) {
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    // A title stands above the drawing.
    let view = attribute(svg, "viewBox").split(' ').nth(1);
    let top: f64 = view.unwrap().parse().unwrap();
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name = tag.split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed.to_string()));
        } else if !tag.ends_with('/') {
            open.push(name.to_string());
        }
        if name == "rect" || name == "text" {
            for (key, least) in [("x", 0.0), ("y", top)] {
                let value: f64 = attribute(tag, key).parse().unwrap();
                assert!((least - 0.1..=2000.0).contains(&value), "{tag}");
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(svg.contains("<title id=") && svg.contains("role=\"img\""));
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows() {
    for lang in [Lang::En, Lang::Zh] {
        for chart in charts(lang) {
            let svg = chart.to_svg(lang);
            check(&svg);
            assert_eq!(svg, chart.to_svg(lang));
            assert!(!svg.contains("<desc id=\"chart-d\"></desc>"), "{svg}");
            assert!(!svg.contains(HOSTILE) && !svg.contains("<img"));
        }
    }
}

#[test]
fn charts_of_little_or_nothing_are_no_defect() {
    let yuan = |yuan| Cell::yuan(Fen::from_yuan(yuan));
    let columns = || [Column::new("a"), Column::of("b", "yuan"), Column::of("c", "yuan")];
    let kinds: [fn(Table) -> Chart; 6] = [
        Chart::stacked,
        Chart::flow,
        Chart::distribution,
        Chart::winners,
        Chart::heat_map,
        Chart::waterfall,
    ];
    for rows in [
        vec![],
        vec![[Cell::nothing(), Cell::unknown()]],
        vec![[yuan(0), yuan(0)]],
        vec![[yuan(-5), yuan(7)]],
        vec![
            [yuan(1), Cell::nothing()],
            [yuan(i64::MAX / 1000), Cell::unknown()],
        ],
    ] {
        for kind in kinds {
            let mut table = Table::new("little", columns());
            for [one, two] in rows.clone() {
                table.row([Cell::text("x"), one, two]);
            }
            check(&kind(table).to_svg(Lang::Zh));
        }
        let mut series = Series::new("s", "yuan").band("b");
        for (year, [one, two]) in (2024..).zip(rows) {
            series.point(year, one.clone(), [[two, one]]);
        }
        check(&Chart::fan("little", "year", [series]).to_svg(Lang::En));
    }
    let same = |value| Swing {
        name: "same side".into(),
        settings: [Cell::nothing(), Cell::nothing()],
        results: [yuan(value), yuan(value * 2)],
    };
    check(&Chart::tornado("t", Lang::En, "yuan", yuan(0), [same(0), same(5)]).to_svg(Lang::En));
    check(&Chart::tornado("t", Lang::En, "yuan", Cell::unknown(), []).to_svg(Lang::En));
}

/// Points of a sweep lie close together: numbers that differ are not written alike.
#[test]
fn neighbours_on_a_map_are_told_apart() {
    let labels = |amounts: [[i64; 2]; 2], share: bool| -> Vec<String> {
        let cell = |fen: i64| match share {
            true => Cell::share(fen, 1_000_000),
            false => Cell::yuan(Fen::new(fen)),
        };
        let mut table = Table::new(
            "sweep",
            [Column::new("a"), Column::of("1", "yuan"), Column::of("2", "yuan")],
        );
        for (name, row) in ["x", "y"].into_iter().zip(amounts) {
            table.row([Cell::text(name), cell(row[0]), cell(row[1])]);
        }
        let svg = Chart::heat_map(table).to_svg(Lang::En);
        let texts = svg
            .split("<text ")
            .skip(1)
            .map(|text| text.split(['>', '<']).nth(1).unwrap());
        let is_number = |text: &&str| text.contains('.') || text.contains(',');
        texts.filter(is_number).map(str::to_string).collect()
    };
    let close = [[312_200_000, 312_204_000], [312_206_000, 312_210_000]];
    assert_eq!(labels(close, false), ["3.12200", "3.12204", "3.12206", "3.12210"]);
    let wide = [[312_200_000, 412_200_000], [512_200_000, 612_200_000]];
    assert_eq!(labels(wide, false), ["3.12", "4.12", "5.12", "6.12"]);
    let fen = [[312_200_000, 312_200_001], [312_200_001, 312_200_002]];
    assert_eq!(
        labels(fen, false),
        ["3.12200000", "3.12200001", "3.12200001", "3.12200002"]
    );
    let shares = [[642_100, 642_110], [642_120, 642_130]];
    assert_eq!(labels(shares, true), ["64.2100", "64.2110", "64.2120", "64.2130"]);
    let same = [[312_200_000; 2]; 2];
    assert_eq!(labels(same, false), ["3.12"; 4]);
}
