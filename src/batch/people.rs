//! Sums over the insured of one benefit year, by category and age band: what the bills came to, who bore them, and for
//! how many they were more than a share of an income.
//!
//! Integers throughout, squares included, so that neither threads nor the order of persons can matter.

use crate::benefit::settlement::Settlement;
use crate::insured::category::Category;
use crate::insured::person::Person;
use crate::insured::terms::first_day;
use crate::money::Fen;

/// The first completed age of each band; the last is open.
pub const AGE_BANDS: [u32; 7] = [0, 18, 30, 45, 60, 70, 80];

/// The shares of an income above which a person's own payments count as catastrophic, in percent.
pub const BURDENS_PERCENT: [i64; 3] = [10, 25, 40];

/// Whose sums to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleOf {
    /// The benefit year.
    pub year: i32,
    /// Disposable income per head of the year; `None` where it is not known.
    pub income: Option<Fen>,
}

/// Sums over the insured of a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// By category and age band.
    cells: [[PersonSums; AGE_BANDS.len()]; Category::ALL.len()],
}

/// Sums over persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonSums {
    /// Insured persons: those with a day of cover in the year.
    pub insured: u64,
    /// Of them, those with a claim.
    pub with_claims: u64,
    /// Their bills.
    pub bills: Fen,
    /// In scope, of claims that were settled.
    pub in_scope: Fen,
    /// Paid by the fund: basic fund, outpatient pool, critical illness insurance.
    pub fund: Fen,
    /// The sum of the squares of what the fund paid for each of them, in fen squared: for the error of a sample.
    pub fund_squares: i128,
    /// Paid by the persons themselves.
    pub own: Fen,
    /// How many paid more than each of [`BURDENS_PERCENT`] of the income; all zero where it is not known.
    pub burdened: [u64; BURDENS_PERCENT.len()],
}

/// One person's year in the making.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonYear {
    claims: i64,
    bills: Fen,
    in_scope: Fen,
    fund: Fen,
    own: Fen,
}

impl PersonYear {
    /// Adds a row; a cancellation carries mirrored amounts.
    #[inline]
    pub fn add(&mut self, settlement: &Settlement, cancels: bool) {
        self.claims += if cancels { -1 } else { 1 };
        self.bills += settlement.total;
        if settlement.place.is_some() {
            self.in_scope += settlement.in_scope;
        }
        self.fund += settlement.basic + settlement.critical_illness;
        self.own += settlement.person;
    }

    /// Claims that stand.
    pub fn claims(&self) -> i64 {
        self.claims
    }

    /// What the person paid.
    pub fn own(&self) -> Fen {
        self.own
    }
}

impl People {
    /// Adds a person who was insured as `category`.
    pub fn add(&mut self, of: PeopleOf, person: &Person, category: Category, year: &PersonYear) {
        let age = first_day(of.year).years_since(person.birth).unwrap_or(0);
        let sums = &mut self.cells[category as usize][age_band(age)];
        sums.insured += 1;
        sums.with_claims += u64::from(year.claims > 0);
        sums.bills += year.bills;
        sums.in_scope += year.in_scope;
        sums.fund += year.fund;
        sums.fund_squares += i128::from(year.fund.get()).pow(2);
        sums.own += year.own;
        if let Some(income) = of.income {
            for (count, percent) in sums.burdened.iter_mut().zip(BURDENS_PERCENT) {
                let is_burdened =
                    i128::from(year.own.get()) * 100 > i128::from(income.get()) * i128::from(percent);
                *count += u64::from(is_burdened);
            }
        }
    }

    /// Adds the sums of another part.
    pub(crate) fn merge(&mut self, other: &People) {
        let others = other.cells.iter().flatten();
        for (sums, others) in self.cells.iter_mut().flatten().zip(others) {
            sums.merge(others);
        }
    }

    /// The sums of a category, over all ages.
    pub fn category(&self, category: Category) -> PersonSums {
        PersonSums::all(self.cells[category as usize].iter())
    }

    /// The sums of an age band, over all categories.
    pub fn age_band(&self, band: usize) -> PersonSums {
        PersonSums::all(self.cells.iter().map(|bands| &bands[band]))
    }

    /// The sums over everyone.
    pub fn all(&self) -> PersonSums {
        PersonSums::all(self.cells.iter().flatten())
    }
}

impl PersonSums {
    fn all<'a>(parts: impl Iterator<Item = &'a PersonSums>) -> PersonSums {
        let mut all = PersonSums::default();
        parts.for_each(|part| all.merge(part));
        all
    }

    fn merge(&mut self, other: &PersonSums) {
        self.insured += other.insured;
        self.with_claims += other.with_claims;
        self.bills += other.bills;
        self.in_scope += other.in_scope;
        self.fund += other.fund;
        self.fund_squares += other.fund_squares;
        self.own += other.own;
        for (count, others) in self.burdened.iter_mut().zip(other.burdened) {
            *count += others;
        }
    }

    /// The standard error of the fund's payments per person, in fen, if these persons are a sample of many more;
    /// `None` for fewer than two.
    pub fn fund_per_person_error_fen(&self) -> Option<f64> {
        let n = self.insured as f64;
        if self.insured < 2 {
            return None;
        }
        let mean = self.fund.get() as f64 / n;
        let variance = (self.fund_squares as f64 / n - mean * mean).max(0.0) * n / (n - 1.0);
        Some((variance / n).sqrt())
    }
}

/// The band of a completed age.
pub fn age_band(age: u32) -> usize {
    AGE_BANDS.partition_point(|&first| first <= age) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn bands_begin_with_their_first_age() {
        assert_eq!([0, 17, 18, 59, 60, 80, 120].map(age_band), [0, 0, 1, 3, 4, 6, 6]);
    }

    #[test]
    fn burdens_and_errors_are_those_of_a_sample_worked_by_hand() {
        let of = PeopleOf {
            year: 2023,
            income: Some(Fen::from_yuan(1_000)),
        };
        let person = Person::born(NaiveDate::from_ymd_opt(1950, 5, 5).unwrap());
        let mut people = People::default();
        for (fund, own) in [(100, 100), (300, 101), (500, 401)] {
            let year = PersonYear {
                claims: 1,
                fund: Fen::from_yuan(fund),
                own: Fen::from_yuan(own),
                ..PersonYear::default()
            };
            people.add(of, &person, Category::Adult, &year);
        }
        let all = people.age_band(5);
        assert_eq!(all, people.all());
        // More than 100, 250 and 400 yuan.
        assert_eq!(all.burdened, [2, 1, 1]);
        // 100, 300, 500: variance 40,000 with n - 1, error of the mean sqrt(40,000 / 3) = 115.47 yuan.
        let error = all.fund_per_person_error_fen().unwrap();
        assert!((error - 11_547.005).abs() < 0.001, "{error}");
    }
}
