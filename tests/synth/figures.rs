//! The figures: each matters, and wrong ones are refused.

use super::*;

#[test]
fn every_figure_matters() {
    let drawn = |document: &DocumentMut| -> Result<City, Vec<FigureError>> {
        let model = parse_table(document.as_table(), 2020)?;
        city(&model, terms(2020), 10_000, 2, &codebook(), &|_| ()).map_err(|error| vec![error])
    };
    let document: DocumentMut = part().parse().unwrap();
    let base = drawn(&document).unwrap();
    let print = |city: &City| -> Vec<String> {
        (0..city.caseload.claims.len())
            .map(|i| format!("{} {}", city.dise_codg(i), city.fixmedins_code(i)))
            .collect()
    };
    let base_print = print(&base);
    let mut figures = Vec::new();
    for part in ["population", "utilisation"] {
        collect(
            part,
            document.get(part).unwrap().as_table_like().unwrap(),
            &mut figures,
        );
    }
    assert!(figures.len() > 100, "{}", figures.len());
    // The base year moves only with the births, a tier's share of its level only with the others', and these are too
    // rare for 10,000 persons.
    let left_out = [
        "base_year",
        "tiers.",
        "haemophilia",
        "transplant",
        "cirrhosis",
        "tuberculosis",
        "exclusions.",
        "special_account",
        "into_jobs.paid_anyway",
        "leaving.enlisted",
    ];
    let mut idle = Vec::new();
    for path in figures
        .iter()
        .filter(|path| !left_out.iter().any(|part| path.contains(part)))
    {
        let mut changed = document.clone();
        nudge(&mut changed, path);
        let city = drawn(&changed).unwrap_or_else(|errors| panic!("{path} nudged: {errors:?}"));
        let same = city.caseload.persons == base.caseload.persons
            && city.caseload.enrolments == base.caseload.enrolments
            && city.caseload.claims == base.caseload.claims;
        if same && city.caseload.districts == base.caseload.districts && print(&city) == base_print {
            idle.push(path);
        }
    }
    assert_eq!(idle, Vec::<&String>::new());
}

/// The paths `figure:column` of every figure under `table`.
fn collect(path: &str, table: &dyn TableLike, figures: &mut Vec<String>) {
    for (key, item) in table.iter() {
        let Some(inner) = item.as_table_like() else {
            continue;
        };
        let path = format!("{path}.{key}");
        if !inner.contains_key("provenance") {
            collect(&path, inner, figures);
            continue;
        }
        let about = ["provenance", "source", "assumed", "age", "age_from", "age_to"];
        let columns = inner
            .iter()
            .map(|(column, _)| column)
            .filter(|column| !about.contains(column));
        figures.extend(columns.map(|column| format!("{path}:{column}")));
    }
}

/// Changes the figure at `path` so that it stays valid: less of it in 2020, at later ages, or of its first share.
fn nudge(document: &mut DocumentMut, path: &str) {
    let (path, column) = path.split_once(':').unwrap();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in path.split('.') {
        table = table.get_mut(key).unwrap().as_table_like_mut().unwrap();
    }
    let number = |value: &Value| {
        value
            .as_float()
            .or(value.as_integer().map(|whole| whole as f64))
            .unwrap()
    };
    let value = table.get_mut(column).unwrap().as_value_mut().unwrap();
    match value {
        Value::InlineTable(shares) if column == "table" => {
            let (first, second) = (
                shares.iter().next().unwrap().0.to_owned(),
                shares.iter().nth(1).unwrap().0.to_owned(),
            );
            let half = number(&shares[&first]) / 2.0;
            let more = number(&shares[&second]) + half;
            shares.insert(&first, half.into());
            shares.insert(&second, more.into());
        }
        Value::InlineTable(years) => {
            let less = number(&years["2020"]) * 0.98;
            years.insert("2020", less.into());
        }
        Value::Array(values) => {
            // A prevalence may not fall with age.
            let half = values.len() / 2;
            let early = path.ends_with("prevalence");
            for (i, value) in values
                .iter_mut()
                .enumerate()
                .filter(|&(i, _)| (i < half) == early)
            {
                *value = (number(value) * if i == 0 { 0.6 } else { 0.8 }).into();
            }
        }
        Value::String(_) => *value = "110200".into(),
        _ if column == "count" => *value = (value.as_integer().unwrap() + 1).into(),
        _ => *value = (number(value) * 0.5).into(),
    }
}

