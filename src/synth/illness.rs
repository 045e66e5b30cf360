//! What befalls a resident in the year: stays, deliveries, chronic and general visits, on which days and where.

use super::bill::{Bill, BillTable, log_mean, part_of};
use super::expect::Rates;
use super::figure::{FigureError, FigureProblem};
use super::generator::Batch;
use super::institutions::Registry;
use super::key::{Purpose, Stream, poisson};
use super::model::{CityModel, Level, UtilisationModel};
use super::people::{Resident, cumulative, date, opening_day, pick};
use super::table::AgeTable;
use crate::benefit::claim::{Claim, Delivery, DiseaseGroup, Exclusion, MedType, OutOfArea, Referral, Stated};
use crate::data::codebook::CodeBook;
use crate::insured::person::Sex;
use crate::money::Fen;
use chrono::{NaiveDate, NaiveTime};
use std::sync::Arc;

/// A stay that settles later than this after its end settles on this day.
const MOST_LAG_DAYS: i32 = 3_650;

/// What illnesses are drawn from.
pub(super) struct Illness {
    seed: u64,
    year: i32,
    /// Days in the year.
    days: f64,
    figures: UtilisationModel,
    med_types: MedTypes,
    stays: AgeTable,
    visits: AgeTable,
    deliveries: AgeTable,
    /// Upper ends of the shares of 0..1 of the levels, out-of-area states, exclusions, delivery kinds.
    levels: Vec<f64>,
    states: Vec<f64>,
    exclusions: Vec<f64>,
    delivery_kinds: Vec<f64>,
    /// The same of the tiers: of local stays by level, general visits, chronic visits, deliveries.
    stay_tiers: [Vec<f64>; 3],
    visit_tiers: Vec<f64>,
    chronic_tiers: Vec<f64>,
    delivery_tiers: Vec<f64>,
    out_of_area: [f64; 3],
    stay_bills: [BillTable; 3],
    visit_bills: [BillTable; 3],
    chronic_bills: Vec<BillTable>,
    delivery_bills: BillTable,
    /// `Claim::disease` of each disease group.
    diseases: Vec<Option<DiseaseGroup>>,
    registry: Arc<Registry>,
}

/// The national codes of the claims that are drawn.
#[derive(Clone, Copy)]
struct MedTypes {
    visit: MedType,
    emergency_visit: MedType,
    chronic: MedType,
    stay: MedType,
    emergency_stay: MedType,
    delivery: MedType,
}

impl MedTypes {
    fn new() -> Result<MedTypes, FigureError> {
        let of = |code| {
            MedType::from_code(code).ok_or_else(|| FigureError {
                path: format!("med_type {code}"),
                problem: FigureProblem::Impossible("the code is not in the national list"),
                span: None,
            })
        };
        Ok(MedTypes {
            visit: of("11")?,
            emergency_visit: of("13")?,
            chronic: of("14")?,
            stay: of("21")?,
            emergency_stay: of("24")?,
            delivery: of("52")?,
        })
    }
}

/// The letter of a claim's kind in its id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A stay.
    Inpatient,
    Delivery,
    /// A chronic or special outpatient visit.
    Chronic,
    /// A general outpatient visit.
    Outpatient,
}

impl Kind {
    /// The letter that ids of the kind's claims hold, which keeps them apart.
    pub(super) const fn letter(self) -> u8 {
        match self {
            Kind::Inpatient => b'I',
            Kind::Delivery => b'D',
            Kind::Chronic => b'C',
            Kind::Outpatient => b'O',
        }
    }
}

/// A stay or delivery whose days are drawn, with its stream where they left it.
pub(super) struct Lying {
    kind: Kind,
    number: u32,
    begin: i32,
    end: i32,
    /// Standard deviations of the logarithm of the bill above its median.
    deviation: f64,
    stream: Stream,
}

