//! One claim explained: its steps with article, amounts, accumulators and figures.

use crate::batch::history::{Row, Workspace, settle_watched, sort_for_settlement};
use crate::batch::{claims_by_person, place};
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::{FigureUse, FigureValue, Step, Trace};
use crate::benefit::rule::Rule;
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::{Level, Tariff};
use crate::data::caseload::Caseload;
use crate::insured::category::Category;
use crate::insured::cover::standing;
use crate::money::Fen;
use crate::report::lang::Lang;
use crate::report::number::yuan;
use crate::scenario::Scenario;
use serde::{Serialize, Serializer};
use std::fmt::Write;

/// A claim's settlements with their steps.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// `mdtrt_id`.
    pub mdtrt_id: String,
    /// `psn_no`.
    pub psn_no: String,
    /// The scenario.
    pub scenario: String,
    /// The settlements of the claim in order: more than one if a reversal made it settle again.
    pub settlements: Vec<ExplainedRow>,
    #[serde(skip)]
    rows: Vec<(Row, Option<Trace>)>,
    #[serde(skip)]
    heading: Heading,
}

/// What the claim is, in words that depend on the language.
#[derive(Clone, Copy, Debug)]
struct Heading {
    category: Option<Category>,
    place: Option<(BenefitKind, Level)>,
}

/// One settlement or cancellation.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedRow {
    /// `setl_id`.
    pub setl_id: String,
    /// Whether it cancels an earlier settlement.
    pub cancels: bool,
    /// The benefit year.
    pub year: i32,
    /// `status`.
    pub status: &'static str,
    /// `reason`.
    pub reason: &'static str,
    /// The amounts, in yuan, by their national names.
    #[serde(serialize_with = "as_map")]
    pub amounts: Vec<(&'static str, String)>,
    /// The steps; none for a cancellation.
    pub steps: Vec<ExplainedStep>,
}

/// Pairs as the keys and values of a map, in their order.
fn as_map<S: Serializer>(pairs: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, amount)| (name, amount)))
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedStep {
    /// The rule's name.
    pub rule: &'static str,
    /// The article.
    pub article: String,
    /// What came in, in yuan.
    pub before: String,
    /// What the step took, paid or moved, in yuan.
    pub amount: String,
    /// What it left, in yuan.
    pub after: String,
    /// Accumulators it moved.
    pub accumulators: Vec<ExplainedMovement>,
    /// Figures it used.
    pub figures: Vec<ExplainedFigure>,
    /// The status it ended the settlement with.
    pub ended: Option<&'static str>,
}

/// An accumulator's movement.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedMovement {
    /// Its name in English.
    pub accumulator: &'static str,
    /// Before: yuan, or a count for admissions.
    pub before: String,
    /// After.
    pub after: String,
}

/// A figure with its provenance.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedFigure {
    /// Dotted path in the scenario.
    pub key: String,
    /// The value of the claim's year: a number, or the scenario's text where it is not one number.
    pub value: String,
    /// `official`, `national` or `placeholder`.
    pub provenance: &'static str,
    /// Where it comes from.
    pub source: String,
}

/// Explains the claim at `index` of the caseload, settling its person's claims in order on the way.
pub fn explain(scenario: &Scenario, caseload: &Caseload, index: u32) -> Explanation {
    let asked = &caseload.claims[index as usize];
    let claim = asked.reverses.unwrap_or(index);
    let mut claims = claims_by_person(caseload).of_person(asked.person).to_vec();
    sort_for_settlement(caseload, &mut claims);
    let mut workspace = Workspace::default();
    workspace.decide(scenario, caseload, asked.person);
    let mut rows = settle_watched(scenario, caseload, asked.person, &claims, claim, &mut workspace);
    rows.retain(|(row, _)| row.claim == claim);
    let settlements = rows
        .iter()
        .map(|(row, trace)| explain_row(scenario, caseload, row, trace.as_ref()))
        .collect();
    let year = scenario.year_of(&asked.claim);
    Explanation {
        mdtrt_id: caseload.claim_ids.get(claim).to_string(),
        psn_no: caseload.person_ids.get(asked.person).to_string(),
        scenario: scenario.name().to_string(),
        settlements,
        rows,
        heading: Heading {
            category: standing(&workspace.stretches, asked.claim.begin)
                .ok()
                .map(|membership| membership.category),
            place: place(scenario, &asked.claim, year),
        },
    }
}

