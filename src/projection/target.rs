//! What a user asks the solver for: `--target "reserve_months>=6@2030"` and `--vary funding.individual.adult=300..600/1`.
//!
//! Which quantities a projection has, and which keys of a scenario can be varied, the caller says.
//!
//! ```
//! use yibao::projection::target::{Key, Quantities, Target, Unit, Vary};
//! let quantities = Quantities { names: &["balance_yuan", "reserve_months"], balance: "balance_yuan" };
//! let target = Target::parse("reserve_months>=6@2030", &quantities)?;
//! assert_eq!((target.quantity.as_str(), target.goal.bound, target.year), ("reserve_months", 6.0, Some(2030)));
//! let adult = Key { name: "funding.individual.adult", unit: Unit::Yuan, step: 1 };
//! let vary = Vary::parse("funding.individual.adult=300..600/1", &[adult])?;
//! // In fen, by whole yuan.
//! assert_eq!((vary.range, vary.step), (Some((300_00, 600_00)), 1_00));
//! # Ok::<(), yibao::projection::target::RequestError>(())
//! ```

use crate::money::{Fen, PPM, Rate};
use crate::nearest::nearest;
use crate::outlook::GROWTH;
use crate::projection::solve::{Goal, Search, Side};
use rust_decimal::Decimal;
use serde::Serialize;

/// The target that needs no quantity: Art. 3.
const SMALL_SURPLUS: &str = "small-surplus";

/// What the quantities of a projection are called.
#[derive(Clone, Copy, Debug)]
pub struct Quantities<'a> {
    /// All of them.
    pub names: &'a [&'a str],
    /// The one that is the balance of a year, income less expenditure, which `small-surplus` is about.
    pub balance: &'a str,
}

/// A quantity, what it is to be, and in which year.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The quantity's name.
    pub quantity: String,
    /// What it is to be.
    pub goal: Goal,
    /// In which year; `None` if the target does not say.
    pub year: Option<i32>,
}

impl Target {
    /// Reads `QUANTITY>=NUMBER[@YEAR]`, `QUANTITY<=NUMBER[@YEAR]` or `small-surplus[@YEAR]`.
    ///
    /// `small-surplus` is Art. 3, expenditure set by revenue and the balance with a small surplus (以收定支、收支平衡、略有结余):
    /// the balance of the year is nothing or more, and as little more as a step of the figure allows.
    ///
    /// # Errors
    /// It is written otherwise, or there is no such quantity.
    pub fn parse(text: &str, quantities: &Quantities) -> Result<Target, RequestError> {
        let malformed = || RequestError::MalformedTarget { text: text.into() };
        let (condition, year) = match text.rsplit_once('@') {
            Some((condition, year)) => {
                let wrong = RequestError::NotAYear { text: year.into() };
                (condition.trim(), Some(whole(year).ok_or(wrong)?))
            }
            None => (text.trim(), None),
        };
        if condition == SMALL_SURPLUS {
            let goal = Goal {
                tight: true,
                ..Goal::at_least(0.0)
            };
            let quantity = quantities.balance.into();
            return Ok(Target { quantity, goal, year });
        }
        let at_least = condition.split_once(">=").map(|parts| (parts, Side::AtLeast));
        let at_most = || condition.split_once("<=").map(|parts| (parts, Side::AtMost));
        let ((name, bound), side) = at_least.or_else(at_most).ok_or_else(malformed)?;
        let name = name.trim();
        if !quantities.names.contains(&name) {
            let known = quantities.names.iter().copied().chain([SMALL_SURPLUS]);
            return Err(RequestError::unknown("quantity", name, known));
        }
        let bound = decimal(bound.trim()).and_then(|bound| f64::try_from(bound).ok());
        let goal = Goal {
            side,
            bound: bound.ok_or_else(malformed)?,
            tight: false,
        };
        let quantity = name.into();
        Ok(Target { quantity, goal, year })
    }
}

