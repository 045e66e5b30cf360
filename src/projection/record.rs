//! A projected year as named numbers of the city: what the table of a projection and `projection.json` hold.
//!
//! One list serves every file, so that a number has the same name everywhere. Amounts are whole fen of the city: the
//! sample's, to the fen, times its weight.

use crate::batch::people::{AGE_BANDS, BURDENS_PERCENT};
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::fund::accounts::Book;
use crate::fund::statement::BookStatement;
use crate::insured::category::Category;
use crate::projection::follow::ProjectedYear;
use crate::projection::plan::Expansion;
use crate::projection::quantity::Quantity;
use crate::synth::Departure;
use serde::Serialize;

/// A number with its name; the unit is the end of the name, or none for a ratio.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The name.
    pub name: String,
    /// The number.
    pub value: Number,
}

/// A number of a projected year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// A count, or fen.
    Whole(i64),
    /// A ratio or a measure; `None` where there is none.
    Ratio(Option<f64>),
}

/// The numbers of a year, always the same names in the same order. If the fund's balance before the first year is not known,
/// there are no months of reserve, and the cumulative balance counts from zero.
pub(crate) fn items(
    year: &ProjectedYear,
    expansion: Expansion,
    levels: &[String],
    opening_known: bool,
) -> Vec<Item> {
    let mut list = List {
        expansion,
        items: Vec::new(),
    };
    list.people(year);
    list.fund(&year.statement.consolidated);
    list.benefits_by_level(year, levels);
    for book in year
        .statement
        .books
        .iter()
        .filter(|book| book.book != Book::Basic.name())
    {
        list.fen(format!("transfer.{}_fen", book.book), book.transfer_in_fen);
    }
    let outside = &year.statement.outside;
    outside
        .iter()
        .for_each(|book| list.fen(format!("outside.{}_fen", book.book), book.granted_fen));
    for quantity in Quantity::ALL.into_iter().filter(|quantity| !is_listed(*quantity)) {
        let known = opening_known || quantity != Quantity::ReserveMonths;
        let number = known.then(|| quantity.of(year, expansion)).flatten();
        list.push(quantity.name(), Number::Ratio(number));
    }
    let people = year.people.all();
    for (percent, count) in BURDENS_PERCENT.into_iter().zip(people.burdened) {
        list.count(format!("burdened.above_{percent}_percent"), count);
    }
    let error = people
        .fund_per_person_error_fen()
        .map(|error| error * people.insured as f64 * expansion.weight() / 100.0);
    list.push("sampling_error.benefits_yuan", Number::Ratio(error));
    list.items
}

/// What stands in the list already as a whole number.
const fn is_listed(quantity: Quantity) -> bool {
    matches!(
        quantity,
        Quantity::Insured
            | Quantity::Income
            | Quantity::Benefits
            | Quantity::Balance
            | Quantity::CumulativeBalance
    )
}

struct List {
    expansion: Expansion,
    items: Vec<Item>,
}

impl List {
    fn push(&mut self, name: impl Into<String>, value: Number) {
        self.items.push(Item {
            name: name.into(),
            value,
        });
    }

    fn count(&mut self, name: impl Into<String>, sample: u64) {
        let city = self.expansion.city_count(sample);
        self.push(name, Number::Whole(city as i64));
    }

    fn fen(&mut self, name: impl Into<String>, sample: i64) {
        let city = self.expansion.city_fen(sample);
        self.push(name, Number::Whole(city));
    }

    fn people(&mut self, year: &ProjectedYear) {
        let flows = &year.flows;
        self.count("population.opening", flows.opening.all());
        self.count("population.born", flows.born.all());
        self.count(
            "population.arrived",
            flows.arrived.iter().map(|heads| heads.all()).sum(),
        );
        self.count("population.returned", flows.returned.all());
        self.count("population.died", flows.died.all());
        for (cause, heads) in Departure::ALL.into_iter().zip(&flows.left) {
            let name = match cause {
                Departure::Membership => "population.left_scheme",
                Departure::YearsOver => "population.left_city",
            };
            self.count(name, heads.all());
        }
        self.count("population.closing", flows.closing.all());
        self.count("insured", year.people.all().insured);
        for category in Category::ALL {
            let sums = year.people.category(category);
            self.count(format!("insured.{}", category.name()), sums.insured);
        }
        for band in 0..AGE_BANDS.len() {
            let sums = year.people.age_band(band);
            let name = age_band_name(band);
            self.count(format!("insured.age_{name}"), sums.insured);
            self.fen(format!("benefits.age_{name}_fen"), sums.fund.get());
        }
    }

    fn fund(&mut self, fund: &BookStatement) {
        let income = &fund.income;
        for (name, fen) in [
            ("income.persons_fen", income.individual_person_fen),
            ("income.finance_fen", income.individual_finance_fen),
            ("income.township_fen", income.individual_township_fen),
            ("income.employer_fen", income.individual_employer_fen),
            ("income.subsidy_central_fen", income.subsidy_by_level.central_fen),
            (
                "income.subsidy_provincial_fen",
                income.subsidy_by_level.provincial_fen,
            ),
            (
                "income.subsidy_municipal_fen",
                income.subsidy_by_level.municipal_fen,
            ),
            (
                "income.subsidy_district_fen",
                income.subsidy_by_level.district_fen,
            ),
            ("income.interest_fen", income.interest_fen),
            ("income_fen", income.total_fen),
            ("benefits.inpatient_fen", fund.benefits.inpatient_fen),
            ("benefits.chronic_fen", fund.benefits.chronic_fen),
            ("benefits.maternity_fen", fund.benefits.maternity_fen),
            (
                "benefits.general_outpatient_fen",
                fund.benefits.general_outpatient_fen,
            ),
            (
                "benefits.critical_illness_fen",
                fund.benefits.critical_illness_fen,
            ),
            ("benefits_fen", fund.benefits.total_fen),
            ("balance_fen", fund.current_balance_fen),
            ("cumulative_balance_fen", fund.cumulative_balance_fen),
        ] {
            self.fen(name, fen);
        }
    }

    /// What the basic fund and the outpatient pool paid, by level of the institution.
    fn benefits_by_level(&mut self, year: &ProjectedYear, levels: &[String]) {
        for (index, level) in levels.iter().enumerate() {
            let of_kind = |kind| year.tally.kind_at(kind, Level(index as u8)).basic.get();
            let paid: i64 = BenefitKind::ALL.into_iter().map(of_kind).sum();
            self.fen(format!("benefits.level_{level}_fen"), paid);
        }
    }
}

/// The ages of a band, such as `18_29`, the last one open.
pub(crate) fn age_band_name(band: usize) -> String {
    match AGE_BANDS.get(band + 1) {
        Some(next) => format!("{}_{}", AGE_BANDS[band], next - 1),
        None => format!("{}_up", AGE_BANDS[band]),
    }
}