fn explain_row(scenario: &Scenario, caseload: &Caseload, row: &Row, trace: Option<&Trace>) -> ExplainedRow {
    let settlement = &row.settlement;
    let tariff = scenario.tariff(settlement.year);
    let steps = trace.into_iter().flat_map(|trace| &trace.steps);
    ExplainedRow {
        setl_id: row.setl_id(caseload, &mut String::new()).to_string(),
        cancels: row.cancels,
        year: settlement.year,
        status: settlement.status.name(),
        reason: settlement.status.reason(),
        amounts: amounts(settlement)
            .map(|(name, amount)| (name, amount.to_string()))
            .collect(),
        steps: steps
            .zip(tariff.into_iter().cycle())
            .map(|(step, tariff)| explain_step(tariff, step))
            .collect(),
    }
}

/// The amounts of a settlement by their national names.
fn amounts(settlement: &Settlement) -> impl Iterator<Item = (&'static str, Fen)> {
    [
        ("medfee_sumamt", settlement.total),
        ("fulamt_ownpay_amt", settlement.own_pay),
        ("overlmt_selfpay", settlement.over_limit),
        ("preselfpay_amt", settlement.first_share),
        ("inscp_scp_amt", settlement.in_scope),
        ("act_pay_dedc", settlement.deductible),
        ("hifp_pay", settlement.basic),
        ("hifmi_pay", settlement.critical_illness),
        ("maf_pay", settlement.assistance),
        ("oth_pay", settlement.special),
        ("fund_pay_sumamt", settlement.fund_total()),
        ("hosp_part_amt", settlement.hospital),
        ("psn_part_amt", settlement.person),
    ]
    .into_iter()
}

pub(crate) fn explain_step(tariff: &Tariff, step: &Step) -> ExplainedStep {
    ExplainedStep {
        rule: step.rule.name(),
        article: step.article.to_string(),
        before: step.before.to_string(),
        amount: step.amount.to_string(),
        after: step.after.to_string(),
        accumulators: step
            .movements
            .iter()
            .map(|movement| ExplainedMovement {
                accumulator: Lang::En.accumulator(movement.accumulator),
                before: accumulated(movement.accumulator, movement.before, |amount| amount.to_string()),
                after: accumulated(movement.accumulator, movement.after, |amount| amount.to_string()),
            })
            .collect(),
        figures: step
            .figures
            .iter()
            .map(|used| explain_figure(tariff, used))
            .collect(),
        ended: step.ended.map(Status::name),
    }
}

fn accumulated(accumulator: Accumulator, amount: Fen, money: impl Fn(Fen) -> String) -> String {
    if accumulator == Accumulator::Admissions {
        amount.get().to_string()
    } else {
        money(amount)
    }
}

fn explain_figure(tariff: &Tariff, used: &FigureUse) -> ExplainedFigure {
    let note = &tariff.figures[usize::from(used.figure.0)];
    let value = match used.value {
        FigureValue::Amount(amount) => amount.to_string(),
        FigureValue::Rate(rate) => rate.to_string(),
        FigureValue::Unlimited => "unlimited".to_string(),
        FigureValue::Several => tariff.figure_texts[usize::from(used.figure.0)].clone(),
    };
    ExplainedFigure {
        key: note.path.clone(),
        value,
        provenance: note.provenance.name(),
        source: note.source.clone(),
    }
}

