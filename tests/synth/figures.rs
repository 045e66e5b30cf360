//! The figures: each matters, and wrong ones are refused.

use super::*;

#[test]
fn every_figure_matters() {
    let drawn = |document: &DocumentMut| -> Result<City, yibao::synth::FigureError> {
        city(
            &parse_table(document.as_table(), 2020)?,
            10_000,
            2,
            &codebook(),
            &|_| (),
        )
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
    ];
    let mut idle = Vec::new();
    for path in figures
        .iter()
        .filter(|path| !left_out.iter().any(|part| path.contains(part)))
    {
        let mut changed = document.clone();
        nudge(&mut changed, path);
        let city = drawn(&changed).unwrap_or_else(|error| panic!("{path} nudged: {error}"));
        let same =
            city.caseload.persons == base.caseload.persons && city.caseload.claims == base.caseload.claims;
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
        let error = parse(&part().replacen(from, to, 1), 2021).expect_err(from);
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
    let error = parse(part(), 2019).expect_err("before the base");
    assert_eq!(error.path, "population.base_year");
    assert_eq!(
        parse(part(), 2025).expect_err("no figures").problem,
        yibao::synth::FigureProblem::NoYear(2025)
    );
}

#[test]
fn assumed_years_count_as_placeholders() {
    use yibao::benefit::tariff::Provenance;
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
