//! Every message of the scenario reader, in one file to read through: `golden/messages.txt`.
//!
//! Each is provoked by edits of `small.toml`.

use crate::common::golden::golden_in;
use yibao::scenario::{Scenario, Source};

const SMALL: &str = include_str!("small.toml");

/// What is wrong, and the edits that make it so: what stands there, and what in its place; nothing stands for the end.
type Edit = (&'static str, &'static [(&'static str, &'static str)]);

/// An assumption that holds for everything the small scenario gives by year.
const PROJECTION: &str = r#"
[projection]
to = 2030

[projection.assume]
all = { growth = 0, keys = ["funding.subsidy", "benefit.general_outpatient.ratio"], provenance = "proposal", source = "test" }
"#;

#[rustfmt::skip] // an edit a line
const EDITS: &[Edit] = &[
    ("not TOML", &[("regulation = \"none\"", "regulation = none")]),
    ("a table is missing", &[("[fund]\n", "[fnud]\n")]),
    ("an unknown key", &[("[levels.hospital]\n", "[levels.hospital]\nbeds = 500\n")]),
    ("a table in place of a value", &[("name = \"small\"", "name = { a = 1 }")]),
    ("a value in place of a table", &[("[insured.identity]\n\"低保\" = \"dibao\"", "[insured]\nidentity = 1"), ("[insured]\nadult_age = { years = 18, provenance = \"official\", source = \"test\" }\n", "")]),
    ("a text is missing", &[("title_zh = \"小城\"\n", "")]),
    ("a text without quotes", &[("title_zh = \"小城\"", "title_zh = 1")]),
    ("a word that is none", &[("rounding = \"half-up\"", "rounding = \"half-upp\"")]),
    ("neither true nor false", &[("counts_admission = true", "counts_admission = \"yes\"")]),
    ("not a whole number", &[("default_year = 2021", "default_year = 2021.5")]),
    ("no range of years", &[("from = 2020, to = 2021", "from = 2021, to = 2020")]),
    ("years that are no table, and a city", &[("years = { from = 2020, to = 2021 }", "years = [2020, 2022]"), ("", "\n[population]\n[utilisation]\n")]),
    ("a default year without figures", &[("default_year = 2021", "default_year = 2025")]),
    ("not a list of texts", &[("med_type = [\"21\"]", "med_type = \"21\"")]),
    ("a list of words with one that is none", &[("base = [\"deductible\", \"copayment\", \"above-ceiling\"]", "base = [\"deductible\", \"copay\"]")]),
    ("a bare value", &[("interest = { rate = 0.02, provenance = \"placeholder\", source = \"test\" }", "interest = 0.02")]),
    ("no unit", &[("work_funds = { yuan = 2, ", "work_funds = { ")]),
    ("another unit", &[("interest = { rate = 0.02", "interest = { yuan = 0.02")]),
    ("two units", &[("work_funds = { yuan = 2,", "work_funds = { yuan = 2, rate = 0.5,")]),
    ("no provenance", &[("work_funds = { yuan = 2, provenance = \"official\", ", "work_funds = { yuan = 2, ")]),
    ("no source", &[("work_funds = { yuan = 2, provenance = \"official\", source = \"test\" }", "work_funds = { yuan = 2, provenance = \"official\" }")]),
    ("an unknown provenance", &[("work_funds = { yuan = 2, provenance = \"official\"", "work_funds = { yuan = 2, provenance = \"offical\"")]),
    ("no value for a year", &[("2020 = 0.50, 2021 = 0.65", "2020 = 0.50")]),
    ("a year that is none", &[("2020 = 0.50, 2021 = 0.65", "2020 = 0.50, 2021 = 0.65, later = 0.7")]),
    ("not a number", &[("work_funds = { yuan = 2,", "work_funds = { yuan = \"two\",")]),
    ("finer than a fen", &[("work_funds = { yuan = 2,", "work_funds = { yuan = 2.005,")]),
    ("less than nothing", &[("work_funds = { yuan = 2,", "work_funds = { yuan = -2,")]),
    ("more than any amount", &[("work_funds = { yuan = 2,", "work_funds = { yuan = 99999999999999,")]),
    ("a percentage", &[("interest = { rate = 0.02", "interest = { rate = 2")]),
    ("a day that no month has", &[("paid_on = { day = 15", "paid_on = { day = 32")]),
    ("no window of days", &[("dates = \"09-01..12-31\"", "dates = \"09-01 to 12-31\"")]),
    ("too long a time", &[("until = { months = 12", "until = { months = 121")]),
    ("not unlimited", &[("limit = { unlimited = true", "limit = { unlimited = false")]),
    ("a word for no limit", &[("amount = { yuan = 250000, provenance = \"official\", source = \"test\" }", "amount = \"none\"")]),
    ("a word in place of the yuan of a limit", &[("amount = { yuan = 250000", "amount = { yuan = \"none\"")]),
    ("a band is no table", &[("    { from = 0, to = 100000, rate = 0.60 },", "    0.60,")]),
    ("a band with an unknown key", &[("to = 100000, rate = 0.60", "till = 100000, rate = 0.60")]),
    ("a band without rate", &[("to = 100000, rate = 0.60", "to = 100000")]),
    ("bands that begin late", &[("{ from = 0, to = 100000, rate = 0.60 }", "{ from = 10, to = 100000, rate = 0.60 }")]),
    ("bands that overlap", &[("{ from = 100000, rate = 0.65 }", "{ from = 90000, rate = 0.65 }")]),
    ("bands with a gap", &[("{ from = 100000, rate = 0.65 }", "{ from = 110000, rate = 0.65 }")]),
    ("bands that end", &[("{ from = 100000, rate = 0.65 }", "{ from = 100000, to = 400000, rate = 0.65 }")]),
    ("a band without end", &[("{ from = 0, to = 100000, rate = 0.60 }", "{ from = 0, rate = 0.60 }")]),
    ("no bands", &[("bands = { bands = [\n    { from = 0, to = 100000, rate = 0.60 },\n    { from = 100000, rate = 0.65 },\n]", "bands = { bands = []")]),
    ("not a list of bands", &[("bands = { bands = [\n    { from = 0, to = 100000, rate = 0.60 },\n    { from = 100000, rate = 0.65 },\n]", "bands = { bands = 0.6")]),
    ("an empty list of rates", &[("counts_admission = true\n", "counts_admission = true\nadmission_factors = { rates = [], provenance = \"placeholder\", source = \"test\" }\n")]),
    ("not a list of rates", &[("counts_admission = true\n", "counts_admission = true\nadmission_factors = { rates = 1, provenance = \"placeholder\", source = \"test\" }\n")]),
    ("shares that do not add up", &[("central = { rate = 0.40", "central = { rate = 0.30")]),
    ("an income that is not stated", &[("limit = { unlimited = true", "limit = { rate = 0.5, of = \"average_wage\"")]),
    ("no level code", &[("hosp_lv = [\"01\", \"05\", \"08\"]", "hosp_lv = [\"01\", \"05\", \"12\"]")]),
    ("a level code twice", &[("[scope]\n", "[levels.other]\nname_zh = \"其他\"\nhosp_lv = [\"05\"]\n\n[scope]\n")]),
    ("a figure that a level lacks", &[("deductible = { yuan = 1000, provenance = \"placeholder\", source = \"test\" }", "")]),
    ("a figure that the table of a level lacks", &[("ratio = { rate = 0.70, provenance = \"placeholder\", source = \"test\" }", "[benefit.inpatient.hospital]")]),
    ("no service type", &[("med_type = [\"21\"]", "med_type = [\"20\"]")]),
    ("a service type twice", &[("med_type = [\"11\"]", "med_type = [\"11\", \"21\"]")]),
    ("a kind that there is not", &[("kinds = [\"inpatient\"]\namount", "kinds = [\"inpatient\", \"chronic\"]\namount")]),
    ("a deductible that counts towards what the fund pays", &[("basis = \"in-scope\"\ncounts_deductible = false", "basis = \"fund-paid\"\ncounts_deductible = true")]),
    ("factors of a deductible that is not by admission", &[("deductible_period = \"none\"", "deductible_period = \"year\"\ndeductible = { yuan = 1, provenance = \"official\", source = \"test\" }\nadmission_factors = { rates = [1], provenance = \"official\", source = \"test\" }")]),
    ("two ways to lower a deductible", &[("counts_admission = true\n", "counts_admission = true\nadmission_factors = { rates = [1], provenance = \"official\", source = \"test\" }\nadmission_less = { yuan = 1, provenance = \"official\", source = \"test\" }\nadmission_floor = { yuan = 1, provenance = \"official\", source = \"test\" }\n")]),
    ("a floor of nothing", &[("counts_admission = true\n", "counts_admission = true\nadmission_floor = { yuan = 1, provenance = \"official\", source = \"test\" }\n")]),
    ("a step by years and months", &[("counts_admission = true\n", "counts_admission = true\ncontinuity.a = { from_months = { months = 12, provenance = \"official\", source = \"test\" }, from_years = { years = 1, provenance = \"official\", source = \"test\" }, rate_add = { rate = 0.1, provenance = \"official\", source = \"test\" } }\n")]),
    ("a disease code twice", &[("counts_admission = true\n", "counts_admission = true\ndisease.a = { codes = [\"M1\"] }\ndisease.b = { codes = [\"M1\"] }\n")]),
    ("a disease group with two ratios", &[("counts_admission = true\n", "counts_admission = true\ndisease.a = { codes = [\"M1\"], ratio_of = \"inpatient\", ratio = { rate = 0.5, provenance = \"official\", source = \"test\" } }\n")]),
    ("an opening balance for all years", &[("[fund]\n", "[fund]\nopening_balance = { yuan = 5, provenance = \"official\", source = \"test\" }\n")]),
    ("an opening balance finer than a fen", &[("[fund]\n", "[fund]\nopening_balance = { yuan = { 2020 = 0.001 }, provenance = \"official\", source = \"test\" }\n")]),
    ("half a city", &[("", "\n[population]\n")]),
    ("no city", &[("year_of = \"discharge\"\n", "year_of = \"discharge\"\n[population]\n[utilisation]\n[unused]\n")]),
    ("an allowance that says nothing", &[("year_of = \"discharge\"\n", "year_of = \"discharge\"\nallow = [{ lint = \"cliff\", key = \"fund.interest\", reason = \" \" }]\n")]),
    ("an allowance without reason", &[("year_of = \"discharge\"\n", "year_of = \"discharge\"\nallow = [{ lint = \"cliff\", key = \"fund.interest\" }]\n")]),
    ("allowances that are no tables", &[("year_of = \"discharge\"\n", "year_of = \"discharge\"\nallow = [\"cliff\"]\n")]),
    ("no assumptions", &[("", "\n[projection]\nto = 2030\n")]),
    ("a horizon in the past", &[("", "\n[projection]\nto = 2019\nassume = {}\n")]),
    ("a growth that is none", &[("", PROJECTION), ("growth = 0,", "growth = 5,")]),
    ("a growth from no year on", &[("", PROJECTION), ("growth = 0,", "growth = { soon = 0.1 },")]),
    ("growth and follows", &[("", PROJECTION), ("growth = 0,", "growth = 0, follows = \"all\",")]),
    ("follows nothing", &[("", PROJECTION), ("growth = 0,", "follows = \"al\",")]),
    ("follows what follows", &[("", PROJECTION), ("growth = 0,", "follows = \"all\",")]),
    ("follows with an uncertainty of its own", &[("", PROJECTION), ("all = {", "a = { follows = \"all\", trend_sd = 0.1, keys = [\"fund.interest\"], provenance = \"proposal\", source = \"test\" }\nall = {")]),
    ("no range", &[("", PROJECTION), ("growth = 0,", "growth = 0, range = [0.2, 0.1],")]),
    ("not a list of numbers", &[("", PROJECTION), ("growth = 0,", "growth = 0, range = 0.1,")]),
    ("an uncertainty below zero", &[("", PROJECTION), ("growth = 0,", "growth = 0, trend_sd = -1,")]),
    ("a key that is no figure", &[("", PROJECTION), ("\"funding.subsidy\"", "\"funding.subsidi\"")]),
    ("an assumption that is none", &[("", PROJECTION), ("all = {", "one = 0.03\nall = {")]),
    ("an unlikely probability", &[("", PROJECTION), ("", "\n[projection.shock]\nplague = { probability = 2, times = 3, keys = [\"fund.interest\"], provenance = \"proposal\", source = \"test\" }\n")]),
];

fn complaints(edits: &[(&str, &str)]) -> String {
    let mut text = SMALL.to_string();
    for (from, to) in edits {
        if from.is_empty() {
            text.push_str(to);
            continue;
        }
        assert_eq!(
            text.matches(from).count(),
            1,
            "`{from}` does not stand there exactly once"
        );
        text = text.replacen(from, to, 1);
    }
    let name = "small.toml".into();
    match Scenario::from_source(Source { name, text }) {
        Ok(_) => panic!("nothing is wrong after {edits:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_message_is_as_it_was() {
    let mut all = String::new();
    for (what, edits) in EDITS {
        all.push_str(&format!("== {what}\n{}\n\n", complaints(edits)));
    }
    golden_in("scenario", "messages.txt", &all);
}
