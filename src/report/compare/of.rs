//! What every part of the report of a comparison is made from, and what several parts tell of it the same way.

use crate::compare::comparison::{Comparison, Pair};
use crate::compare::crowd::Whose;
use crate::compare::side::Side;
use crate::money::Fen;
use crate::report::lang::Lang;
use crate::report::number::count;
use crate::report::page::{Cell, Column};
use crate::scenario::Scenario;

/// What every part of the report is made from.
pub(super) struct Of<'a> {
    pub comparison: &'a Comparison,
    pub scenarios: &'a [Scenario],
    pub whose: &'a Whose,
    pub lang: Lang,
}

impl Of<'_> {
    /// A scenario's title, or its label where titles do not tell them apart.
    pub(super) fn title(&self, index: usize) -> &str {
        let of = |index: usize| {
            let of = &self.comparison.scenarios[index];
            self.lang.pick(&of.title, &of.title_zh)
        };
        let same = (0..self.comparison.scenarios.len()).filter(|&other| of(other) == of(index));
        match same.count() {
            1 => of(index),
            _ => self.label(index),
        }
    }

    /// A scenario's short name.
    pub(super) fn label(&self, index: usize) -> &str {
        &self.comparison.scenarios[index].label
    }

    /// `2022`, or `2021–2023`.
    pub(super) fn years(&self) -> String {
        let years = &self.comparison.years;
        match (years.first(), years.last()) {
            (Some(first), Some(last)) if first.year != last.year => format!("{}–{}", first.year, last.year),
            (Some(first), _) => first.year.to_string(),
            _ => String::new(),
        }
    }

    /// Who the people are.
    pub(super) fn about_people(&self) -> String {
        match (self.whose, self.lang) {
            (Whose::City { persons, seed }, Lang::En) => {
                format!("{} residents drawn, seed {seed}", count(i64::from(*persons)))
            }
            (Whose::City { persons, seed }, Lang::Zh) => {
                format!("模拟居民{}人，随机种子{seed}", count(i64::from(*persons)))
            }
            (Whose::Files { .. }, _) => self.lang.pick("persons of files", "文件所载人员").to_string(),
        }
    }

    /// The unit of amounts.
    pub(super) fn yuan(&self) -> &'static str {
        self.lang.pick("yuan", "元")
    }

    /// A sum of a scenario over the years.
    pub(super) fn sum(&self, scenario: usize, amount: impl Fn(&Side) -> Fen) -> Fen {
        self.comparison.sum(scenario, amount)
    }

    /// Persons with claims, years added.
    pub(super) fn claimants(&self, scenario: usize) -> u64 {
        let years = self.comparison.years.iter();
        years.map(|year| year.sides[scenario].spread.persons).sum()
    }

    /// Columns for a name, every scenario, and the change from the baseline of each pair.
    pub(super) fn columns(&self, first: &str, unit: &str) -> Vec<Column> {
        let mut columns = vec![Column::new(first)];
        columns.extend((0..self.scenarios.len()).map(|index| Column::of(self.label(index), unit)));
        columns.extend(
            self.comparison
                .pairs
                .iter()
                .map(|pair| Column::of(self.change(pair), unit)),
        );
        columns
    }

    /// What the column of a change is called.
    pub(super) fn change(&self, pair: &Pair) -> String {
        let change = self.lang.pick("change", "变动");
        let pairs = self.comparison.pairs.len();
        match (pairs, pair.from) {
            (1, _) => change.to_string(),
            (_, 0) => format!("{change}: {}", self.label(pair.to)),
            (_, from) => format!("{change}: {} → {}", self.label(from), self.label(pair.to)),
        }
    }

    /// A row of amounts, one for each scenario with the people behind it, and the changes.
    pub(super) fn amounts(&self, name: &str, of: impl Fn(usize) -> (Fen, u64)) -> Vec<Cell> {
        let all: Vec<(Fen, u64)> = (0..self.scenarios.len()).map(of).collect();
        let mut cells = vec![Cell::text(name)];
        cells.extend(all.iter().map(|&(amount, people)| Cell::yuan(amount).of(people)));
        cells.extend(self.comparison.pairs.iter().map(|pair| {
            let (before, after) = (all[pair.from], all[pair.to]);
            let people = match before.1.min(after.1) {
                0 => before.1.max(after.1),
                fewest => fewest,
            };
            Cell::yuan(after.0 - before.0).of(people)
        }));
        cells
    }
}
