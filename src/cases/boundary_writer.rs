//! Writes the cases around a threshold: the bill at which it is reached, a fen less and a fen more.

use crate::benefit::record::{Step, Trace};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::tariff::{BenefitTerms, Group, Tariff};
use crate::cases::read::CaseError;
use crate::cases::sketch::{Bench, Sketch};
use crate::figure::FigureId;
use crate::money::Fen;
use crate::scenario::KINDS;

/// A fen: how far from a threshold the cases go.
pub(super) const FEN: Fen = Fen::new(1);
/// What a bill is above its deductible that shows a ratio.
pub(super) const PLAIN: Fen = Fen::from_yuan(10_000);
/// What a bill is above a threshold that shows what holds from there on.
const BEYOND: Fen = Fen::from_yuan(1_000);

/// Writes cases one after the other.
pub(super) struct Writer<'s> {
    pub bench: Bench<'s>,
    pub tariff: &'s Tariff,
    pub year: i32,
    pub text: String,
}

impl Writer<'_> {
    /// Adds a case with what comes out of it.
    pub(super) fn add(&mut self, sketch: &Sketch) -> Result<(), CaseError> {
        let text = self.bench.write(sketch)?;
        self.text.push('\n');
        self.text.push_str(&text);
        Ok(())
    }

    /// The key of a figure, and how well it is founded.
    pub(super) fn cite(&self, figure: FigureId) -> (String, String) {
        let note = &self.tariff.figures[usize::from(figure.0)];
        (
            note.path.clone(),
            format!("{}: {}", note.provenance.name(), note.source),
        )
    }

    pub(super) fn sketch(&self, title: String, cites: String, person: &str) -> Sketch {
        Sketch {
            title,
            cites,
            year: Some(self.year),
            person: person.to_string(),
            ..Sketch::default()
        }
    }

    /// Adds the three cases around the smallest bill of the last claim that reaches something, and says which it is; if
    /// none does, there are no cases.
    pub(super) fn around(
        &mut self,
        sketch: &Sketch,
        reached: impl Fn(&Settlement, &Trace) -> bool,
    ) -> Result<Option<Fen>, CaseError> {
        let Some(at) = self.bench.first(sketch, reached)? else {
            return Ok(None);
        };
        for (amount, where_) in [
            (at - FEN, "a fen before"),
            (at, "at it"),
            (at + FEN, "a fen after"),
        ] {
            let mut case = sketch.with_last(amount);
            case.title = format!("{}: {where_}", sketch.title);
            self.add(&case)?;
        }
        Ok(Some(at))
    }

    /// [`Writer::around`], and a bill well beyond, which shows the rate or the limit that holds from there on.
    pub(super) fn around_and_beyond(
        &mut self,
        sketch: &Sketch,
        reached: impl Fn(&Settlement, &Trace) -> bool,
    ) -> Result<(), CaseError> {
        let Some(at) = self.around(sketch, reached)? else {
            return Ok(());
        };
        let mut case = sketch.with_last(at + BEYOND);
        case.title = format!("{}: 1,000.00 more", sketch.title);
        self.add(&case)
    }

    /// The levels at which a kind is covered, with their keys.
    pub(super) fn levels(&self, terms: &BenefitTerms) -> Vec<(usize, String)> {
        let names = self.tariff.level_names.iter().enumerate();
        let covered = names.filter(|(index, _)| {
            terms.lump_sums.is_some() || terms.ratio.iter().any(|of| of[*index].is_some())
        });
        covered.map(|(index, [key, _])| (index, key.clone())).collect()
    }

    /// A claim at the first level, and kind of institution, that a group's terms hold at.
    pub(super) fn place_of(&self, key: &str, levels: &[(usize, String)], group: &Group) -> Option<String> {
        let kinds = &self.bench.scenario.codebook().institution_kinds;
        let kind = group.institution_kind.and_then(|kind| {
            let name = kinds.get(usize::from(kind.0).checked_sub(1)?)?;
            Some(format!("\ninstitution_kind = \"{name}\""))
        });
        let facts = facts(group, self.year);
        let mut places = levels
            .iter()
            .filter(|(index, _)| group.levels[*index])
            .map(|(_, level)| {
                format!(
                    "kind = \"{key}\"\nlevel = \"{level}\"{}{facts}",
                    kind.as_deref().unwrap_or_default()
                )
            });
        // Not every level has every kind of institution.
        places.find(|at| {
            let sketch = self.sketch(String::new(), String::new(), "").claim(at, PLAIN);
            self.bench.read(&sketch).is_ok()
        })
    }

    /// A claim of the first kind that has something, at its highest level.
    pub(super) fn first_place(&self, has: impl Fn(&BenefitTerms) -> bool) -> Option<String> {
        let benefits = &self.tariff.tiers[0].benefits;
        KINDS.into_iter().find_map(|(key, kind)| {
            let terms = benefits[kind as usize].as_deref().filter(|terms| has(terms))?;
            let (_, level) = self.levels(terms).pop()?;
            Some(format!("kind = \"{key}\"\nlevel = \"{level}\""))
        })
    }
}

/// The keys of a claim that state what a group asks for. Claims without a day of their own fall on the first of March.
fn facts(group: &Group, year: i32) -> String {
    let selected = group.selected.map(|wanted| format!("\nselected = {wanted}"));
    let referred = group.referred.map(|question| match question {
        question if !question.wanted => "\nreferral = false".to_string(),
        question if question.valid_for.is_some() => format!("\nreferred_on = {year}-02-28"),
        _ => "\nreferral = true".to_string(),
    });
    [selected, referred].into_iter().flatten().collect()
}

/// Something of the last step of a rule; nothing if it took none.
pub(super) fn step_amount(trace: &Trace, rule: Rule, of: impl Fn(&Step) -> Fen) -> Fen {
    let mut steps = trace.steps.iter().rev();
    steps.find(|step| step.rule == rule).map_or(Fen::ZERO, of)
}
