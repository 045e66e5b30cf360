//! `yibao project`, `yibao solve`, `yibao sensitivity`: questions put wrongly, and whole outputs that agree.

use super::*;

const SMALL: &str = "--persons 1000 --seed 3";
const OPENING: &str = "--set fund.opening_balance.yuan.2024=5000000000";

/// Runs what cannot run, and checks its words to the letter and that nothing was written.
#[track_caller]
fn says(arguments: &str, words: &str) {
    let desk = Desk::new();
    desk.write("small.toml", include_str!("../scenario/small.toml"));
    let answer = desk.yibao(arguments).fails_naming(&[]);
    assert_eq!(answer.stderr.trim_end(), words);
    assert_eq!(desk.names("."), ["small.toml".to_string()].into());
}

#[test]
fn years_that_cannot_be_projected_say_which_can() {
    says(
        "project --from 2055",
        "error: 2064 cannot be projected: the assumptions of scenario `jinan` end in 2060\n\
         hint: end in 2060: --years 6, or let them hold longer: --set projection.to=2064",
    );
    says(
        "project --from 2061 --years 1",
        "error: 2061 cannot be projected: the assumptions of scenario `jinan` end in 2060\n\
         hint: let them hold longer: --set projection.to=2061",
    );
    says(
        "sensitivity --from 2019 --year 2024",
        "error: 2019 cannot be projected: the figures of scenario `jinan` begin in 2020\n\
         hint: give --from 2020 or a later year",
    );
    says(
        "sensitivity --year 2023",
        "error: the year 2023 lies before 2024, the first that is projected\n\
         hint: ask for a later year, or give --from 2023",
    );
    says(
        "solve --target balance>=0@2026 --years 5 --vary funding.subsidy",
        "error: --years ends in 2028, and the target is of 2026\n\
         hint: leave out --years: a projection ends in the year of its target",
    );
    let desk = Desk::new();
    for years in ["--from 2147483647", "--years 0", "--persons 0"] {
        desk.yibao(&format!("project {years}"))
            .fails_naming(&["invalid value"]);
    }
}

#[test]
fn a_scenario_without_a_projection_says_so() {
    let words = "error: scenario `small` has no `[projection]`: nothing says what becomes of its figures\n\
                 hint: add one, as that of `jinan`: see docs/projection.md";
    says("project --scenario small.toml", words);
    says("sensitivity --scenario small.toml", words);
    says(
        "solve --scenario small.toml --target balance>=0@2026 --vary funding.subsidy",
        words,
    );
}

#[test]
fn questions_to_the_solver_that_are_none_say_what_to_ask() {
    let ask = |target: &str, vary: &str, words: &str| {
        says(&format!("solve --target {target} --vary {vary}"), words);
    };
    ask(
        "reserve_month>=6@2030",
        "funding.subsidy",
        "error: no quantity is called `reserve_month`\nhint: did you mean `reserve_months`?",
    );
    ask(
        "balance>=0@2026",
        "funding.individual",
        "error: no key is called `funding.individual`\n\
         hint: below it there are funding.individual.adult, funding.individual.minor, funding.individual.student",
    );
    // Not one of three hundred names.
    ask(
        "balance>=0@2026",
        "xxx",
        "error: no key is called `xxx`\nhint: `yibao keys` lists them",
    );
    ask(
        "balance>=0@2026",
        "funding.subsidy=900..300",
        "error: no multiple of 1.00 lies between 900.00 and 300.00, for `funding.subsidy`\n\
         hint: put the lower end first, and give a step that fits between the ends",
    );
    ask(
        "balance>=0@2026",
        "funding.subsidy=300..much",
        "error: `much`, for `funding.subsidy`, is not a plain decimal number of yuan\n\
         hint: write KEY=LOW..HIGH/STEP, numbers in the unit of the key, such as funding.individual.adult=300..600/10",
    );
    ask(
        "balance>=0@2026",
        "funding.subsidy --vary funding.subsidy",
        "error: `funding.subsidy` is to be varied twice\nhint: give each key once",
    );
    let desk = Desk::new();
    let solve = "solve --target balance>=0@2026 --vary funding.subsidy";
    desk.yibao(&format!("{solve} --paths 20"))
        .fails_naming(&["--on <PERCENT>"]);
    desk.yibao(&format!("{solve} --on 90"))
        .fails_naming(&["--paths <K>"]);
    desk.yibao(&format!("{solve} --paths 1 --on 90"))
        .fails_naming(&["'1'", "--paths <K>", "2.."]);
    desk.yibao("project --paths 1").fails_naming(&["'1'", "2.."]);
    desk.yibao("sensitivity --of balanc")
        .fails_naming(&["balanc", "similar value", "'balance'"]);
}

