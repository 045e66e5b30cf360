//! Cases for every threshold of a scenario's benefit year, one fen before it, at it and one fen after it, and for every
//! date, a day before, on it and a day after.
//!
//! The thresholds come from the compiled scenario; the bill at which one is reached is found by halving with the one
//! engine, whatever other rules have a part in it. What comes out is what the engine says now: documentation, and a set
//! that tells when something changes.

use crate::benefit::claim::{Delivery, OutOfArea};
use crate::benefit::record::Trace;
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::{BenefitTerms, Limit, Ratio, RatioOver};
use crate::cases::boundary_days;
use crate::cases::boundary_rare;
use crate::cases::boundary_writer::{FEN, PLAIN, Writer, step_amount};
use crate::cases::expected::{Answer, left_at};
use crate::cases::read::CaseError;
use crate::cases::sketch::Bench;
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::Fen;
use crate::scenario::{KINDS, Scenario};

/// The text of the cases of a benefit year; empty if the scenario has no figures for it.
///
/// # Errors
/// A defect of this module: a case that it wrote cannot be read.
pub fn boundaries(scenario: &Scenario, year: i32) -> Result<String, CaseError> {
    let Some(tariff) = scenario.tariff(year) else {
        return Ok(String::new());
    };
    let mut writer = Writer {
        bench: Bench::new(scenario),
        tariff,
        year,
        text: head(scenario, year),
    };
    for (key, kind) in KINDS {
        if let Some(terms) = &tariff.tiers[0].benefits[kind as usize] {
            writer.kind(key, terms)?;
        }
    }
    writer.critical_illness()?;
    boundary_rare::limit_continuity(&mut writer)?;
    writer.assistance()?;
    boundary_rare::accident(&mut writer)?;
    boundary_rare::subsidy(&mut writer)?;
    writer.payout_ceiling()?;
    boundary_days::write(&mut writer)?;
    Ok(writer.text)
}

fn head(scenario: &Scenario, year: i32) -> String {
    format!(
        "# Boundaries of {} in benefit year {year}: each threshold one fen before, at it and one fen after, each date a day\n\
         # before, on it and a day after. Written by `yibao boundaries`; what is stated is what came out when it was written.\n",
        scenario.name()
    )
}