/// What the numbers of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// An amount: written in yuan, held in fen.
    Yuan,
    /// A share of one: written as a decimal, held in millionths.
    Share,
    /// Zero or more, such as a frequency: written as a decimal, held in millionths.
    Number,
    /// A yearly growth, which may be below zero: written as a decimal, held in millionths.
    Growth,
    /// A whole number, such as days.
    Whole,
}

impl Unit {
    /// Reads a number as a person writes it.
    ///
    /// # Errors
    /// A sentence that goes on from the number, such as "has more than two decimals".
    pub fn parse(self, text: &str) -> Result<i64, String> {
        let value = match self {
            Unit::Yuan => Fen::parse_yuan(text)
                .map(Fen::get)
                .map_err(|error| error.to_string()),
            Unit::Share => Rate::parse(text)
                .map(|rate| rate.ppm().into())
                .map_err(|error| error.to_string()),
            Unit::Number | Unit::Growth => millionths(text),
            Unit::Whole => whole(text).ok_or_else(|| "is not a whole number".into()),
        }?;
        let (least, most) = (self.least(), self.most());
        match value {
            _ if value > most => Err(format!("is more than {}", self.format(most))),
            _ if value >= least => Ok(value),
            _ if least == 0 => Err("is less than nothing".into()),
            _ => Err(format!("is less than {}", self.format(least))),
        }
    }

    /// A number as a person writes it.
    pub(crate) fn format(self, value: i64) -> String {
        match self {
            Unit::Yuan => Fen::new(value).to_string(),
            Unit::Share | Unit::Number | Unit::Growth => Decimal::new(value, 6).normalize().to_string(),
            Unit::Whole => value.to_string(),
        }
    }

    /// The least that a number of this kind can be.
    fn least(self) -> i64 {
        match self {
            Unit::Growth => in_millionths(*GROWTH.start()),
            Unit::Yuan | Unit::Share | Unit::Number | Unit::Whole => 0,
        }
    }

    /// The most that a number of this kind can be.
    fn most(self) -> i64 {
        match self {
            Unit::Growth => in_millionths(*GROWTH.end()),
            Unit::Yuan => Fen::MAX_INPUT.get(),
            Unit::Share => PPM,
            Unit::Number => 1_000_000 * PPM,
            Unit::Whole => 1_000_000,
        }
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+');
    text.bytes()
        .all(plain)
        .then(|| Decimal::from_str_exact(text).ok())
        .flatten()
}

fn millionths(text: &str) -> Result<i64, String> {
    let number = decimal(text).ok_or("is not a plain decimal number")?;
    let scaled = number.checked_mul(PPM.into()).ok_or("is too large")?;
    if !scaled.is_integer() {
        return Err("has more than six places".into());
    }
    scaled.try_into().map_err(|_| "is too large".into())
}

fn in_millionths(number: f64) -> i64 {
    (number * PPM as f64).round() as i64
}

fn whole<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// A figure that can be varied.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Its key in the scenario.
    pub name: &'a str,
    /// What its numbers are.
    pub unit: Unit,
    /// The step where the user gives none, in whole units (1 is a fen, or a millionth).
    pub step: i64,
}

/// A figure to vary, and within which bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Vary {
    /// Its key in the scenario.
    pub key: String,
    /// What its numbers are.
    pub unit: Unit,
    /// The ends of the search, both included, in whole units; `None` to look outward from the figure as it is.
    pub range: Option<(i64, i64)>,
    /// The step, in whole units.
    pub step: i64,
}