#[test]
fn a_growth_that_is_none_is_refused_where_it_stands() {
    let desk = Desk::new();
    desk.yibao(&format!("project {SMALL} --set projection.assume.stays=-2"))
        .fails_naming(&["-2 is no yearly growth", "0.05 stands for 5 % a year"]);
    desk.yibao(&format!("project {SMALL} --set projection.assume.stays=3"))
        .fails_naming(&["3 is no yearly growth", "0.05 stands for 5 % a year"]);
    desk.yibao(&format!("project {SMALL} --set projection.assume.stay=0.03"))
        .fails_naming(&[
            "`projection.assume.stay`: is no assumption",
            "did you mean `projection.assume.stays`?",
        ]);
    // A draw so wide that figures become impossible names them, and the path.
    let wide = "--paths 2 --years 3 --set projection.assume.price.yearly_sd=9";
    let answer = desk.yibao(&format!("project {SMALL} {wide}")).fails_naming(&[
        "`utilisation.deliveries.cost`: is ",
        "This is on path 1 of the futures drawn",
    ]);
    assert!(!answer.stderr.contains(": error:"), "{}", answer.stderr);
}

#[test]
fn outputs_are_whole_or_not_there() {
    let desk = Desk::new();
    let project = format!("project {SMALL} --years 2");
    std::fs::create_dir(desk.path("foreign")).unwrap();
    desk.write("foreign/mine.txt", "mine");
    desk.yibao(&format!("{project} --out foreign"))
        .fails_naming(&["`foreign`", "hint: choose another directory"]);
    desk.yibao(&format!("{project} --out out --report out/report.html"))
        .fails_naming(&["as a whole", "hint: choose a file beside it"]);
    desk.yibao(&format!("{project} --report foreign/mine.txt"))
        .fails_naming(&["not an earlier report"]);
    assert_eq!(desk.names("."), ["foreign".to_string()].into());
    assert_eq!(desk.read("foreign/mine.txt"), "mine");

    desk.yibao(&format!("{project} --out out --report report.html --paths 3"))
        .exits(0);
    assert_eq!(
        desk.names("out"),
        ["paths.csv", "projection.csv", "projection.json"]
            .map(String::from)
            .into()
    );
    // An earlier projection is replaced as a whole: no paths.csv is left of it.
    desk.yibao(&format!("{project} --out out")).exits(0);
    assert_eq!(
        desk.names("out"),
        ["projection.csv", "projection.json"].map(String::from).into()
    );
    assert!(desk.read("report.html").ends_with("</html>\n"));
}

#[cfg(feature = "parquet")]
#[test]
fn the_tables_of_a_projection_are_parquet_if_asked() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let desk = Desk::new();
    let project = format!("project {SMALL} --years 2 --paths 2 {OPENING} --out out");
    desk.yibao(&project).exits(0);
    let csv = ["projection", "paths"].map(|table| desk.rows(&format!("out/{table}.csv")));
    desk.yibao(&format!("{project} --format parquet")).exits(0);
    assert_eq!(
        desk.names("out"),
        ["paths.parquet", "projection.json", "projection.parquet"]
            .map(String::from)
            .into()
    );
    for (table, csv) in ["projection", "paths"].into_iter().zip(csv) {
        let file = std::fs::File::open(desk.path(&format!("out/{table}.parquet"))).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().collect();
        assert_eq!(rows.len(), csv.len());
        for (row, csv) in rows.into_iter().zip(csv) {
            let row = row.unwrap();
            assert_eq!(row.len(), csv.len());
            for (name, field) in row.get_column_iter() {
                let same = match field {
                    parquet::record::Field::Null => csv[name].is_empty(),
                    parquet::record::Field::Double(number) => csv[name].parse() == Ok(*number),
                    parquet::record::Field::Long(number) => csv[name].parse() == Ok(*number),
                    parquet::record::Field::Str(text) => csv[name] == *text,
                    _ => false,
                };
                assert!(same, "{name}: {field} {}", csv[name]);
            }
        }
    }
}