#[test]
fn wrong_figures_are_refused_by_their_path() {
    let refused = |from: &str, to: &str, path: &str, says: &str| {
        assert!(part().contains(from), "{from}");
        let errors = parse(&part().replacen(from, to, 1), 2021).expect_err(from);
        let [error] = errors.as_slice() else {
            panic!("{from}: {errors:?}")
        };
        assert_eq!(error.path, path, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    };
    refused(
        "370102 = 0.089",
        "370102 = 0.080",
        "population.districts",
        "sum to 0.99",
    );
    refused(
        "permit = { rate = 0.06",
        "permit = { rate = 1.06",
        "population.residence.permit",
        "outside 0 to 1",
    );
    refused(
        "2021 = 1.6684, ",
        "",
        "utilisation.visits.per_head",
        "no value for 2021",
    );
    refused(
        "[0, 3, 6, 15, 18, 19]",
        "[0, 6, 3, 15, 18, 19]",
        "population.pupils.age_from",
        "ascend",
    );
    refused(
        "[0, 0.85, 1, 0.92, 0.4, 0]",
        "[0, 0.85, 1]",
        "population.pupils.rate",
        "different length",
    );
    refused(
        "male_births",
        "mail_births",
        "population.mail_births",
        "not a key here",
    );
    refused(
        "students = {",
        "students2 = {",
        "population.students2",
        "not a key here",
    );
    refused(
        "provenance = \"official\"",
        "provenance = \"sure\"",
        "population.age_structure.provenance",
        "`official`",
    );
    refused(
        "per_100 = [0, 0.6, 2.2,",
        "per_100 = [0, 2.6, 2.2,",
        "utilisation.chronic.groups.hypertension.prevalence",
        "falls",
    );
    refused(
        "2021 = 8022.60",
        "2021 = 18022.60",
        "utilisation.stays.cost",
        "no shares",
    );
    refused(
        "tier = \"psychiatric\"",
        "tier = \"psychic\"",
        "utilisation.chronic.groups.mental.tier",
        "a tier of",
    );
    refused(
        "hosp_lv = \"08\"",
        "hosp_lv = \"12\"",
        "utilisation.tiers.primary.hosp_lv",
        "level code",
    );
    let errors = parse(part(), 2019).expect_err("before the base");
    assert_eq!(errors[0].path, "population.base_year");
}

/// The parts with every change made in them.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(part().to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// What is reported of `text`: the path, the line, and what it points at, without its middle if that is long.
fn reported(text: &str, year: i32) -> Vec<(String, usize, String)> {
    let errors = parse(text, year).expect_err("something is wrong");
    let located = |error: FigureError| {
        let span = error.span.clone().unwrap_or_else(|| panic!("{error} nowhere"));
        let line = text[..span.start].matches('\n').count() + 1;
        let pointed = &text[span];
        let start = pointed.get(..24).map(|start| format!("{start}..."));
        (error.path, line, start.unwrap_or_else(|| pointed.to_owned()))
    };
    errors.into_iter().map(located).collect()
}

/// The line of `text` that `mark` is on.
fn line_of(text: &str, mark: &str) -> usize {
    let at = text.find(mark).unwrap_or_else(|| panic!("{mark}"));
    text[..at].matches('\n').count() + 1
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text = changed(&[
        (
            "family_doctor = {",
            "colour = 1\nfamily_doctor = { unsure = true,",
        ),
        ("permit = { rate = 0.06", "permit = { rate = 1.06"),
        ("days = { days = { 2020 = 9.2,", "# days = { days = { 2020 = 9.2,"),
        ("2021 = 94.68, ", ""),
        ("[1.219, 0.443, 0.309,", "[1.219, \"many\", -0.309,"),
        ("caesarean = 0.44", "caesarean = 0.54"),
    ]);
    let expected = [
        ("population.colour", "colour =", "colour"),
        ("population.family_doctor.unsure", "family_doctor =", "unsure"),
        ("population.residence.permit", "permit =", "1.06"),
        (
            "utilisation.stays.days",
            "[utilisation.stays]",
            "[utilisation.stays]",
        ),
        ("utilisation.visits.ages.ratio", "\"many\"", "\"many\""),
        ("utilisation.visits.ages.ratio", "\"many\"", "-0.309"),
        (
            "utilisation.visits.cost",
            "cost = { yuan = { 2020 = 91.05",
            "{ 2020 = 91.05, 2022 = 1...",
        ),
        (
            "utilisation.deliveries.kinds",
            "kinds =",
            "{ normal = 0.48, assiste...",
        ),
    ];
    let expected =
        expected.map(|(path, mark, pointed)| (path.to_owned(), line_of(&text, mark), pointed.to_owned()));
    assert_eq!(reported(&text, 2021), expected);
}

#[test]
fn one_mistake_is_reported_once() {
    let only = |changes: &[(&str, &str)], paths: &[&str]| {
        let reported = reported(&changed(changes), 2023);
        let found: Vec<&str> = reported.iter().map(|(path, _, _)| path.as_str()).collect();
        assert_eq!(found, paths, "{changes:?}");
    };
    // A table that is none, or is not there: nothing of what it should hold.
    only(
        &[("[population.residence]", "[other]")],
        &["population.residence"],
    );
    only(
        &[("[utilisation.levels.tertiary]", "[utilisation.levels.third]")],
        &["utilisation.levels.tertiary", "utilisation.levels.third"],
    );
    only(&[("[utilisation.tiers]", "[other]")], &["utilisation.tiers"]);
    only(
        &[("[utilisation.chronic.groups]", "[utilisation.chonic.groups]")],
        &["utilisation.chonic"],
    );
    only(
        &[("[utilisation.chronic]", "[utilisation.chonic]")],
        &["utilisation.chonic"],
    );
    // Another unit, and a misspelt tier, level or year.
    only(
        &[("male_births = { rate", "male_births = { yuan")],
        &["population.male_births.yuan"],
    );
    only(
        &[("level = \"secondary\"", "level = \"second\"")],
        &["utilisation.tiers.secondary.level"],
    );
    only(
        &[("per_district = { count = 12", "per_distict = { count = 12")],
        &["utilisation.tiers.community.per_distict"],
    );
    only(
        &[("2023 = 115.94", "202E = 115.94")],
        &["utilisation.visits.cost.yuan.202E"],
    );
    // The births of every year since the base are read.
    only(
        &[("0.01424, 2021 = 0.01119", "0.01424, 2021 = \"few\"")],
        &["population.births.per_head"],
    );
    only(
        &[("births = { per_head", "births = { per_hand")],
        &["population.births.per_hand"],
    );
    // Ages of which it is unknown how many there are, and shares of which one is.
    only(
        &[("[0, 3, 6, 15, 18, 19]", "[0, 3, 6, 6, 15, 18, 19]")],
        &["population.pupils.age_from"],
    );
    only(
        &[("filed = 0.55", "filed = \"most\"")],
        &["utilisation.stays.out_of_area_states.table.filed"],
    );
    // Two mistakes that do not hide each other.
    only(
        &[
            ("370102 = 0.089", "370102 = 0.080"),
            ("source = \"the 12", "sauce = \"the 12"),
        ],
        &["population.districts", "population.districts.sauce"],
    );
    only(
        &[("primary = 0.8, secondary = 2.0", "primary = 0.0")],
        &[
            "utilisation.visits.cost_by_level.table.secondary",
            "utilisation.visits.cost_by_level.table.primary",
        ],
    );
}

#[test]
fn a_scenario_reports_the_city_s_figures_among_its_own_errors() {
    use yibao::scenario::{Scenario, Source};
    let mut text = include_str!("../../scenarios/jinan.toml").to_owned();
    for (from, to) in [
        ("male_births = {", "mail_births = {"),
        ("2021 = 94.68, ", ""),
        ("emergency = { rate = 0.03", "emergency = { rate = 3"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let source = Source {
        name: "city.toml".to_owned(),
        text: text.clone(),
    };
    let diagnostics = Scenario::from_source(source)
        .expect_err("three errors")
        .diagnostics;
    let found: Vec<(&str, usize, &str, Option<&str>)> = diagnostics
        .iter()
        .map(|d| (d.key.as_str(), d.line, d.message.as_str(), d.hint.as_deref()))
        .collect();
    let [unknown, high, missing] = found.as_slice() else {
        panic!("{found:?}")
    };
    let line = |mark| line_of(&text, mark);
    assert_eq!(
        (unknown.0, unknown.1, unknown.3),
        (
            "population.mail_births",
            line("mail_births"),
            Some("did you mean `male_births`?")
        )
    );
    assert_eq!(
        *high,
        (
            "utilisation.visits.emergency",
            line("rate = 3,"),
            "is 3, outside 0 to 1",
            None
        )
    );
    assert_eq!(
        *missing,
        (
            "utilisation.visits.cost",
            line("2020 = 91.05"),
            "has no value for 2021",
            None
        )
    );
}

#[test]
fn a_year_without_figures_is_missing_wherever_years_are_given() {
    use yibao::synth::FigureProblem;
    let errors = parse(part(), 2025).expect_err("no figures");
    let by_year = part().lines().filter(|line| line.contains("{ 2020 = "));
    assert_eq!(errors.len(), by_year.count());
    assert!(
        errors
            .iter()
            .all(|error| error.problem == FigureProblem::NoYear(2025)),
        "{errors:?}"
    );
}

#[test]
fn what_cannot_hold_together_is_found_in_the_file() {
    let text = changed(&[("2021 = 8022.60", "2021 = 18022.60")]);
    let line = line_of(&text, "18022.60");
    let pointed = "{ yuan = { 2020 = 7546.1...".to_owned();
    assert_eq!(
        reported(&text, 2021),
        [("utilisation.stays.cost".to_owned(), line, pointed)]
    );
    let text = text.replacen("permit = { rate = 0.06", "permit = { rate = 1.06", 1);
    let reported = reported(&text, 2021);
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert_eq!(reported[0].0, "population.residence.permit");
}

#[test]
fn assumed_years_count_as_placeholders() {
    use yibao::figure::Provenance;
    let of = |year: i32, path: &str| {
        model(year)
            .notes
            .iter()
            .find(|note| note.path == path)
            .map(|note| note.provenance)
    };
    assert_eq!(of(2023, "utilisation.stays.per_head"), Some(Provenance::National));
    assert_eq!(
        of(2024, "utilisation.stays.per_head"),
        Some(Provenance::Placeholder)
    );
    assert_eq!(of(2020, "population.age_structure"), Some(Provenance::Official));
}