impl Vary {
    /// Reads `KEY[=LOW..HIGH][/STEP]`, the numbers in the unit of the key.
    ///
    /// # Errors
    /// It is written otherwise, there is no such key, a number is none or out of bounds, or no multiple of the step is in the
    /// range.
    pub fn parse(text: &str, keys: &[Key]) -> Result<Vary, RequestError> {
        let (rest, step) = cut(text, "/");
        let (name, range) = cut(rest, "=");
        let known = || keys.iter().map(|key| key.name);
        let key = keys
            .iter()
            .find(|key| key.name == name)
            .ok_or_else(|| RequestError::unknown("key", name, known()))?;
        let number = |text: &str| {
            key.unit.parse(text).map_err(|wrong| RequestError::NotANumber {
                key: name.into(),
                text: text.into(),
                wrong,
            })
        };
        let step = step.map_or(Ok(key.step), number)?;
        let range = match range {
            None => None,
            Some(range) => {
                let ends = range
                    .split_once("..")
                    .ok_or_else(|| RequestError::MalformedRange {
                        key: name.into(),
                        text: range.into(),
                    })?;
                Some((number(ends.0.trim())?, number(ends.1.trim())?))
            }
        };
        let (low, high) = range.unwrap_or((key.unit.least(), key.unit.most()));
        let has_multiple = step > 0 && (high.div_euclid(step) * step) >= low;
        if !has_multiple {
            let [low, high, step] = [low, high, step].map(|value| key.unit.format(value));
            let key = name.into();
            return Err(RequestError::NoValues { key, low, high, step });
        }
        Ok(Vary {
            key: name.into(),
            unit: key.unit,
            range,
            step,
        })
    }

    /// How far to look without a range: beyond a hundred times as much, a figure is another one. One that is nothing, or
    /// little, may become ten thousand steps.
    fn farthest(&self, start: i64) -> i64 {
        let least = self.step.saturating_mul(FARTHEST_TIMES);
        let far = start.max(least).saturating_mul(FARTHEST_TIMES);
        far.min(self.unit.most())
    }

    /// Where to search, the figure being `start` now.
    pub fn search(&self, start: i64) -> Search {
        let (low, high) = self
            .range
            .unwrap_or_else(|| (self.unit.least(), self.farthest(start)));
        Search {
            start,
            low,
            high,
            step: self.step,
            whole_range: self.range.is_some(),
        }
    }
}

/// How many times the figure as it is the search goes by itself.
const FARTHEST_TIMES: i64 = 100;

/// What stands before the first `mark`, and what after it if there is one.
fn cut<'a>(text: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before.trim(), Some(after.trim())),
        None => (text.trim(), None),
    }
}

/// Why a request to the solver cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Not a target at all.
    #[error("`{text}` is not a target")]
    MalformedTarget {
        /// What was written.
        text: String,
    },
    /// What follows the `@` is no year.
    #[error("`{text}` is not a year")]
    NotAYear {
        /// What was written.
        text: String,
    },
    /// No quantity or key of this name.
    #[error("no {what} is called `{name}`")]
    Unknown {
        /// Which of the two.
        what: &'static str,
        /// What was written.
        name: String,
        /// What may help.
        hint: String,
    },
    /// What follows the `=` is no range.
    #[error("`{text}` is not a range for `{key}`")]
    MalformedRange {
        /// The key.
        key: String,
        /// What was written.
        text: String,
    },
    /// A number that the key cannot have.
    #[error("`{text}`, for `{key}`, {wrong}")]
    NotANumber {
        /// The key.
        key: String,
        /// What was written.
        text: String,
        /// What is wrong with it.
        wrong: String,
    },
    /// A key that is to be varied twice.
    #[error("`{key}` is to be varied twice")]
    Twice {
        /// The key.
        key: String,
    },
    /// Nothing to try.
    #[error("no multiple of {step} lies between {low} and {high}, for `{key}`")]
    NoValues {
        /// The key.
        key: String,
        /// The lower end.
        low: String,
        /// The upper end.
        high: String,
        /// The step.
        step: String,
    },
}

/// So many names can be read in an error message.
const FEW: usize = 20;