impl Illness {
    pub(super) fn new(
        model: &CityModel,
        rates: &Rates,
        seed: u64,
        codebook: &CodeBook,
        registry: Arc<Registry>,
    ) -> Result<Illness, FigureError> {
        let figures = model.utilisation.clone();
        let UtilisationModel {
            stays,
            visits,
            chronic,
            deliveries,
            ..
        } = &figures;
        let of_level = |level: Level| {
            let tiers = figures.tiers.iter();
            cumulative(tiers.map(|tier| if tier.level == level { tier.stays } else { 0.0 }))
        };
        let visit_bill = |cost: f64| BillTable::new(cost, visits.cost_log_sd, &visits.shares);
        let chronic_bill = |&cost: &f64| BillTable::new(cost, chronic.cost_log_sd, &chronic.shares);
        let stay_bill = |level: Level| {
            let level = &figures.levels[level.index()];
            BillTable::new(level.cost_yuan, level.cost_log_sd, &level.shares)
        };
        Ok(Illness {
            seed,
            year: model.year,
            days: f64::from(opening_day(model.year + 1) - opening_day(model.year)),
            med_types: MedTypes::new()?,
            stays: rates.stays.clone(),
            visits: rates.visits.clone(),
            deliveries: rates.deliveries.clone(),
            levels: cumulative(rates.levels),
            states: cumulative(stays.out_of_area_states),
            exclusions: cumulative(figures.exclusions),
            delivery_kinds: cumulative(deliveries.kinds),
            stay_tiers: Level::ALL.map(of_level),
            visit_tiers: cumulative(visits.tiers.iter().copied()),
            chronic_tiers: cumulative(chronic.tiers.iter().copied()),
            delivery_tiers: cumulative(deliveries.tiers.iter().copied()),
            out_of_area: rates.out_of_area,
            stay_bills: Level::ALL.map(stay_bill),
            visit_bills: rates.visit_cost.map(visit_bill),
            chronic_bills: rates.disease_cost.iter().map(chronic_bill).collect(),
            delivery_bills: BillTable::new(deliveries.cost_yuan, deliveries.cost_log_sd, &deliveries.shares),
            diseases: chronic
                .groups
                .iter()
                .map(|group| codebook.disease(&group.code))
                .collect(),
            registry,
            figures,
        })
    }

    /// Draws the year's claims of `resident`, the `person`-th of the batch, into `batch`.
    pub(super) fn draw(&self, resident: &Resident, person: u32, batch: &mut Batch) {
        let mut counts = Stream::of(self.seed, resident.key, self.year, Purpose::Counts, 0);
        let [stays, visits, chronic, deliveries] = std::array::from_fn(|_| counts.uniform());
        let lived = f64::from(resident.lived.1 - resident.lived.0 + 1);
        let exposure = lived / self.days;
        let group = resident
            .disease
            .map(|group| &self.figures.chronic.groups[usize::from(group)]);

        let stay_mean = self.stays.at(resident.age) * group.map_or(1.0, |group| group.stays);
        let stay_count = poisson(stays, stay_mean * resident.frailty * exposure);
        let women = resident.person.sex == Sex::Female;
        let delivery_mean = if women {
            self.deliveries.at(resident.age) * exposure
        } else {
            0.0
        };
        // Two deliveries in a year are left out: one or none.
        let delivers = deliveries < delivery_mean;
        let mut lying = std::mem::take(&mut batch.lying);
        self.lay(resident, stay_count, delivers, &mut lying);
        for stay in &mut lying {
            let claim = match stay.kind {
                Kind::Delivery => self.delivery(resident, stay),
                _ => self.stay(resident, stay),
            };
            batch.push(person, (stay.kind, stay.number), claim, None);
        }
        if let (Some(group), Some(index)) = (group, resident.disease) {
            let count = poisson(chronic, group.visits * exposure);
            for number in 0..count {
                let claim = self.chronic_visit(resident, index, (number, count), &lying);
                batch.push(person, (Kind::Chronic, number), claim, Some(index));
            }
        }
        let visit_count = poisson(visits, self.visits.at(resident.age) * resident.frailty * exposure);
        for number in 0..visit_count {
            let claim = self.visit(resident, number, &lying);
            batch.push(person, (Kind::Outpatient, number), claim, None);
        }
        batch.lying = lying;
    }

    /// Draws the days of all stays, in the order of their ends, so that none begins before the last one ended (which
    /// makes them one or two in a hundred shorter on average than the figure).
    fn lay(&self, resident: &Resident, stays: u32, delivers: bool, lying: &mut Vec<Lying>) {
        lying.clear();
        let figures = &self.figures;
        let (mean, log_sd) = (figures.stays.days, figures.stays.days_log_sd);
        let correlation = figures.stays.days_cost_correlation;
        for number in 0..stays {
            let stream = Stream::of(self.seed, resident.key, self.year, Purpose::Stay, number);
            lying.push(lie(
                resident,
                (Kind::Inpatient, number),
                stream,
                (mean, log_sd, correlation),
            ));
        }
        if delivers {
            let (mean, log_sd) = (figures.deliveries.days, figures.deliveries.days_log_sd);
            let stream = Stream::of(self.seed, resident.key, self.year, Purpose::Delivery, 0);
            lying.push(lie(resident, (Kind::Delivery, 0), stream, (mean, log_sd, 0.0)));
        }
        lying.sort_unstable_by_key(|stay| (stay.end, stay.kind, stay.number));
        for index in 1..lying.len() {
            lying[index].begin = lying[index].begin.max(lying[index - 1].end);
        }
    }

