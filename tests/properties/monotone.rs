//! More generous rules never pay less.

use crate::common::*;
use crate::given::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use yibao::prelude::*;

/// Jinan with ceilings from 0 upward to none.
static CEILINGS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let amounts = [
        "yuan = 0",
        "yuan = 20000",
        "yuan = 100000.01",
        "yuan = 250000",
        "yuan = 600000",
        "unlimited = true",
    ];
    let with = |amount: &str| variant(&[("amount = { yuan = 250000,", &format!("amount = {{ {amount},"))]);
    amounts.map(with).into()
});

/// Jinan with one of its ratios, floors, additions or multipliers raised by 5 points, each in turn.
static HIGHER_RATIOS: LazyLock<Vec<(String, Scenario)>> = LazyLock::new(|| {
    let text = &jinan().source().text;
    let lines: Vec<&str> = text.lines().collect();
    let raised = |index: usize| {
        let mut changed: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
        changed[index] = five_points_more(lines[index])?;
        let scenario = read(changed.join("\n")).unwrap_or_else(|error| panic!("{error}"));
        Some((lines[index].to_string(), scenario))
    };
    (0..lines.len()).filter_map(raised).collect()
});

/// A line of the scenario that states a ratio of the basic fund or the pool, with every rate in it 5 points higher.
fn five_points_more(line: &str) -> Option<String> {
    let (key, value) = line.split_once(" = { rate = ")?;
    let states_a_ratio = ["ratio", "at_least", "add", "ratio_times"]
        .iter()
        .any(|name| key.split('.').any(|part| part == *name));
    if !states_a_ratio {
        return None;
    }
    let (rates, note) = value.split_once(", provenance")?;
    let raise = |word: &str| match word.trim_end_matches(',') {
        rate if rate.contains('.') => {
            let percent: f64 = rate.parse::<f64>().unwrap() * 100.0 + 5.0;
            word.replace(rate, &format!("{:.2}", percent.min(100.0) / 100.0))
        }
        _ => word.to_string(),
    };
    let rates: Vec<String> = rates.split(' ').map(raise).collect();
    Some(format!("{key} = {{ rate = {}, provenance{note}", rates.join(" ")))
}

/// What the basic fund pays in the year, and what it pays together with critical illness insurance.
fn paid(scenario: &Scenario, person: &Person, claims: &[Claim]) -> (Fen, Fen) {
    let settled = settle_in_turn(scenario, person, claims);
    let basic = sum(&settled, |settled| settled.basic);
    (basic, basic + sum(&settled, |settled| settled.critical_illness))
}

/// 15 inpatient ratios, 1 of chronic treatment, 6 floors, 2 of dialysis, 1 addition, the pool's, 4 out of area: of
/// these, 100 % for the resettled cannot rise.
#[test]
fn thirty_ratios_can_be_raised() {
    let lines: Vec<&String> = HIGHER_RATIOS.iter().map(|(line, _)| line).collect();
    assert_eq!(lines.len(), 30, "{lines:#?}");
}

proptest! {
    #[test]
    fn a_higher_ceiling_never_pays_less(
        person in any_adult(),
        claims in any_year(1..20),
        low in 0usize..6,
        high in 0usize..6,
    ) {
        let (low, high) = (low.min(high), low.max(high));
        let (basic, together) = paid(&CEILINGS[low], &person, &claims);
        let (higher_basic, higher_together) = paid(&CEILINGS[high], &person, &claims);
        prop_assert!(basic <= higher_basic);
        prop_assert!(together <= higher_together);
    }

    #[test]
    fn a_higher_ratio_never_pays_less(
        person in any_adult(),
        claims in any_year(1..20),
        which in any::<prop::sample::Index>(),
    ) {
        let (line, higher) = which.get(HIGHER_RATIOS.as_slice());
        let (basic, together) = paid(jinan(), &person, &claims);
        let (higher_basic, higher_together) = paid(higher, &person, &claims);
        prop_assert!(basic <= higher_basic, "{}", line);
        prop_assert!(together <= higher_together, "{}", line);
    }

    /// A hardship class is never worse off than an ordinary person with the same claims.
    #[test]
    fn a_hardship_class_never_bears_more(claims in any_year(1..20), class in any_identity()) {
        let bears = |identity| {
            sum(&settle_in_turn(jinan(), &of_class(identity), &claims), |settled| settled.person)
        };
        prop_assert!(bears(class) <= bears(Identity::Ordinary), "{:?}", class);
    }

    /// One more fen in scope is at most one more fen for anybody.
    #[test]
    fn the_fund_never_pays_more_than_is_in_scope(person in any_person(), claim in any_claim()) {
        let settled = settle_alone(&person, &claim);
        prop_assert!(settled.basic + settled.critical_illness + settled.assistance <= settled.in_scope);
    }
}
