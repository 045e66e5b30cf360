//! What the compiled tables show without a bill: ratios and deductibles by level, ceilings, groups.

use crate::benefit::claim::HospLv;
use crate::benefit::tariff::{BenefitTerms, Group, Level, Limit, Ratio, Tariff};
use crate::figure::FigureId;
use crate::insured::category::Category;
use crate::lint::finding::{Found, Lint};
use crate::money::{Fen, Rate};
use crate::scenario::KINDS;

pub(super) fn look(found: &mut Found<'_>) {
    let scenario = found.scenario;
    for year in scenario.years() {
        let Some(tariff) = scenario.tariff(year) else {
            continue;
        };
        let grades: Vec<Option<u8>> = (0..tariff.level_names.len())
            .map(|level| grade(tariff, level))
            .collect();
        for tier in &tariff.tiers {
            for (_, kind) in KINDS {
                if let Some(terms) = &tier.benefits[kind as usize] {
                    let mut shape = Shape {
                        found,
                        tariff,
                        terms,
                        grades: &grades,
                    };
                    shape.ratios();
                    shape.deductibles();
                    shape.ceiling();
                    shape.groups();
                }
            }
        }
    }
}

/// How high a level stands, by the national codes that it is: 0 ungraded, 1 primary, 2 secondary, 3 tertiary. `None` for a
/// level that spans several, such as treatment in another province.
fn grade(tariff: &Tariff, level: usize) -> Option<u8> {
    let here = Some(Level(level as u8));
    let codes = (1..HospLv::TABLE_LEN).filter(|&code| tariff.levels[code].contains(&here));
    let mut grades = codes.map(|code| match code {
        1..=4 => 3,
        5..=7 => 2,
        8..=10 => 1,
        _ => 0,
    });
    let first = grades.next()?;
    grades.all(|grade| grade == first).then_some(first)
}

struct Shape<'f, 's, 't> {
    found: &'f mut Found<'s>,
    tariff: &'t Tariff,
    terms: &'t BenefitTerms,
    grades: &'t [Option<u8>],
}

impl Shape<'_, '_, '_> {
    fn path(&self, figure: FigureId) -> String {
        self.tariff.figures[usize::from(figure.0)].path.clone()
    }

    fn name(&self, level: usize) -> &str {
        &self.tariff.level_names[level][0]
    }

    /// The pairs of levels of which one stands above the other, the nearest first.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let levels = 0..self.grades.len();
        let pairs = levels
            .clone()
            .flat_map(|low| levels.clone().map(move |high| (low, high)));
        let above = |&(low, high): &(usize, usize)| {
            let (low, high) = (self.grades[low]?, self.grades[high]?);
            (low < high).then(|| high - low)
        };
        let mut pairs: Vec<_> = pairs.filter(|pair| above(pair).is_some()).collect();
        pairs.sort_by_key(above);
        pairs
    }

    fn ratios(&mut self) {
        for category in Category::ALL {
            for (low, high) in self.pairs() {
                let of_level = |level: usize| self.terms.ratio[category as usize][level].as_ref();
                let (Some(lower), Some(higher)) = (of_level(low), of_level(high)) else {
                    continue;
                };
                let Some((from, least, most)) = rises(lower, higher) else {
                    continue;
                };
                let (key, other) = (self.path(higher.figure), self.path(lower.figure));
                let from = match from {
                    Fen::ZERO => String::new(),
                    from => format!(" from {from} yuan on"),
                };
                let message = format!(
                    "the fund pays {most} at `{}`{from}, and {least} at `{}`, which is a lower level (`{other}`)",
                    self.name(high),
                    self.name(low)
                );
                let hint = Some("exchange them, or allow it with the reason");
                let year = Some(self.tariff.year);
                self.found
                    .add(Lint::RatioRises, (&key, ""), year, || message, hint);
            }
        }
    }

    fn deductibles(&mut self) {
        let Some(deductible) = &self.terms.deductible else {
            return;
        };
        for (low, high) in self.pairs() {
            let (Some(lower), Some(higher)) = (deductible.standard[low], deductible.standard[high]) else {
                continue;
            };
            if higher.value >= lower.value {
                continue;
            }
            let (key, other) = (self.path(higher.figure), self.path(lower.figure));
            let message = format!(
                "the deductible is {} yuan at `{}`, and {} at `{}`, which is a lower level (`{other}`)",
                higher.value,
                self.name(high),
                lower.value,
                self.name(low)
            );
            let hint = Some("exchange them, or allow it with the reason");
            let year = Some(self.tariff.year);
            self.found
                .add(Lint::DeductibleFalls, (&key, ""), year, || message, hint);
        }
    }

    fn ceiling(&mut self) {
        let (Some(ceiling), Some(deductible)) = (self.terms.ceiling, &self.terms.deductible) else {
            return;
        };
        let Limit::At(amount) = ceiling.amount.value else {
            return;
        };
        let standards = deductible.standard.iter().enumerate();
        let standards = standards.filter_map(|(level, cited)| Some((level, (*cited)?)));
        let Some((level, highest)) = standards.max_by_key(|(_, cited)| cited.value) else {
            return;
        };
        if amount >= highest.value {
            return;
        }
        let (key, other) = (self.path(ceiling.amount.figure), self.path(highest.figure));
        let message = format!(
            "the ceiling of a year is {amount} yuan, and the deductible at `{}` {} (`{other}`)",
            self.name(level),
            highest.value
        );
        let year = Some(self.tariff.year);
        self.found
            .add(Lint::CeilingBelowDeductible, (&key, ""), year, || message, None);
    }

    fn groups(&mut self) {
        let waivers = self.terms.deductible.iter().flat_map(|of| &of.waivers);
        let additions = self.terms.raises.iter().flat_map(|raises| &raises.additions);
        let rare = self.terms.rare.iter();
        let needing = rare.flat_map(|rare| &rare.referral);
        let groups: Vec<&Group> = (additions.map(|of| &of.group))
            .chain(waivers.map(|of| &of.group))
            .chain(needing.flat_map(|of| &of.needed))
            .collect();
        for group in groups {
            let (Some(from), Some(below)) = (group.age_from, group.age_below) else {
                continue;
            };
            if from.value < below.value {
                continue;
            }
            let key = self.path(below.figure);
            let message = format!(
                "nobody is {} years old or older and younger than {}",
                from.value, below.value
            );
            let year = Some(self.tariff.year);
            self.found
                .add(Lint::EmptyGroup, (&key, ""), year, || message, None);
        }
    }
}

/// From which amount on, if from any, the higher level has the higher rate, and both rates there.
fn rises(lower: &Ratio, higher: &Ratio) -> Option<(Fen, Rate, Rate)> {
    let edges = lower.schedule.bands().iter().chain(higher.schedule.bands());
    let mut edges: Vec<Fen> = edges.map(|band| band.from).collect();
    edges.sort_unstable();
    let at = |ratio: &Ratio, amount: Fen| {
        let bands = ratio.schedule.bands().iter();
        bands.rev().find(|band| band.from <= amount).map(|band| band.rate)
    };
    edges.into_iter().find_map(|edge| {
        let (least, most) = (at(lower, edge)?, at(higher, edge)?);
        (most > least).then_some((edge, least, most))
    })
}