    fn stay(&self, resident: &Resident, lying: &mut Lying) -> Claim {
        let stream = &mut lying.stream;
        let level = Level::ALL[pick(&self.levels, stream.uniform())];
        let (away, state, tier, diverted) = (
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
        );
        let (choice, emergency, excluded, special) = (
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
        );
        let (known, part) = (
            stream.uniform(),
            stream.share(odds(self.figures.third_party_part)),
        );
        let bill = self.stay_bills[level.index()].draw(stream, lying.deviation);

        let is_away = away < self.out_of_area[level.index()];
        let institution = if is_away {
            let elsewhere = self.registry.elsewhere(level);
            elsewhere[of(choice, elsewhere.len() as u32) as usize]
        } else {
            let usual = pick(&self.stay_tiers[level.index()], tier);
            let special_tier = self.disease_tier(resident, diverted);
            let tier = special_tier
                .filter(|&tier| self.figures.tiers[tier].level == level)
                .unwrap_or(usual);
            self.local(resident, tier, choice)
        };
        let exclusion = self
            .exclusions
            .iter()
            .position(|&end| excluded < end)
            .map(|at| Exclusion::ALL[at]);
        let liable = exclusion == Some(Exclusion::ThirdParty) && known < self.figures.third_party_amount;
        let began_in_emergency = emergency < self.figures.stays.emergency;
        let med_type = if began_in_emergency {
            self.med_types.emergency_stay
        } else {
            self.med_types.stay
        };
        let out_of_area = if is_away {
            OutOfArea::ALL[1 + pick(&self.states, state)]
        } else {
            OutOfArea::Local
        };
        Claim {
            out_of_area,
            exclusion,
            third_party: liable.then(|| part_of(bill.in_scope, part)),
            special_account: special < self.figures.special_account,
            settled_at: self
                .settled_on(resident, lying, out_of_area)
                .and_time(NaiveTime::MIN),
            ..self.claim(resident, (lying.begin, lying.end), bill, med_type, institution)
        }
    }

    /// The day on which a stay settles. The draw is from a stream of its own, so that everything else is as it would be if
    /// stays settled on the day they end.
    fn settled_on(&self, resident: &Resident, lying: &Lying, out_of_area: OutOfArea) -> NaiveDate {
        let lag = self.figures.settlement_lag.as_ref();
        let mean = lag.map_or(0.0, |lag| lag.days[out_of_area as usize]);
        let (Some(lag), true) = (lag, mean > 0.0) else {
            return date(lying.end);
        };
        let mut stream = Stream::of(
            self.seed,
            resident.key,
            self.year,
            Purpose::Settlement,
            lying.number,
        );
        let log = log_mean(mean, lag.days_log_sd) + lag.days_log_sd * stream.normal();
        let days = libm::exp(log) + 0.5;
        // The bound only keeps the day within the calendar.
        date(lying.end + (days as i32).min(MOST_LAG_DAYS))
    }

    fn delivery(&self, resident: &Resident, lying: &mut Lying) -> Claim {
        let stream = &mut lying.stream;
        let (kind, tier, choice, spouse) = (
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
        );
        let bill = self.delivery_bills.draw(stream, lying.deviation);
        let institution = self.local(resident, pick(&self.delivery_tiers, tier), choice);
        let paid_elsewhere = spouse < self.figures.deliveries.spouse_benefit;
        Claim {
            delivery: Some(Delivery::ALL[pick(&self.delivery_kinds, kind)]),
            exclusion: paid_elsewhere.then_some(Exclusion::SpouseMaternityBenefit),
            ..self.claim(
                resident,
                (lying.begin, lying.end),
                bill,
                self.med_types.delivery,
                institution,
            )
        }
    }

    fn chronic_visit(&self, resident: &Resident, group: u8, turn: (u32, u32), lying: &[Lying]) -> Claim {
        let (number, count) = turn;
        let mut stream = Stream::of(self.seed, resident.key, self.year, Purpose::ChronicVisit, number);
        let (when, tier, choice, diverted) = (
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
        );
        let deviation = stream.normal();
        let bill = self.chronic_bills[usize::from(group)].draw(&mut stream, deviation);
        // Patients come at intervals: one visit in each equal part of the time lived.
        let day = day_within(resident, (f64::from(number) + when) / f64::from(count), lying);
        let tier = self
            .disease_tier(resident, diverted)
            .unwrap_or_else(|| pick(&self.chronic_tiers, tier));
        let institution = self.local(resident, tier, choice);
        Claim {
            disease: self.diseases[usize::from(group)],
            ..self.claim(resident, (day, day), bill, self.med_types.chronic, institution)
        }
    }

