//! Cliffs: a fen more on the bill, and the person pays a yuan more or worse.
//!
//! Bills are walked along a grid that is dense everywhere and has every amount of the scenario in it; where those who pay
//! pay less of a larger bill, the place is found by halving.

use crate::benefit::claim::{Delivery, DiseaseGroup, OutOfArea};
use crate::benefit::record::{FigureUse, Trace};
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::tariff::AreaTerms;
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::lint::bills::{Bill, Bills, LARGEST, Place, Walk};
use crate::lint::finding::{Found, Lint};
use crate::money::Fen;
use crate::scenario::{KINDS, KeyValue};
use rayon::prelude::*;

/// What a person must lose at once for it to be a cliff, and not the rounding of several payers.
const LOSS: Fen = Fen::from_yuan(1);

/// A cliff: the bill before it, what the fen more costs, and the figures at work there.
struct Cliff {
    key: String,
    at: Fen,
    loss: Fen,
    bill: String,
}

pub(super) fn look(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let amounts = amounts(found);
    for year in scenario.years() {
        let Some(bills) = Bills::new(scenario, year) else {
            continue;
        };
        let walks = kinds_of_bills(&bills);
        let cliffs: Vec<Cliff> = walks
            .par_iter()
            .flat_map_iter(|bill| along(&bills, bill, &amounts))
            .collect();
        let mut cliffs: Vec<&Cliff> = cliffs.iter().collect();
        // The deepest at a key stands for the others.
        cliffs.sort_by(|one, other| (&one.key, other.loss, one.at).cmp(&(&other.key, one.loss, other.at)));
        for cliff in cliffs {
            let message = || {
                format!(
                    "a bill of {} yuan in scope is paid {} less than one a fen smaller ({})",
                    cliff.at, cliff.loss, cliff.bill
                )
            };
            let hint = Some(
                "let what is above the threshold alone be treated otherwise, or allow it with the reason",
            );
            found.add(Lint::Cliff, (&cliff.key, ""), Some(year), message, hint);
        }
    }
}

/// The amounts to walk along: every one of the scenario's benefits, a little less and a little more, and those between.
fn amounts(found: &Found<'_>) -> Vec<Fen> {
    let mut amounts = vec![LARGEST];
    let mut add =
        |amount: i64| amounts.extend([amount - 1, amount, amount + 1].map(|fen| Fen::new(fen.max(0))));
    for key in found
        .scenario
        .keys()
        .iter()
        .filter(|key| key.path.starts_with("benefit."))
    {
        let texts: Vec<&String> = match &key.value {
            KeyValue::Always(text) => vec![text],
            KeyValue::ByYear(values) => values.values().collect(),
        };
        // Amounts, and the edges of bands.
        let words = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_ascii_digit() && c != '.'));
        words
            .filter_map(|word| Fen::parse_yuan(word).ok())
            .filter(|&amount| amount >= Fen::from_yuan(10) && amount < LARGEST)
            .for_each(|amount| add(amount.get()));
    }
    let mut amount = 10_00;
    while amount < Fen::from_yuan(5_000_000).get() {
        add(amount);
        amount += amount / 12;
    }
    amounts.sort_unstable();
    amounts.dedup();
    amounts
}

/// Every kind of person and bill that the scenario tells apart.
fn kinds_of_bills(bills: &Bills<'_>) -> Vec<Bill> {
    let mut kinds = Vec::new();
    for place in bills.places() {
        let Some(terms) = bills.terms(place.kind) else {
            continue;
        };
        let says = |area: &AreaTerms| {
            area.first_share.is_some()
                || area.ratio.is_some()
                || area.ratio_times.is_some()
                || area.ratio_less.is_some()
        };
        let is_away = terms
            .out_of_area
            .iter()
            .flat_map(|of| of.iter().flatten())
            .any(says);
        let states = OutOfArea::ALL
            .into_iter()
            .filter(|&state| is_away || state == OutOfArea::Local);
        let plain = Bill::plain(place);
        for out_of_area in states {
            for identity in Identity::ALL {
                for category in Category::ALL {
                    // What is outside the catalogue counts where bills are told apart by their total.
                    for own_pay in [Fen::ZERO, Fen::from_yuan(20_000)] {
                        kinds.push(Bill {
                            category,
                            identity,
                            out_of_area,
                            own_pay,
                            ..plain.clone()
                        });
                    }
                }
            }
        }
        let groups = terms
            .diseases
            .iter()
            .enumerate()
            .filter(|(_, group)| group.is_some());
        kinds.extend(groups.map(|(group, _)| Bill {
            disease: Some(DiseaseGroup(group as u8)),
            ..plain.clone()
        }));
        let deliveries = terms.lump_sums.iter().flat_map(|_| Delivery::ALL);
        kinds.extend(deliveries.map(|delivery| Bill {
            delivery: Some(delivery),
            ..plain.clone()
        }));
    }
    kinds
}

