//! Four cities' inpatient rules in decimal yuan, slow and obvious, written from the rules and not from the engine; their
//! figures are hard-coded on purpose.

use rust_decimal::{Decimal, RoundingStrategy};

pub const ZERO: Decimal = Decimal::ZERO;

pub fn yuan(amount: i64) -> Decimal {
    Decimal::from(amount)
}

pub fn percent(points: i64) -> Decimal {
    Decimal::new(points, 2)
}

fn round(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum City {
    Ulanqab,
    Jiamusi,
    Nanchang,
    Tongchuan,
}

/// Where a stay was: a level of the city, or one of the level's that lies elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    Primary,
    Secondary,
    Tertiary,
    /// In the region or province, for the cities that tell it apart.
    Nearby,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Away {
    No,
    Filed,
    Resettled,
    Emergency,
    Unfiled,
}

#[derive(Clone, Copy, Debug)]
pub struct Stay {
    pub place: Place,
    pub away: Away,
    pub age_years: u32,
    pub own_pay: Decimal,
    pub in_scope: Decimal,
    /// Whether it is for an accident; not stated counts as no.
    pub accident: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    Ordinary,
    Dibao,
    ExtremePoverty,
    RegisteredPoor,
}

/// What comes out, in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paid {
    pub first_share: Decimal,
    pub deductible: Decimal,
    pub basic: Decimal,
    pub critical_illness: Decimal,
    pub assistance: Decimal,
    pub subsidy: Decimal,
}

/// A person's year.
#[derive(Clone, Debug, Default)]
pub struct Year {
    stays: Vec<Place>,
    fund_paid: Decimal,
    burden: Decimal,
    critical_illness_paid: Decimal,
    assistance_paid: Decimal,
    accident_paid: Decimal,
}

impl Year {
    pub fn settle(&mut self, city: City, class: Class, stay: &Stay) -> Paid {
        let first_share = round(stay.in_scope * first_share(city, stay));
        let eligible = stay.in_scope - first_share;
        let deductible = eligible.min(self.standard(city, class, stay));
        let shared = eligible - deductible;
        let by_ratio = match city {
            // Edges from the first yuan in scope: what the deductible's part would have got is taken off.
            City::Ulanqab => round(ulanqab_bands(eligible)) - round(ulanqab_bands(deductible)),
            _ => round(shared * ratio(city, class, stay)),
        };
        let ceiling = match city {
            City::Ulanqab => yuan(160_000),
            City::Jiamusi => yuan(80_000),
            City::Nanchang => yuan(100_000),
            City::Tongchuan => yuan(130_000),
        };
        let of_accidents = match city {
            City::Jiamusi if stay.accident => by_ratio.min(yuan(3_000) - self.accident_paid),
            _ => by_ratio,
        };
        let mut basic = of_accidents.min(ceiling - self.fund_paid);
        let borne = eligible - basic;
        let mut critical_illness = self.critical_illness(city, class, borne);
        let total = stay.own_pay + stay.in_scope;
        let mut assistance = match city {
            City::Ulanqab => self.assistance(class, total, borne - critical_illness),
            _ => ZERO,
        };
        let mut subsidy = match city {
            City::Ulanqab if class != Class::Ordinary && total > yuan(30_000) => {
                let left = (borne - critical_illness - assistance).max(ZERO);
                round(ulanqab_subsidy(left)).min(yuan(50_000))
            }
            _ => ZERO,
        };
        if city == City::Ulanqab {
            let paid = basic + critical_illness + assistance + subsidy;
            let mut over = (paid - round(total * percent(90))).max(ZERO);
            for payer in [&mut subsidy, &mut assistance, &mut critical_illness, &mut basic] {
                let cut = over.min(*payer);
                *payer -= cut;
                over -= cut;
            }
        }
        self.stays.push(stay.place);
        self.fund_paid += basic;
        if stay.accident {
            self.accident_paid += basic;
        }
        self.burden += borne;
        self.critical_illness_paid += critical_illness;
        self.assistance_paid += assistance;
        Paid {
            first_share,
            deductible,
            basic,
            critical_illness,
            assistance,
            subsidy,
        }
    }

    fn standard(&self, city: City, class: Class, stay: &Stay) -> Decimal {
        let before = self.stays.len() as i64;
        let elsewhere = !matches!(stay.away, Away::No | Away::Resettled);
        match city {
            City::Ulanqab => {
                let full = match stay.place {
                    Place::Primary => 300,
                    Place::Secondary => 600,
                    Place::Tertiary | Place::Nearby => 1_200,
                };
                let again = self.stays.contains(&stay.place);
                if class != Class::Ordinary && again {
                    ZERO
                } else {
                    yuan((full - 100 * before).max(0))
                }
            }
            City::Jiamusi => match (stay.place, stay.away) {
                (_, Away::Unfiled) => yuan(1_500),
                (Place::Nearby, Away::Filed) => yuan(1_000),
                (_, Away::Filed | Away::Emergency) => yuan(1_500),
                (Place::Nearby, _) => yuan(1_000),
                (Place::Primary, _) => yuan(300),
                (Place::Secondary, _) => yuan(400),
                (Place::Tertiary, _) => yuan(700),
            },
            City::Nanchang => {
                let spared = before >= 3 && (stay.age_years >= 70 || stay.age_years <= 6);
                match stay.place {
                    _ if spared => ZERO,
                    Place::Primary => yuan(100),
                    Place::Secondary => yuan(400),
                    Place::Tertiary | Place::Nearby => yuan(600),
                }
            }
            City::Tongchuan => match (stay.place, elsewhere) {
                (Place::Primary, _) => yuan(300),
                (Place::Secondary, false) => yuan(600),
                (Place::Secondary, true) => yuan(1_200),
                (_, false) => yuan(1_200),
                (_, true) => yuan(2_400),
            },
        }
    }