    fn visit(&self, resident: &Resident, number: u32, lying: &[Lying]) -> Claim {
        let mut stream = Stream::of(self.seed, resident.key, self.year, Purpose::Visit, number);
        let (when, tier, choice, emergency) = (
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
            stream.uniform(),
        );
        let tier = pick(&self.visit_tiers, tier);
        let deviation = stream.normal();
        let level = self.figures.tiers[tier].level;
        let bill = self.visit_bills[level.index()].draw(&mut stream, deviation);
        let day = day_within(resident, when, lying);
        let urgent = emergency < self.figures.visits.emergency;
        let med_type = if urgent {
            self.med_types.emergency_visit
        } else {
            self.med_types.visit
        };
        self.claim(
            resident,
            (day, day),
            bill,
            med_type,
            self.local(resident, tier, choice),
        )
    }

    /// The tier that the resident's disease sends them to, for the given share of cases.
    fn disease_tier(&self, resident: &Resident, diverted: f64) -> Option<usize> {
        let group = &self.figures.chronic.groups[usize::from(resident.disease?)];
        group
            .tier
            .filter(|&(_, share)| diverted < share)
            .map(|(tier, _)| tier)
    }

    fn local(&self, resident: &Resident, tier: usize, choice: f64) -> u32 {
        let district = resident.person.district.unwrap_or(0);
        self.registry
            .local(tier, district, of(choice, self.registry.choice(tier)))
    }

    fn claim(
        &self,
        resident: &Resident,
        (begin, end): (i32, i32),
        bill: Bill,
        med_type: MedType,
        institution: u32,
    ) -> Claim {
        let at = institution as usize;
        let end = date(end);
        Claim {
            begin: date(begin),
            end,
            settled_at: end.and_time(NaiveTime::MIN),
            total: bill.total,
            own_pay: bill.own_pay,
            over_limit: bill.over_limit,
            first_share: bill.first_share,
            in_scope: bill.in_scope,
            hospital_borne: Fen::ZERO,
            third_party: None,
            med_type,
            hosp_lv: self.registry.institutions[at].hosp_lv,
            institution_kind: self.registry.kinds[at],
            institution,
            designated: true,
            out_of_area: OutOfArea::Local,
            exclusion: None,
            delivery: None,
            special_account: false,
            disease: None,
            family_doctor: resident.family_doctor,
            referral: Referral::NOT_STATED,
            selected: Stated::Not,
            accident: Stated::Not,
        }
    }
}

/// Mean over one minus mean, which [`Stream::share`] takes.
fn odds(mean: f64) -> f64 {
    mean / (1.0 - mean)
}

/// Which of `count` things a uniform draw means.
fn of(uniform: f64, count: u32) -> u32 {
    ((uniform * f64::from(count)) as u32).min(count.saturating_sub(1))
}

/// Draws the end of a stay within the time lived in the year, and its begin before it, not before birth.
///
/// `shape`: mean length in days, standard deviation of its logarithm, correlation with the bill's.
fn lie(
    resident: &Resident,
    (kind, number): (Kind, u32),
    mut stream: Stream,
    shape: (f64, f64, f64),
) -> Lying {
    let (mean, log_sd, correlation) = shape;
    let (first, last) = resident.lived;
    let end = first + of(stream.uniform(), (last - first + 1) as u32) as i32;
    let deviation = stream.normal();
    let own = stream.normal();
    let length = correlation * deviation + (1.0 - correlation * correlation).max(0.0).sqrt() * own;
    let days = libm::exp(log_mean(mean, log_sd) + log_sd * length) + 0.5;
    // No stay is longer than a year, as hospitals settle at least once a year.
    let days = (days as i32).clamp(1, 365);
    // Cover is asked for on the first day of a stay, and no payments for the year before are drawn: a stay begins in the
    // year, or at birth.
    Lying {
        kind,
        number,
        begin: (end - days).max(first),
        end,
        deviation,
        stream,
    }
}

/// The day at a point 0..1 of the time lived in the year; a day in hospital becomes that of discharge.
fn day_within(resident: &Resident, point: f64, lying: &[Lying]) -> i32 {
    let (first, last) = resident.lived;
    let day = first + of(point, (last - first + 1) as u32) as i32;
    let stay = lying.iter().find(|stay| stay.begin < day && day < stay.end);
    stay.map_or(day, |stay| stay.end)
}