/// The cliffs of a kind of bill, as the first of the year and after another one.
fn along(bills: &Bills<'_>, bill: &Bill, amounts: &[Fen]) -> Vec<Cliff> {
    let first = bills.walk(bill);
    let second = bills.walk(bill).before(Fen::from_yuan(20_000));
    let mut cliffs = Vec::new();
    for (walk, when) in [(first, ""), (second, ", after one of 20,000 in the year")] {
        let mut last: Option<(Fen, Fen)> = None;
        for &amount in amounts {
            let Some(paid) = paid(&walk.at(amount)) else { break };
            if let Some((before, paid_before)) = last
                && paid_before >= paid + LOSS
                && let Some((at, loss)) = edge(&walk, before, amount)
            {
                cliffs.push(Cliff {
                    key: cause(bills, &walk, bill.place, at),
                    at,
                    loss,
                    bill: format!("{}{when}", bills.describe(bill)),
                });
            }
            last = Some((amount, paid));
        }
    }
    cliffs
}

/// What all payers but the person pay of a bill; `None` of one that is not settled.
fn paid(settlement: &Settlement) -> Option<Fen> {
    (settlement.status == Status::Settled).then_some(settlement.total - settlement.person)
}

/// The bill that is paid less than the one a fen smaller, and by how much, between two of which the larger is.
fn edge(walk: &Walk<'_>, below: Fen, above: Fen) -> Option<(Fen, Fen)> {
    let paid = |amount: i64| paid(&walk.at(Fen::new(amount)));
    let (mut low, mut high) = (below.get(), above.get());
    let (mut at_low, mut at_high) = (paid(low)?, paid(high)?);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let at_middle = paid(middle)?;
        if at_low - at_middle >= at_middle - at_high {
            (high, at_high) = (middle, at_middle);
        } else {
            (low, at_low) = (middle, at_middle);
        }
    }
    let loss = at_low - at_high;
    (loss >= LOSS).then_some((Fen::new(high), loss))
}

/// The figure at work: the first that one of the two bills is settled by and the other not, else the first of the step
/// that changes most.
fn cause(bills: &Bills<'_>, walk: &Walk<'_>, place: Place, at: Fen) -> String {
    let (_, below) = walk.explain(at - Fen::new(1));
    let (_, above) = walk.explain(at);
    let figures = |trace: &Trace| -> Vec<FigureUse> {
        let steps = trace.steps.iter();
        steps.flat_map(|step| step.figures.iter().copied()).collect()
    };
    let (of_below, of_above) = (figures(&below), figures(&above));
    let only = |these: &[FigureUse], those: &[FigureUse]| {
        let is_new = |used: &&FigureUse| those.iter().all(|other| other.figure != used.figure);
        these.iter().find(is_new).copied()
    };
    let changed = || {
        let steps = below.steps.iter().zip(&above.steps);
        let most = steps.max_by_key(|(one, other)| (one.amount - other.amount).get().abs());
        most.and_then(|(_, step)| step.figures.first().copied())
    };
    let used = only(&of_above, &of_below)
        .or_else(|| only(&of_below, &of_above))
        .or_else(changed);
    let kind = KINDS.into_iter().find(|(_, kind)| *kind == place.kind);
    match used {
        Some(used) => bills.tariff.figures[usize::from(used.figure.0)].path.clone(),
        None => format!("benefit.{}", kind.map_or("", |(name, _)| name)),
    }
}