impl RequestError {
    fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> RequestError {
        let below: Vec<&str> = known
            .clone()
            .filter(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
            .collect();
        let hint = match nearest(name, known.clone()) {
            _ if (1..=FEW).contains(&below.len()) => format!("below it there are {}", below.join(", ")),
            Some(near) => format!("did you mean `{near}`?"),
            None if known.clone().count() <= FEW => {
                format!("known are {}", known.collect::<Vec<_>>().join(", "))
            }
            None => "`yibao keys` lists them".into(),
        };
        let name = name.into();
        RequestError::Unknown { what, name, hint }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            RequestError::MalformedTarget { .. } => {
                "write QUANTITY>=NUMBER or QUANTITY<=NUMBER, with @YEAR behind it if you like, in quotes: \
                 'reserve_months>=6@2030'"
            }
            RequestError::NotAYear { .. } => "a year is written @2030",
            RequestError::Unknown { hint, .. } => hint,
            RequestError::MalformedRange { .. } => {
                "write KEY=LOW..HIGH, such as funding.individual.adult=300..600"
            }
            RequestError::NotANumber { .. } => {
                "write KEY=LOW..HIGH/STEP, numbers in the unit of the key, such as \
                 funding.individual.adult=300..600/10"
            }
            RequestError::Twice { .. } => "give each key once",
            RequestError::NoValues { .. } => {
                "put the lower end first, and give a step that fits between the ends"
            }
        };
        Some(hint.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUANTITIES: Quantities = Quantities {
        names: &["balance_yuan", "reserve_months", "old_age_ratio"],
        balance: "balance_yuan",
    };
    const KEYS: [Key; 5] = [
        Key {
            name: "funding.individual.adult",
            unit: Unit::Yuan,
            step: 1,
        },
        Key {
            name: "benefit.inpatient.ratio",
            unit: Unit::Share,
            step: 1,
        },
        Key {
            name: "utilisation.visits",
            unit: Unit::Number,
            step: 1,
        },
        Key {
            name: "utilisation.days",
            unit: Unit::Whole,
            step: 1,
        },
        Key {
            name: "projection.assume.stays",
            unit: Unit::Growth,
            step: 1_000,
        },
    ];

    fn target(text: &str) -> Result<Target, RequestError> {
        Target::parse(text, &QUANTITIES)
    }

    fn vary(text: &str) -> Result<Vary, RequestError> {
        Vary::parse(text, &KEYS)
    }

    #[test]
    fn targets_are_read() {
        let six = target(" reserve_months >= 6 @ 2030 ").unwrap();
        assert_eq!(
            (six.quantity.as_str(), six.goal, six.year),
            ("reserve_months", Goal::at_least(6.0), Some(2030))
        );
        let most = target("old_age_ratio<=0.25").unwrap();
        assert_eq!((most.goal, most.year), (Goal::at_most(0.25), None));
        assert_eq!(target("balance_yuan>=-1.5").unwrap().goal.bound, -1.5);
        let surplus = target("small-surplus@2026").unwrap();
        assert_eq!(
            (surplus.quantity.as_str(), surplus.year),
            ("balance_yuan", Some(2026))
        );
        assert!(surplus.goal.tight && surplus.goal.reached(0.0) && !surplus.goal.reached(-0.01));
    }

    #[test]
    fn a_target_that_is_none_says_what_to_write() {
        let told = |text| {
            let error = target(text).unwrap_err();
            format!("{error}; {}", error.hint().unwrap())
        };
        assert_eq!(
            told("reserve_month>=6"),
            "no quantity is called `reserve_month`; did you mean `reserve_months`?"
        );
        assert_eq!(
            told("x>=6"),
            "no quantity is called `x`; known are balance_yuan, reserve_months, old_age_ratio, small-surplus"
        );
        assert_eq!(
            told("small-surpls>=0@2030"),
            "no quantity is called `small-surpls`; did you mean `small-surplus`?"
        );
        assert_eq!(
            told("reserve_months>=6@soon"),
            "`soon` is not a year; a year is written @2030"
        );
        for text in [
            "",
            "reserve_months",
            "reserve_months>6",
            "reserve_months=6",
            "reserve_months>=",
            "reserve_months>=six",
            "reserve_months>=1e400",
            "reserve_months>=NaN",
        ] {
            let found = target(text);
            assert!(
                matches!(found, Err(RequestError::MalformedTarget { .. })),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_to_vary_is_read_in_the_unit_of_the_key() {
        let free = vary("funding.individual.adult").unwrap();
        assert_eq!((free.range, free.step), (None, 1));
        let start = free.search(38_000);
        assert_eq!((start.start, start.low, start.whole_range), (38_000, 0, false));
        let given = vary("funding.individual.adult = 300 .. 600.5 / 0.5").unwrap();
        assert_eq!((given.range, given.step), (Some((30_000, 60_050)), 50));
        assert!(given.search(38_000).whole_range);
        let share = vary("benefit.inpatient.ratio=0.5..1/0.01").unwrap();
        assert_eq!((share.range, share.step), (Some((500_000, 1_000_000)), 10_000));
        let number = vary("utilisation.visits=0.5..4.25").unwrap();
        assert_eq!(number.range, Some((500_000, 4_250_000)));
        assert_eq!(vary("utilisation.days/7").unwrap().step, 7);
        let growth = vary("projection.assume.stays=-0.05..0.05").unwrap();
        assert_eq!(growth.range, Some((-50_000, 50_000)));
        let free = vary("projection.assume.stays").unwrap().search(-20_000);
        assert_eq!((free.start, free.low, free.high), (-20_000, -900_000, 1_000_000));
        for (unit, value, text) in [
            (Unit::Yuan, 38_000, "380.00"),
            (Unit::Share, 650_000, "0.65"),
            (Unit::Number, 4_250_000, "4.25"),
            (Unit::Whole, 30, "30"),
            (Unit::Growth, -25_000, "-0.025"),
        ] {
            assert_eq!(unit.format(value), text);
            assert_eq!(unit.parse(text), Ok(value));
        }
    }

    #[test]
    fn what_cannot_be_varied_says_why() {
        let told = |text| {
            let error = vary(text).unwrap_err();
            match error.hint() {
                Some(hint) => format!("{error}; {hint}"),
                None => error.to_string(),
            }
        };
        assert_eq!(
            told("funding.individual.adlt=300..600"),
            "no key is called `funding.individual.adlt`; did you mean `funding.individual.adult`?"
        );
        assert_eq!(
            told("funding.individual.adult=300"),
            "`300` is not a range for `funding.individual.adult`; write KEY=LOW..HIGH, such as \
             funding.individual.adult=300..600"
        );
        // A number that does not fit comes with the form to write.
        let number = |text| {
            let said = told(text);
            let (said, form) = said.split_once("; ").unwrap();
            assert!(
                form.starts_with("write KEY=LOW..HIGH/STEP, numbers in the unit"),
                "{form}"
            );
            said.to_string()
        };
        assert_eq!(
            number("funding.individual.adult=300..1.005"),
            "`1.005`, for `funding.individual.adult`, has more than two decimals"
        );
        assert_eq!(
            number("benefit.inpatient.ratio=0.5..80"),
            "`80`, for `benefit.inpatient.ratio`, is not between 0 and 1 (80 % is written 0.80)"
        );
        assert_eq!(
            number("funding.individual.adult=-1..5"),
            "`-1`, for `funding.individual.adult`, is less than nothing"
        );
        assert_eq!(
            number("utilisation.visits=0..1000001"),
            "`1000001`, for `utilisation.visits`, is more than 1000000"
        );
        assert_eq!(
            number("projection.assume.stays=-5..0.05"),
            "`-5`, for `projection.assume.stays`, is less than -0.9"
        );
        for text in [
            "funding.individual.adult=600..300",
            "funding.individual.adult/0",
            "funding.individual.adult=301..399/100",
        ] {
            assert!(matches!(vary(text), Err(RequestError::NoValues { .. })), "{text}");
        }
    }
}