impl Writer<'_> {
    fn kind(&mut self, key: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let levels = self.levels(terms);
        for (index, level) in &levels {
            let at = format!("kind = \"{key}\"\nlevel = \"{level}\"");
            if terms.lump_sums.is_none() {
                self.ratios(key, level, *index, &at, terms)?;
                self.deductibles(*index, &at, terms)?;
                self.bands(*index, &at, terms)?;
            }
            self.away(key, level, &at, terms)?;
        }
        let Some((_, first)) = levels.first() else {
            return Ok(());
        };
        let at = format!("kind = \"{key}\"\nlevel = \"{first}\"");
        self.lump_sums(&at, terms)?;
        self.limits(&at, terms)?;
        self.diseases(key, &levels, terms)?;
        if let Some(points) = terms.raises.as_ref().and_then(|raises| raises.family_doctor) {
            let (path, cites) = self.cite(points.figure);
            let sketch = self.sketch(path, cites, "");
            self.add(&sketch.claim(format!("{at}\nfamily_doctor = true"), PLAIN))?;
        }
        boundary_days::continuity(self, &at, terms)?;
        self.groups(key, &levels, terms)?;
        boundary_rare::referral(self, key, &levels, terms)?;
        boundary_rare::settlement_period(self, &at, terms)
    }

    /// What a plain bill of each category is paid.
    fn ratios(
        &mut self,
        key: &str,
        level: &str,
        index: usize,
        at: &str,
        terms: &BenefitTerms,
    ) -> Result<(), CaseError> {
        let standard = standard(terms, index);
        for category in Category::ALL {
            let Some(ratio) = &terms.ratio[category as usize][index] else {
                continue;
            };
            let title = format!(
                "{key}, {level}: 10,000.00 above the deductible, {}",
                category.name()
            );
            let (path, cites) = self.cite(ratio.figure);
            let person = format!("category = \"{}\"", category.name());
            let sketch = self.sketch(title, format!("{path}, {cites}"), &person);
            self.add(&sketch.claim(at, standard + PLAIN))?;
        }
        Ok(())
    }

    /// The deductible of the first admission, and of the next ones as long as they differ.
    fn deductibles(&mut self, index: usize, at: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let Some((full, deductible)) = terms
            .deductible
            .as_ref()
            .and_then(|terms| Some((terms.standard[index]?, terms)))
        else {
            return Ok(());
        };
        let admissions = match deductible.admission_less {
            Some(_) => 3,
            None => deductible.admission_factors.len().clamp(1, 4),
        };
        for before in 0..admissions {
            let (path, cites) = self.cite(full.figure);
            let title = match before {
                0 => path,
                _ => format!("{path}, admission {}", before + 1),
            };
            let mut sketch = self.sketch(title, cites, "");
            for _ in 0..before {
                sketch = sketch.claim(at, FEN);
            }
            let sketch = sketch.claim(at, Fen::ZERO);
            if self.around(&sketch, paid_in_full)?.is_none() {
                self.add(&sketch.with_last(PLAIN))?;
            }
        }
        Ok(())
    }

    /// The edges of ratio bands over a claim.
    fn bands(&mut self, index: usize, at: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let Some(ratio) = terms.ratio.iter().rev().find_map(|of| of[index].as_ref()) else {
            return Ok(());
        };
        let from_zero = terms.ratio_over == RatioOver::ClaimFromZero;
        for edge in edges(ratio) {
            let (path, cites) = self.cite(ratio.figure);
            let sketch = self.sketch(format!("{path}, band from {edge}"), cites, "");
            self.around_and_beyond(&sketch.claim(at, Fen::ZERO), move |settlement, trace| {
                let shared = step_amount(trace, Rule::Ratio, |step| step.before);
                let run = if from_zero {
                    shared + settlement.deductible
                } else {
                    shared
                };
                run >= edge
            })?;
        }
        Ok(())
    }

    /// Treatment elsewhere: a plain bill in each state, and deductibles of its own.
    fn away(&mut self, key: &str, level: &str, at: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let areas = terms.out_of_area.iter().flat_map(|areas| areas.as_flattened());
        let applies = areas.into_iter().any(|area| {
            area.first_share.is_some()
                || area.ratio.is_some()
                || area.ratio_times.is_some()
                || area.ratio_less.is_some()
        });
        for state in OutOfArea::ALL
            .into_iter()
            .filter(|&state| applies && state != OutOfArea::Local)
        {
            let title = format!(
                "{key}, {level}: 30,000.00 in scope, out of area, {}",
                state.name()
            );
            let sketch = self.sketch(title.clone(), "benefit.out_of_area".into(), "");
            let away = format!("{at}\nout_of_area = \"{}\"", state.name());
            self.add(&sketch.clone().claim(&away, Fen::from_yuan(30_000)))?;
            let index = self.tariff.level_names.iter().position(|[key, _]| key == level);
            let areas = index.zip(terms.out_of_area.as_ref());
            if let Some(own) = areas.and_then(|(index, areas)| areas[state as usize][index].deductible) {
                let (path, cites) = self.cite(own.figure);
                let sketch = self.sketch(format!("{path}, {level}"), cites, "");
                self.around(&sketch.claim(away, Fen::ZERO), paid_in_full)?;
            }
        }
        Ok(())
    }

    fn lump_sums(&mut self, at: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let sums = terms.lump_sums.iter().flat_map(|sums| sums.iter());
        for (delivery, sum) in Delivery::ALL.into_iter().zip(sums) {
            let Some(sum) = *sum else { continue };
            let (path, cites) = self.cite(sum.figure);
            let keys = format!("{at}\ndelivery = \"{}\"", delivery.name());
            let sketch = self.sketch(path, cites, "").claim(keys, Fen::ZERO);
            self.around(&sketch, |settlement, _| settlement.basic >= sum.value)?;
        }
        Ok(())
    }

    /// The ceiling, and the year's limit of the kind.
    fn limits(&mut self, at: &str, terms: &BenefitTerms) -> Result<(), CaseError> {
        let sketch = |writer: &Writer<'_>, figure| {
            let (path, cites) = writer.cite(figure);
            writer.sketch(path, cites, "").claim(at, Fen::ZERO)
        };
        if let Some(ceiling) = terms.ceiling {
            let sketch = sketch(self, ceiling.amount.figure);
            self.around(&sketch, |settlement, _| settlement.above_ceiling > Fen::ZERO)?;
        }
        if let Some(limit) = terms.fund_limit {
            let sketch = sketch(self, limit.figure);
            self.around(&sketch, |_, trace| {
                step_amount(trace, Rule::FundLimit, |step| step.amount) > Fen::ZERO
            })?;
        }
        Ok(())
    }

    /// A plain bill of each disease group at each level, and its limit.
    fn diseases(
        &mut self,
        key: &str,
        levels: &[(usize, String)],
        terms: &BenefitTerms,
    ) -> Result<(), CaseError> {
        for disease in terms.diseases.iter().flatten() {
            for (_, level) in levels {
                let at = format!(
                    "kind = \"{key}\"\nlevel = \"{level}\"\ndisease = \"{}\"",
                    disease.name
                );
                let kinds = self.bench.scenario.codebook().institution_kinds.clone();
                let kind = disease.add_institution_kind.map(|kind| usize::from(kind.0));
                let kind = kind.and_then(|kind| kinds.get(kind.checked_sub(1)?));
                let special = kind.map(|kind| format!("{at}\ninstitution_kind = \"{kind}\""));
                let here = |at: &String| {
                    let title = format!(
                        "benefit.{key}.disease.{}, {level}: 1,000.00 in scope",
                        disease.name
                    );
                    (title, at.clone())
                };
                for (title, at) in [Some(&at), special.as_ref()].into_iter().flatten().map(here) {
                    let sketch = self
                        .sketch(title, String::new(), "")
                        .claim(at, Fen::from_yuan(1_000));
                    // Not every level has every kind of institution.
                    if self.bench.read(&sketch).is_ok() {
                        self.add(&sketch)?;
                    }
                }
            }
            let Some((limit, (_, level))) = disease.fund_limit.zip(levels.first()) else {
                continue;
            };
            let (path, cites) = self.cite(limit.figure);
            let at = format!(
                "kind = \"{key}\"\nlevel = \"{level}\"\ndisease = \"{}\"",
                disease.name
            );
            let sketch = self.sketch(path, cites, "").claim(at, Fen::ZERO);
            self.around(&sketch, |_, trace| {
                step_amount(trace, Rule::FundLimit, |step| step.amount) > Fen::ZERO
            })?;
        }
        Ok(())
    }

    /// Terms of groups: each identity class, and each birthday that an age goes by.
    fn groups(
        &mut self,
        key: &str,
        levels: &[(usize, String)],
        terms: &BenefitTerms,
    ) -> Result<(), CaseError> {
        let additions = terms.raises.iter().flat_map(|raises| &raises.additions);
        let additions = additions.map(|of| (&of.group, Some(of.rate_add.figure), 0));
        let waivers = terms.deductible.iter().flat_map(|of| &of.waivers);
        let waivers = waivers.map(|of| {
            let before = of.from_admission.map_or(1, |from| from.value.saturating_sub(1));
            (&of.group, None, before)
        });
        for (group, figure, before) in additions.chain(waivers) {
            let Some(at) = self.place_of(key, levels, group) else {
                continue;
            };
            let title = figure.map_or("no deductible".to_string(), |figure| self.cite(figure).0);
            let classes = Identity::ALL.into_iter();
            for class in classes.filter(|class| group.identities[*class as usize]) {
                let title = format!("{title}: {}", class.name());
                let person = format!("identity = \"{}\"", class.name());
                let mut sketch = self.sketch(title, String::new(), &person);
                for _ in 0..=before {
                    sketch = sketch.claim(&at, PLAIN);
                }
                self.add(&sketch)?;
            }
            for age in [group.age_from, group.age_below].into_iter().flatten() {
                let (path, cites) = self.cite(age.figure);
                for sketch in boundary_days::birthdays(self, (&path, &cites), age.value, before, &at) {
                    self.add(&sketch)?;
                }
            }
        }
        Ok(())
    }

    /// Thresholds, edges and limits of critical illness insurance, for each class with terms of its own.
    fn critical_illness(&mut self) -> Result<(), CaseError> {
        let tier = &self.tariff.tiers[0];
        let Some(terms) = &tier.critical_illness else {
            return Ok(());
        };
        let counts = |terms: &BenefitTerms| terms.critical_illness_base.is_some();
        let Some(at) = self.first_place(counts) else {
            return Ok(());
        };
        let ordinary = &terms.by_identity[Identity::Ordinary as usize];
        for class in Identity::ALL {
            let own = &terms.by_identity[class as usize];
            if class != Identity::Ordinary && own.schedule == ordinary.schedule && own.limit == ordinary.limit
            {
                continue;
            }
            let person = format!("identity = \"{}\"", class.name());
            for band in own.schedule.bands().iter().skip(1) {
                let (path, cites) = self.cite(own.bands);
                let title = format!("{path}, {}: burden of {}", class.name(), band.from);
                let sketch = self.sketch(title, cites, &person).claim(&at, Fen::ZERO);
                let edge = band.from;
                self.around_and_beyond(&sketch, move |_, trace| after(trace, Accumulator::Burden) >= edge)?;
            }
            if let Limit::At(limit) = own.limit.value {
                let (path, cites) = self.cite(own.limit.figure);
                let sketch = self.sketch(format!("{path}, {}", class.name()), cites, &person);
                self.around_and_beyond(&sketch.claim(&at, Fen::ZERO), move |settlement, _| {
                    settlement.critical_illness >= limit
                })?;
            }
        }
        Ok(())
    }

    /// Thresholds and limits of medical assistance, by class. What is out of scope keeps a ceiling of all payments away.
    fn assistance(&mut self) -> Result<(), CaseError> {
        let Some(terms) = self.tariff.tiers[0].assistance.clone() else {
            return Ok(());
        };
        let Some(place) = self.first_place(|terms| terms.assistance_base.is_some()) else {
            return Ok(());
        };
        let with_own_pay = |yuan: i64| format!("{place}\nown_pay = {yuan}");
        let (small, bill) = (with_own_pay(5_000), PLAIN + PLAIN);
        for class in Identity::ALL {
            let of_large = terms.large.as_ref().and_then(|large| large.rate[class as usize]);
            let Some(rate) = terms.rate[class as usize].or(of_large) else {
                continue;
            };
            let person = format!("identity = \"{}\"", class.name());
            let begin = |writer: &Self, figure| {
                let (path, cites) = writer.cite(figure);
                writer.sketch(format!("{path}, {}", class.name()), cites, &person)
            };
            let sketch = begin(self, rate.figure).claim(&place, Fen::ZERO);
            self.around(&sketch, |settlement, _| settlement.assistance > Fen::ZERO)?;
            let mut plain = begin(self, rate.figure).claim(&small, bill);
            plain.title += ": 20,000.00 in scope";
            self.add(&plain)?;
            if let Limit::At(limit) = terms.limit.value {
                let sketch = begin(self, terms.limit.figure).claim(&small, bill);
                self.around_and_beyond(&sketch.claim(&small, Fen::ZERO), move |_, trace| {
                    after(trace, Accumulator::AssistancePaid) >= limit
                })?;
            }
            let Some(large) = &terms.large else { continue };
            let above = large.above.value;
            let sketch = begin(self, large.above.figure).claim(&small, Fen::ZERO);
            self.around_and_beyond(&sketch, move |settlement, _| settlement.total > above)?;
            if let (Limit::At(limit), Some(_)) = (large.limit.value, large.rate[class as usize]) {
                let sketch = begin(self, large.limit.figure).claim(with_own_pay(1_000_000), Fen::ZERO);
                self.around_and_beyond(&sketch, move |_, trace| {
                    after(trace, Accumulator::AssistancePaid) >= limit
                })?;
            }
        }
        Ok(())
    }

    /// Where all payers together reach their ceiling, by class.
    fn payout_ceiling(&mut self) -> Result<(), CaseError> {
        let Some(at) = self.first_place(|terms| {
            let rare = terms.rare.as_ref();
            rare.is_some_and(|rare| rare.payout_ceiling.is_some())
        }) else {
            return Ok(());
        };
        for class in Identity::ALL {
            let person = format!("identity = \"{}\"", class.name());
            let sketch = self.sketch(
                format!("benefit.payout_ceiling, {}", class.name()),
                String::new(),
                &person,
            );
            self.around(&sketch.claim(&at, Fen::ZERO), |_, trace| {
                step_amount(trace, Rule::PayoutCeiling, |step| step.amount) > Fen::ZERO
            })?;
        }
        Ok(())
    }
}

/// Whether a claim paid its deductible in full.
fn paid_in_full(settlement: &Settlement, _: &Trace) -> bool {
    settlement.deductible == settlement.deductible_standard
}

/// The standard of a first admission; nothing where there is none.
fn standard(terms: &BenefitTerms, level: usize) -> Fen {
    let deductible = terms.deductible.as_ref().and_then(|terms| terms.standard[level]);
    deductible.map_or(Fen::ZERO, |cited| cited.value)
}

/// The inner edges of a ratio's bands.
fn edges(ratio: &Ratio) -> Vec<Fen> {
    ratio
        .schedule
        .bands()
        .iter()
        .skip(1)
        .map(|band| band.from)
        .collect()
}

/// Where the claim left an accumulator of the year.
fn after(trace: &Trace, accumulator: Accumulator) -> Fen {
    match left_at(trace, accumulator) {
        Answer::Amount(amount) => amount,
        _ => Fen::ZERO,
    }
}