    fn critical_illness(&self, city: City, class: Class, borne: Decimal) -> Decimal {
        let hardship = class != Class::Ordinary;
        let (threshold, rates, limit): (i64, &[(i64, i64)], i64) = match city {
            City::Ulanqab => (14_000, &[(0, 60)], 500_000),
            City::Jiamusi => (10_000, &[(0, 50)], 200_000),
            City::Nanchang => (17_000, &[(0, 60)], 300_000),
            City::Tongchuan => (10_000, &[(0, 60), (30_000, 70), (100_000, 80)], 300_000),
        };
        let threshold = if hardship {
            yuan(threshold) / yuan(2)
        } else {
            yuan(threshold)
        };
        let more = if hardship && city != City::Jiamusi {
            percent(5)
        } else {
            ZERO
        };
        let cumulative = |burden: Decimal| {
            let mut sum = ZERO;
            for (index, (from, rate)) in rates.iter().enumerate() {
                let from = yuan(*from).max(threshold);
                let to = rates
                    .get(index + 1)
                    .map_or(burden, |(to, _)| yuan(*to).min(burden));
                sum += (to - from).max(ZERO) * (percent(*rate) + more);
            }
            round(sum)
        };
        let due = cumulative(self.burden + borne) - cumulative(self.burden);
        if hardship {
            due
        } else {
            due.min(yuan(limit) - self.critical_illness_paid)
        }
    }

    fn assistance(&self, class: Class, total: Decimal, left: Decimal) -> Decimal {
        let large = total > yuan(30_000);
        let rate = match (class, large) {
            (Class::Ordinary, _) | (Class::RegisteredPoor, false) => return ZERO,
            (Class::RegisteredPoor, true) => percent(80),
            (Class::ExtremePoverty, _) => percent(100),
            (Class::Dibao, false) => percent(70),
            (Class::Dibao, true) => percent(80),
        };
        let limit = if large { yuan(100_000) } else { yuan(10_000) };
        round(left * rate).min((limit - self.assistance_paid).max(ZERO))
    }
}

fn first_share(city: City, stay: &Stay) -> Decimal {
    match (city, stay.away) {
        (City::Ulanqab, Away::Filed) if stay.place == Place::Nearby => percent(15),
        (City::Ulanqab, Away::Filed | Away::Emergency) => percent(20),
        (City::Ulanqab, Away::Unfiled) => percent(100),
        (City::Nanchang, Away::Filed | Away::Emergency) => percent(10),
        (City::Nanchang, Away::Unfiled) => percent(20),
        _ => ZERO,
    }
}

fn ulanqab_subsidy(left: Decimal) -> Decimal {
    let part = |from: i64, to: Decimal, points: i64| (left.min(to) - yuan(from)).max(ZERO) * percent(points);
    part(0, yuan(30_000), 40) + part(30_000, yuan(50_000), 50) + part(50_000, left, 60)
}

fn ulanqab_bands(amount: Decimal) -> Decimal {
    let part =
        |from: i64, to: Decimal, points: i64| (amount.min(to) - yuan(from)).max(ZERO) * percent(points);
    part(0, yuan(30_000), 65)
        + part(30_000, yuan(70_000), 70)
        + part(70_000, yuan(200_000), 75)
        + part(200_000, amount, 80)
}

fn ratio(city: City, class: Class, stay: &Stay) -> Decimal {
    let elsewhere = !matches!(stay.away, Away::No | Away::Resettled);
    match city {
        City::Jiamusi => {
            let points = match (stay.place, stay.away) {
                (_, Away::Unfiled) => 40,
                (Place::Nearby, Away::Filed) => 60,
                (_, Away::Filed | Away::Emergency) => 50,
                (Place::Nearby, _) => 60,
                (Place::Primary, _) => 80,
                (Place::Secondary, _) => 75,
                (Place::Tertiary, _) => 65,
            };
            percent(if class == Class::Ordinary {
                points
            } else {
                points + 5
            })
        }
        City::Nanchang => match stay.place {
            Place::Primary => percent(90),
            Place::Secondary => percent(80),
            Place::Tertiary | Place::Nearby => percent(60),
        },
        City::Tongchuan => {
            let points = match (stay.place, elsewhere) {
                (Place::Primary, false) => 85,
                (Place::Primary, true) => 80,
                (Place::Secondary, false) => 75,
                (Place::Secondary, true) => 70,
                (_, false) => 65,
                (_, true) => 60,
            };
            percent(if stay.away == Away::Unfiled {
                points - 20
            } else {
                points
            })
        }
        City::Ulanqab => ZERO,
    }
}