#[test]
fn charts_are_files_that_stand_alone() {
    let desk = Desk::new();
    let project = format!("project {SMALL} --years 2 --paths 3 {OPENING}");
    desk.yibao(&format!("{project} --charts charts")).exits(0);
    let index = desk.json("charts/charts.json");
    let charts: Vec<&str> = (index["charts"].as_array().unwrap().iter())
        .map(|chart| chart["file"].as_str().unwrap())
        .collect();
    assert_eq!(charts, ["1-fan.svg", "2-fan.svg", "3-fan.svg", "4-stacked.svg"]);
    for (chart, of) in charts.iter().zip(index["charts"].as_array().unwrap()) {
        let svg = desk.read(&format!("charts/{chart}"));
        assert!(
            svg.starts_with("<svg") && svg.ends_with("</svg>\n"),
            "{chart}: {svg}"
        );
        assert!(svg.contains(of["title"].as_str().unwrap()), "{chart}");
    }
    // Another report's charts take their place: nothing is left of the fans.
    let ask = format!("sensitivity {SMALL} --of balance --year 2024 --charts charts");
    desk.yibao(&ask).exits(0);
    assert_eq!(
        desk.names("charts"),
        ["1-tornado.svg", "charts.json"].map(String::from).into()
    );
    // Whatever else lies there stays.
    desk.write("charts/2-mine.txt", "mine");
    desk.yibao(&ask)
        .fails_naming(&["`charts`", "hint: choose another directory"]);
    assert_eq!(desk.read("charts/2-mine.txt"), "mine");
    desk.yibao(&format!("{project} --charts out --out out"))
        .fails_naming(&["`out` lies in `out`", "as a whole"]);
    desk.yibao(&format!("{project} --report new/page.html --charts new"))
        .fails_naming(&["`new/page.html` lies in `new`", "hint: choose a file beside it"]);
}

#[test]
fn json_and_csv_hold_the_same_numbers_and_they_add_up() {
    let desk = Desk::new();
    desk.yibao(&format!(
        "project {SMALL} --years 3 --paths 4 --out out {OPENING}"
    ))
    .exits(0);
    let json = desk.json("out/projection.json");
    assert_eq!(json["opening_balance_known"], true);
    assert_eq!(json["plan"]["to"], 2026);
    let rows = desk.rows("out/projection.csv");
    let years = json["years"].as_array().unwrap();
    assert_eq!((rows.len(), years.len()), (3, 3));
    // To the fen of the sample; a fen of it is several thousand of the city, and each number is rounded to one.
    let rounding = 20;
    let mut balance = 5_000_000_000_00_i64;
    for (row, year) in rows.iter().zip(years) {
        for (name, text) in row {
            let number = &year[name];
            assert!(!number.is_null() || text.is_empty(), "{name}");
            // The reader of JSON misses the last binary digit of some numbers.
            let near = |number: f64| (number - text.parse::<f64>().unwrap()).abs() <= 1e-12 * number.abs();
            assert!(number.as_f64().is_none_or(near), "{name}: {number} {text}");
        }
        let fen = |name: &str| row[name].parse::<i64>().unwrap();
        let sum = |prefix: &str, but: &str| -> i64 {
            let names = row
                .keys()
                .filter(|name| name.starts_with(prefix) && name.ends_with("_fen"));
            names
                .filter(|name| but.is_empty() || !name.contains(but))
                .map(|name| fen(name))
                .sum()
        };
        let near = |one: i64, other: i64| assert!((one - other).abs() <= rounding, "{one} {other}");
        near(sum("income.", ""), fen("income_fen"));
        near(sum("benefits.age_", ""), fen("benefits_fen"));
        near(
            sum("benefits.level_", "") + fen("benefits.critical_illness_fen"),
            fen("benefits_fen"),
        );
        near(fen("income_fen") - fen("benefits_fen"), fen("balance_fen"));
        balance += fen("balance_fen");
        // The opening balance is rounded to a fen of the sample.
        assert!((balance - fen("cumulative_balance_fen")).abs() < 10_000);
        let months = row["reserve_months"].parse::<f64>().unwrap();
        let expected = 12.0 * fen("cumulative_balance_fen") as f64 / fen("benefits_fen") as f64;
        assert!((months - expected).abs() < 1e-6);
    }
    // Two of the statistics of the paths, by name.
    let paths = desk.rows("out/paths.csv");
    let of = |row: &std::collections::HashMap<String, String>| {
        row["year"] == "2026" && row["quantity"] == "cumulative_balance"
    };
    let row = paths.iter().find(|row| of(row)).unwrap();
    let sample = &json["paths"]["quantities"]["cumulative_balance"]["2026"];
    for (column, value) in [
        ("mean", &sample["mean"]),
        ("p5", &sample["percentiles"]["5"]),
        ("standard_error", &sample["standard_error"]),
    ] {
        let of_csv = row[column].parse::<f64>().unwrap();
        assert!((of_csv - value.as_f64().unwrap()).abs() < 1e-3, "{column}");
    }
}