impl Explanation {
    /// What rules asked and the claim does not state, a sentence each.
    pub(crate) fn unstated(&self) -> Vec<String> {
        let last = self.rows.iter().rev().find(|(row, _)| !row.cancels);
        let facts = last
            .into_iter()
            .flat_map(|(row, _)| row.settlement.unstated.facts());
        facts.map(|fact| fact.sentence(1)).collect()
    }

    /// The explanation as text for a person.
    pub fn render(&self, scenario: &Scenario, lang: Lang) -> String {
        let mut text = String::new();
        let claim = lang.pick("claim", "就诊");
        let person = lang.pick("person", "人员");
        let _ = writeln!(
            text,
            "{claim} {} · {person} {} · {}",
            self.mdtrt_id, self.psn_no, self.scenario
        );
        for (row, trace) in &self.rows {
            text.push('\n');
            self.render_row(&mut text, scenario, row, trace.as_ref(), lang);
        }
        text
    }

    fn render_row(
        &self,
        text: &mut String,
        scenario: &Scenario,
        row: &Row,
        trace: Option<&Trace>,
        lang: Lang,
    ) {
        let settlement = &row.settlement;
        let day = row.posted_at.date();
        let Some(tariff) = scenario.tariff(settlement.year) else {
            return;
        };
        let category = self
            .heading
            .category
            .map_or(String::new(), |of| format!(" · {}", lang.category(of)));
        let place = self.heading.place.map_or(String::new(), |(kind, level)| {
            let [key, name_zh] = &tariff.level_names[level.index()];
            format!(" · {} · {}", lang.kind(kind), lang.pick(key, name_zh))
        });
        let year = lang.pick("benefit year", "医疗年度");
        let status = lang.status(settlement.status);
        let reason = settlement.status.reason();
        let reason = if reason.is_empty() {
            String::new()
        } else {
            format!(" ({reason})")
        };
        let what = if row.cancels {
            lang.pick("cancelled", "冲销")
        } else {
            status
        };
        let _ = writeln!(
            text,
            "{day} · {year} {}{category}{place} · {what}{reason}",
            settlement.year
        );
        for (number, step) in trace.into_iter().flat_map(|trace| &trace.steps).enumerate() {
            render_step(text, tariff, number + 1, step, lang);
        }
        let result: Vec<String> = amounts(settlement)
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(name, amount)| format!("{name} {}", yuan(amount)))
            .collect();
        let _ = writeln!(text, "  = {}", result.join(" · "));
    }
}

fn render_step(text: &mut String, tariff: &Tariff, number: usize, step: &Step, lang: Lang) {
    let heading = format!(
        "{number:>2}. {} ({})",
        lang.rule(step.rule),
        lang.article(step.article)
    );
    let moved = if step.rule == Rule::Person {
        yuan(step.amount)
    } else if step.amount.is_zero() && step.before == step.after {
        yuan(step.before)
    } else {
        format!(
            "{} − {} = {}",
            yuan(step.before),
            yuan(step.amount),
            yuan(step.after)
        )
    };
    let ended = step
        .ended
        .map_or(String::new(), |status| format!(" → {}", lang.status(status)));
    let _ = writeln!(text, "{heading}: {moved}{ended}");
    for movement in &step.movements {
        let shown = |amount| accumulated(movement.accumulator, amount, yuan);
        let _ = writeln!(
            text,
            "      {}: {} → {}",
            lang.accumulator(movement.accumulator),
            shown(movement.before),
            shown(movement.after)
        );
    }
    for used in &step.figures {
        let note = &tariff.figures[usize::from(used.figure.0)];
        let value = match used.value {
            FigureValue::Amount(amount) => format!(" = {}", yuan(amount)),
            FigureValue::Rate(rate) => format!(" = {rate}"),
            FigureValue::Unlimited => format!(" = {}", lang.pick("unlimited", "无限额")),
            FigureValue::Several => format!(" = {}", tariff.figure_texts[usize::from(used.figure.0)]),
        };
        let provenance = lang.provenance(note.provenance);
        let _ = writeln!(
            text,
            "      {}{value}  [{provenance}: {}]",
            note.path, note.source
        );
    }
}
