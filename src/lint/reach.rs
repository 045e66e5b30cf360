//! Bands that nobody reaches: no bill of a year, nor ten of them, comes into them, or what is paid has ended before.

use crate::benefit::claim::OutOfArea;
use crate::benefit::record::Trace;
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::Accumulator;
use crate::benefit::tariff::RatioOver;
use crate::figure::FigureId;
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::lint::bills::{Bill, Bills, LARGEST, Place, Walk};
use crate::lint::finding::{Found, Lint};
use crate::money::{Fen, Rate};
use crate::schedule::Band;
use std::collections::BTreeSet;

pub(super) fn look(found: &mut Found<'_>) {
    let scenario = found.scenario;
    for year in scenario.years() {
        if let Some(bills) = Bills::new(scenario, year) {
            ratios(found, &bills);
            critical_illness(found, &bills);
        }
    }
}

/// How far a band is.
enum Reach {
    /// Some bill is paid by it.
    Paid,
    /// No bill comes into it.
    Never,
    /// Bills come into it, and are paid no more than where it begins.
    PaidOff,
}

fn report(found: &mut Found<'_>, bills: &Bills<'_>, figure: FigureId, band: &Band, reach: &Reach, of: &str) {
    let why = match reach {
        Reach::Paid => return,
        Reach::Never => "no bill comes into it, nor do ten in a year",
        Reach::PaidOff => "a limit has ended the payments before it begins",
    };
    let key = bills.tariff.figures[usize::from(figure.0)].path.clone();
    let message = || {
        format!(
            "nobody is paid by the band from {} yuan ({}){of}: {why}",
            band.from, band.rate
        )
    };
    let hint = Some("take the band out, or look at the ceiling, limit or level that keeps it away");
    let about = band.from.to_string();
    found.add(
        Lint::UnreachableBand,
        (&key, &about),
        Some(bills.year),
        message,
        hint,
    );
}

/// The bands of each ratio, at the levels that have it.
fn ratios(found: &mut Found<'_>, bills: &Bills<'_>) {
    let mut reached = BTreeSet::new();
    let mut unreached = Vec::new();
    for place in bills.places() {
        let Some(terms) = bills.terms(place.kind) else {
            continue;
        };
        for category in Category::ALL {
            let Some(ratio) = &terms.ratio[category as usize][place.level] else {
                continue;
            };
            let bill = Bill {
                category,
                ..Bill::plain(place)
            };
            for band in ratio.schedule.bands().iter().filter(|band| band.from > Fen::ZERO) {
                let of = format!(" at `{}`", bills.tariff.level_names[place.level][0]);
                match ratio_band(bills, &bill, band, terms.ratio_over) {
                    Reach::Paid => {
                        reached.insert((ratio.figure, band.from));
                    }
                    reach => unreached.push((ratio.figure, *band, reach, of)),
                }
            }
        }
    }
    // A figure that holds for several levels need be reached at one of them.
    for (figure, band, reach, of) in unreached {
        if !reached.contains(&(figure, band.from)) {
            report(found, bills, figure, &band, &reach, &of);
        }
    }
}

fn ratio_band(bills: &Bills<'_>, bill: &Bill, band: &Band, over: RatioOver) -> Reach {
    let walk = bills.walk(bill);
    let edge = band.from;
    let run = |settlement: &Settlement, trace: &Trace| {
        let step = trace.steps.iter().find(|step| step.rule == Rule::Ratio);
        let shared = step.map_or(Fen::ZERO, |step| step.before);
        match over {
            RatioOver::ClaimFromZero => shared + settlement.deductible,
            _ => shared,
        }
    };
    match walk.first(|settlement, trace| run(settlement, trace) >= edge) {
        None => Reach::Never,
        Some(at) => paid_beyond(&walk, at, band.rate, |settlement| settlement.basic),
    }
}

/// Whether bills beyond `at` are paid more.
fn paid_beyond(walk: &Walk<'_>, at: Fen, rate: Rate, paid: impl Fn(&Settlement) -> Fen) -> Reach {
    let more = paid(&walk.at(LARGEST)) > paid(&walk.at(at));
    if more || rate == Rate::ZERO {
        Reach::Paid
    } else {
        Reach::PaidOff
    }
}

/// The bands of critical illness insurance, of each class with terms of its own.
fn critical_illness(found: &mut Found<'_>, bills: &Bills<'_>) {
    let terms = bills
        .tariff
        .tiers
        .first()
        .and_then(|tier| tier.critical_illness.as_ref());
    let Some(terms) = terms else { return };
    let counts = |place: &Place| {
        let of_kind = bills.terms(place.kind);
        of_kind.is_some_and(|terms| terms.critical_illness_base.is_some())
    };
    let places: Vec<Place> = bills.places().into_iter().filter(counts).collect();
    let ordinary = &terms.by_identity[Identity::Ordinary as usize];
    for class in Identity::ALL {
        let own = &terms.by_identity[class as usize];
        let same = own.schedule == ordinary.schedule && own.limit == ordinary.limit;
        if class != Identity::Ordinary && same {
            continue;
        }
        // What stands below the threshold is no band of the scenario's.
        let bands = own.schedule.bands().iter();
        for band in bands.filter(|band| band.from > own.threshold.value && band.rate > Rate::ZERO) {
            let reaches = places.iter().map(|&place| burden_band(bills, place, class, band));
            let nearest = reaches.fold(Reach::Never, |best, reach| match (&best, &reach) {
                (Reach::Paid, _) | (_, Reach::Never) => best,
                _ => reach,
            });
            let of = format!(", for the class {}", class.name());
            report(found, bills, own.bands, band, &nearest, &of);
        }
    }
}

fn burden_band(bills: &Bills<'_>, place: Place, identity: Identity, band: &Band) -> Reach {
    let bill = Bill {
        identity,
        out_of_area: OutOfArea::Local,
        ..Bill::plain(place)
    };
    let mut walk = bills.walk(&bill);
    for _ in 0..10 {
        let at = walk.first(|_, trace| burden_after(trace) >= band.from);
        if let Some(at) = at {
            return paid_beyond(&walk, at, band.rate, |settlement| settlement.critical_illness);
        }
        walk = walk.before(LARGEST);
    }
    Reach::Never
}

fn burden_after(trace: &Trace) -> Fen {
    let movements = trace.steps.iter().flat_map(|step| &step.movements);
    let mut of_burden = movements.filter(|moved| moved.accumulator == Accumulator::Burden);
    of_burden.next_back().map_or(Fen::ZERO, |moved| moved.after)
}