#[test]
fn a_year_of_the_scenario_costs_what_a_run_of_it_costs() {
    let desk = Desk::new();
    desk.yibao(&format!("project {SMALL} --years 1 --out future"))
        .exits(0);
    desk.yibao(&format!("run --year 2024 {SMALL} --out year"))
        .exits(0);
    let funds = &desk.json("year/run.json")["totals"];
    let fen = |name: &str| funds[name].as_i64().unwrap_or_else(|| panic!("{name}: {funds}"));
    let expansion = &desk.json("future/projection.json")["expansion"];
    let [city, sample] = ["city", "sample"].map(|name| i128::from(expansion[name].as_i64().unwrap()));
    let paid = i128::from(fen("hifp_pay_fen") + fen("hifmi_pay_fen"));
    let expected = (2 * paid * city + sample) / (2 * sample);
    let row = &desk.rows("future/projection.csv")[0];
    assert_eq!(row["benefits_fen"], expected.to_string());
}

#[test]
fn what_is_not_known_is_not_shown_as_known() {
    let desk = Desk::new();
    let project = format!("project {SMALL} --years 2");
    let unknown = desk.yibao(&format!("{project} --paths 3")).exits(0).stdout;
    for words in [
        "Balance since 2024",
        "unknown",
        "by the sample",
        "fund.opening_balance.yuan.2024",
    ] {
        let is_spread = words == "by the sample";
        assert_eq!(unknown.contains(words), !is_spread, "{words}: {unknown}");
    }
    assert!(!unknown.contains("run out") && !unknown.contains("below 6 months"));
    let alone = desk.yibao(&project).exits(0).stdout;
    assert!(alone.contains("by the sample alone"), "{alone}");
    let known = desk
        .yibao(&format!("{project} --paths 3 {OPENING}"))
        .exits(0)
        .stdout;
    for words in ["Fund balance", "below 6 months", "90 % of the paths"] {
        assert!(known.contains(words), "{words}: {known}");
    }
    assert!(!known.contains("unknown"));
    let chinese = desk.yibao(&format!("{project} --lang zh")).exits(0).stdout;
    assert!(
        chinese.contains("亿元") && chinese.contains("2024年以来结余"),
        "{chinese}"
    );
    // No digits below a million yuan, and words that fit a page.
    let assumptions = known.split("What is assumed").nth(1).unwrap();
    let table = assumptions
        .lines()
        .skip(1)
        .take_while(|line| !line.contains("Growth a year;"));
    assert!(table.map(|line| line.chars().count()).all(|width| width <= 102));
}

#[test]
fn the_solver_answers_in_words_and_json() {
    let desk = Desk::new();
    let solve = format!("solve {SMALL} --target reserve_months>=1@2025 --vary funding.subsidy=600..2000/10");
    let words = desk.yibao(&solve).exits(0).stdout;
    for line in [
        "It is reached with",
        "is not known and counts as nothing",
        "open by ± ",
    ] {
        assert!(words.contains(line), "{line}: {words}");
    }
    let json: Value = serde_json::from_str(&desk.yibao(&format!("{solve} --json")).exits(0).stdout).unwrap();
    let answer = &json["answers"][0];
    assert_eq!(
        (&answer["keys"][0]["before"], &answer["keys"][0]["unit"]),
        (&"670.00".into(), &"yuan".into())
    );
    let after = answer["keys"][0]["after"].as_str().unwrap();
    assert!(words.contains(after), "{after}: {words}");
    assert_eq!(json["opening_balance_known"], false);
    // The projection with the answer reaches the target, as the solver said; that the balance before is nothing has to be
    // stated for it.
    let set = format!("--set funding.subsidy={after} --years 2 --out out");
    desk.yibao(&format!("project {SMALL} {set}")).exits(0);
    assert_eq!(desk.rows("out/projection.csv")[1]["reserve_months"], "");
    assert!(desk.json("out/projection.json")["years"][1]["reserve_months"].is_null());
    desk.yibao(&format!(
        "project {SMALL} {set} --set fund.opening_balance.yuan.2024=0"
    ))
    .exits(0);
    let months = desk.rows("out/projection.csv")[1]["reserve_months"]
        .parse::<f64>()
        .unwrap();
    let found = answer["solution"]["at"]["result"].as_f64().unwrap();
    assert!(months >= 1.0 && (months - found).abs() < 1e-9, "{months} {found}");
}

#[test]
fn a_growth_may_have_to_fall_below_zero() {
    let desk = Desk::new();
    let solve =
        format!("solve {SMALL} --target cost_per_admission<=7000@2026 --vary projection.assume.price");
    let text = desk.yibao(&format!("{solve} --json")).exits(0).stdout;
    let json: Value = serde_json::from_str(&text).unwrap();
    let after = json["answers"][0]["keys"][0]["after"].as_str().unwrap();
    let growth: f64 = after.parse().unwrap();
    assert!((-0.9..0.0).contains(&growth), "{text}");
}

#[test]
fn a_target_out_of_reach_exits_1_with_the_nearest() {
    let desk = Desk::new();
    // Whatever the subsidy, nobody grows younger.
    let solve = format!("solve {SMALL} --target old_age_ratio<=0.1@2024 --vary funding.subsidy");
    let answer = desk.yibao(&solve).exits(1);
    assert!(answer.stdout.contains("the nearest is"), "{}", answer.stdout);
    assert_eq!(answer.stderr, "");
}

#[test]
fn a_sensitivity_in_json_names_every_range() {
    let desk = Desk::new();
    let ask = format!("sensitivity {SMALL} --of balance --year 2025");
    let json: Value = serde_json::from_str(&desk.yibao(&format!("{ask} --json")).exits(0).stdout).unwrap();
    assert_eq!(
        (&json["scenario"], &json["plan"]["seed"]),
        (&"jinan".into(), &3.into())
    );
    let swings = json["swings"].as_array().unwrap();
    let width = |swing: &Value| (swing["high"].as_f64().unwrap() - swing["low"].as_f64().unwrap()).abs();
    assert!(swings.len() > 5 && swings.windows(2).all(|pair| width(&pair[0]) >= width(&pair[1])));
    let page = desk.yibao(&format!("{ask} --report page.html")).exits(0);
    assert!(page.stdout.contains("million yuan"), "{}", page.stdout);
    assert_eq!(desk.names("."), ["page.html".to_string()].into());
}

#[test]
fn a_reader_who_has_gone_away_is_no_error() {
    let desk = Desk::new();
    let mut child = desk
        .command(format!("project {SMALL} --years 1").split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let answer = Answer::of(child.wait_with_output().unwrap()).exits(0);
    assert_eq!(answer.stderr, "");
}

#[test]
fn a_sensitivity_says_what_its_number_leaves_open() {
    let desk = Desk::new();
    let said = |more: &str| {
        let asked = format!("sensitivity {SMALL} --year 2025 {more}");
        desk.yibao(&asked).exits(0).stdout
    };
    let unknown = "The fund's balance before 2024 is not known and counts as nothing";
    let months = said("--of reserve_months");
    assert!(months.contains(unknown), "{months}");
    assert!(months.contains("A sample of 1,000 persons leaves the benefits of 2025 open by ± "));
    assert!(!said(&format!("--of reserve_months {OPENING}")).contains(unknown));
    assert!(!said("--of income").contains(unknown));
    assert!(said("--of income --lang zh").contains("样本1,000人：2025年待遇支出的抽样误差为±"));
}

#[test]
fn a_sample_of_one_is_no_certainty() {
    let desk = Desk::new();
    let said = desk.yibao("project --persons 1 --years 1").exits(0).stdout;
    assert_eq!(
        said.matches("the sample is too small to say how sure").count(),
        2,
        "{said}"
    );
    let swings = desk.yibao("sensitivity --persons 1 --year 2024").exits(0).stdout;
    assert!(
        swings.contains("A sample of 1 persons is too small to say"),
        "{swings}"
    );
}

#[test]
fn what_goes_too_far_says_what_to_do() {
    let desk = Desk::new();
    let hint = "hint: look at a nearer --year, or narrow the `range` of that assumption in the scenario";
    desk.yibao("sensitivity --persons 200 --year 2050")
        .fails_naming(&["`chronic_visits` growing 6.0 % a year", hint]);
    desk.yibao("project --persons 200 --years 30 --paths 20")
        .fails_naming(&[
            "its draws are too wide",
            "hint: fewer --years, or a smaller `trend_sd`",
        ]);
    says(
        "project --set fund.opening_balance=5",
        "error: `fund.opening_balance`: give the amount by year, such as { yuan = { 2024 = 1000000 } }\n  \
         --> --set\n      | fund.opening_balance=5\n      |                      ^\n\n1 error in the scenario",
    );
}
