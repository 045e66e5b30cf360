//! Random cases from a seed, made to sit on the thresholds.
//!
//! A case set is valid input throughout: nothing in it should be rejected. Persons are drawn with their
//! events (claims and reversals) in settlement order, and the oracle settles each event at once, so that
//! an amount can be aimed: "the in-scope amount at which the ceiling is just reached, or one fen less".

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;

use super::figures;
use super::history::{Account, Institutions};
use super::waterfall::{YearState, settle};
use super::{Claim, FeeLine, Institution, Outcome, Person, fen, round_fen, yuan};

/// Persons, institutions and claims, in random order.
pub struct Cases {
    pub persons: Vec<Person>,
    pub institutions: Vec<Institution>,
    pub claims: Vec<Claim>,
}

/// At least `claims` rows of claims and reversals from one seed; always the same ones.
pub fn cases(seed: u64, claims: usize) -> Cases {
    let mut generator = Generator::new(seed);
    let mut persons = Vec::new();
    let mut all_claims = Vec::new();
    while all_claims.len() < claims {
        let person = generator.person(persons.len());
        all_claims.extend(generator.history(&person));
        persons.push(person);
    }
    let mut institutions: Vec<Institution> = generator.institutions.values().cloned().collect();
    persons.shuffle(&mut generator.rng);
    institutions.shuffle(&mut generator.rng);
    all_claims.shuffle(&mut generator.rng);
    Cases {
        persons,
        institutions,
        claims: all_claims,
    }
}

const LEVELS: [&str; 11] = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"];
const KINDS: [&str; 4] = ["", "general", "provincial", "psychiatric"];
const TIMES: [(u32, u32, u32); 4] = [(8, 30, 0), (12, 0, 0), (12, 0, 1), (23, 59, 59)];
const DISEASES: [&str; 12] = [
    "M00500", "M08300", "M02800", "M00101", "M00200", "M06300", "M07800", "M02100", "M03900", "M01600",
    "M99999", "",
];
const EXCLUSIONS: [&str; 8] = [
    "unlawful",
    "self-harm",
    "cosmetic",
    "family-planning",
    "abroad",
    "third-party",
    "out-of-scope",
    "spouse-maternity-benefit",
];

struct Generator {
    seed: u64,
    rng: ChaCha8Rng,
    institutions: Institutions,
    /// First or last days of designation, with the institution.
    edges: Vec<(NaiveDate, String)>,
    next_id: usize,
}

/// One event of a person, before it becomes a claim or a reversal.
struct Plan {
    /// When it settles.
    moment: NaiveDateTime,
    /// The first day of the claim, where that is the point of it.
    begin: Option<NaiveDate>,
    /// The institution, where that is the point of it.
    institution: Option<String>,
}

impl Generator {
    fn new(seed: u64) -> Generator {
        let mut generator = Generator {
            seed,
            rng: ChaCha8Rng::seed_from_u64(seed),
            institutions: Institutions::new(),
            edges: Vec::new(),
            next_id: 0,
        };
        for hosp_lv in LEVELS {
            for kind in KINDS {
                generator.add_institution(hosp_lv, kind, None, None);
            }
        }
        for _ in 0..12 {
            let hosp_lv = generator.pick(&LEVELS);
            let kind = generator.pick(&KINDS);
            let from = generator.day(first_day(), day(2022, 6, 30));
            let to = generator.day(day(2022, 7, 1), last_day());
            let from = Some(from).filter(|_| generator.chance(70));
            let to = Some(to).filter(|_| generator.chance(70));
            generator.add_institution(hosp_lv, kind, from, to);
        }
        generator
    }

    fn add_institution(&mut self, hosp_lv: &str, kind: &str, from: Option<NaiveDate>, to: Option<NaiveDate>) {
        let code = format!("H{:03}", self.institutions.len() + 1);
        self.edges
            .extend(from.into_iter().chain(to).map(|edge| (edge, code.clone())));
        let institution = Institution {
            fixmedins_code: code.clone(),
            hosp_lv: hosp_lv.to_string(),
            kind: kind.to_string(),
            designated_from: from,
            designated_to: to,
        };
        self.institutions.insert(code, institution);
    }

    // Draws.

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_ratio(percent, 100)
    }

    fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        *options.choose(&mut self.rng).expect("there are options")
    }

    /// One of the options, each as often as its weight says.
    fn weigh<T: Copy>(&mut self, options: &[(u32, T)]) -> T {
        let (_, option) = options
            .choose_weighted(&mut self.rng, |&(weight, _)| weight)
            .expect("there are options with a weight");
        *option
    }

    fn day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let days = (to - from).num_days().max(0);
        from + Days::new(self.rng.random_range(0..=days).unsigned_abs())
    }

    /// The day before, the day itself or the day after.
    fn around(&mut self, day: NaiveDate) -> NaiveDate {
        day - Days::new(1) + Days::new(self.rng.random_range(0..=2))
    }

    /// Midnight half of the time.
    fn moment(&mut self, day: NaiveDate) -> NaiveDateTime {
        if self.chance(50) {
            return day.and_time(NaiveTime::MIN);
        }
        let (hour, minute, second) = self.pick(&TIMES);
        day.and_hms_opt(hour, minute, second)
            .expect("the times of day are valid")
    }

    /// An amount between two powers of ten yuan, every magnitude as likely as another.
    fn amount(&mut self, from_power: f64, to_power: f64) -> Decimal {
        let power = self.rng.random_range(from_power..to_power);
        // Only the choice of an amount; the amount itself is a count of fen.
        let fens = (10_f64.powf(power) * 100.0).round();
        fen(fens as i64)
    }

    /// Unique, and bytewise in no particular order.
    fn mdtrt_id(&mut self) -> String {
        self.next_id += 1;
        let first = self.pick(&["A", "a", "Z", "m", "9"]);
        format!("{first}{}", self.next_id)
    }

    // Persons.

    fn person(&mut self, index: usize) -> Person {
        let psn_type = self.weigh(&[
            (6, ""),
            (2, "1101"),
            (6, "1401"),
            (8, "1402"),
            (8, "1403"),
            (10, "1404"),
            (40, "1501"),
            (18, "1601"),
        ]);
        let brdy = match psn_type {
            "1401" => self.day(first_day(), day(2024, 6, 30)),
            "1402" => self.day(day(2014, 1, 1), day(2020, 12, 31)),
            "1403" => self.day(day(2001, 1, 1), day(2014, 12, 31)),
            "1404" => self.day(day(1995, 1, 1), day(2007, 12, 31)),
            "1601" => self.day(day(1925, 1, 1), day(1964, 12, 31)),
            _ if self.chance(15) => self.turns_18_with_a_year(),
            _ => self.day(day(1960, 1, 1), day(2006, 12, 31)),
        };
        let dies = self.chance(8);
        let death = self.day(brdy.max(first_day()), last_day());
        let gend = self.pick(&["1", "2", "2", "0", ""]);
        let residence = self.weigh(&[(50, "registered"), (25, ""), (19, "permit"), (6, "none")]);
        let psn_idet_type = self.weigh(&[
            (55, ""),
            (18, "dibao"),
            (15, "extreme-poverty"),
            (6, "severe-disability"),
            (6, "entitled-group"),
        ]);
        Person {
            psn_no: format!("P{}-{index}", self.seed),
            brdy,
            gend: gend.to_string(),
            psn_type: psn_type.to_string(),
            residence: residence.to_string(),
            psn_idet_type: psn_idet_type.to_string(),
            death_date: Some(death).filter(|_| dies),
        }
    }

    /// Born so that the 18th birthday is next to the 1 January of a benefit year.
    fn turns_18_with_a_year(&mut self) -> NaiveDate {
        let year = self.rng.random_range(2020..=2024);
        self.around(day(year - 18, 1, 1))
    }

    // Events.

    /// All claims and reversals of a person.
    fn history(&mut self, person: &Person) -> Vec<Claim> {
        let mut account = Account::new(person.clone());
        let mut claims = Vec::new();
        let mut reversible: Vec<Claim> = Vec::new();
        let reversals = self.weigh(&[(60, 8), (25, 20), (15, 40)]);
        for plan in self.plans(person) {
            let earlier: Vec<usize> = (0..reversible.len())
                .filter(|&index| reversible[index].settles_at() < plan.moment)
                .collect();
            let claim = if !earlier.is_empty() && self.chance(reversals) {
                // Mostly an early one, so that later ones settle again.
                let index = if self.chance(60) {
                    earlier[0]
                } else {
                    self.pick(&earlier)
                };
                let original = reversible.remove(index);
                self.reversal(&original, plan.moment)
            } else {
                let claim = self.claim(person, &plan, &account);
                reversible.push(claim.clone());
                claim
            };
            account.accept(&self.institutions, &claim);
            claims.push(claim);
        }
        claims
    }

    /// When a person's events happen, in order; many of them crowd into the same year or moment.
    fn plans(&mut self, person: &Person) -> Vec<Plan> {
        let count = self.weigh(&[(10, 1), (15, 3), (25, 8), (25, 16), (15, 30), (10, 50)]);
        let count = self.rng.random_range(1..=count);
        let year = self.rng.random_range(2020..=2024);
        // Some settle in January of the next year, which for 2024 has no figures of its own.
        let busy_year = (day(year, 1, 1), day(year + 1, 1, 20));
        let lifetime = (
            person.brdy.clamp(first_day(), last_day()),
            person.death_date.unwrap_or(last_day()).max(first_day()),
        );
        let mut plans: Vec<Plan> = Vec::new();
        for _ in 0..count {
            let plan = match self.rng.random_range(0..100) {
                0..=3 => self.plan_at_edge_of_designation(),
                4..=6 => self.plan_at_edge_of_life(person),
                7..=9 => self.plan_at_new_year(),
                10..=24 if !plans.is_empty() => {
                    let index = self.rng.random_range(0..plans.len());
                    Plan {
                        moment: plans[index].moment,
                        begin: None,
                        institution: None,
                    }
                }
                10..=39 => self.plan_between(lifetime),
                _ => self.plan_between(busy_year),
            };
            plans.push(plan);
        }
        plans.sort_by_key(|plan| plan.moment);
        plans
    }

    fn plan_between(&mut self, (from, to): (NaiveDate, NaiveDate)) -> Plan {
        let settled_on = self.day(from, to);
        Plan {
            moment: self.moment(settled_on),
            begin: None,
            institution: None,
        }
    }

    fn plan_from(&mut self, begin: NaiveDate, institution: Option<String>) -> Plan {
        let begin = begin.clamp(first_day(), last_day());
        let stay = self.rng.random_range(0..=12);
        let end = (begin + Days::new(stay)).min(last_day());
        Plan {
            moment: self.moment(end),
            begin: Some(begin),
            institution,
        }
    }

    fn plan_at_edge_of_designation(&mut self) -> Plan {
        let index = self.rng.random_range(0..self.edges.len());
        let (edge, code) = self.edges[index].clone();
        let begin = self.around(edge);
        self.plan_from(begin, Some(code))
    }

    fn plan_at_edge_of_life(&mut self, person: &Person) -> Plan {
        let edge = person.death_date.unwrap_or(person.brdy);
        if edge < first_day() {
            return self.plan_at_new_year();
        }
        let begin = self.around(edge);
        self.plan_from(begin, None)
    }

    fn plan_at_new_year(&mut self) -> Plan {
        let year = self.rng.random_range(2020..=2024);
        let begin = self.around(day(year, 1, 1));
        self.plan_from(begin, None)
    }

    fn reversal(&mut self, original: &Claim, moment: NaiveDateTime) -> Claim {
        Claim {
            mdtrt_id: self.mdtrt_id(),
            psn_no: original.psn_no.clone(),
            insutype: original.insutype.clone(),
            med_type: original.med_type.clone(),
            matn_type: original.matn_type.clone(),
            fixmedins_code: original.fixmedins_code.clone(),
            hosp_lv: original.hosp_lv.clone(),
            begntime: original.begntime,
            endtime: original.endtime,
            setl_time: Some(moment),
            medfee_sumamt: -original.medfee_sumamt,
            refd_setl_flag: true,
            init_setl_id: original.mdtrt_id.clone(),
            ..Claim::default()
        }
    }

    // Claims.

    fn claim(&mut self, person: &Person, plan: &Plan, account: &Account) -> Claim {
        let med_type = self.weigh(&[
            (38, "21"),
            (8, "24"),
            (28, "14"),
            (11, "11"),
            (5, "13"),
            (7, "52"),
            (2, "51"),
            (1, "41"),
        ]);
        let mut claim = Claim {
            mdtrt_id: self.mdtrt_id(),
            psn_no: person.psn_no.clone(),
            insutype: self.pick(&["", "390"]).to_string(),
            med_type: med_type.to_string(),
            signed_family_doctor: self.chance(10),
            ..Claim::default()
        };
        self.set_times(&mut claim, plan);
        self.set_institution(&mut claim, plan);
        self.set_circumstances(&mut claim);

        let aimed = if self.chance(45) {
            self.aim(person, &claim, account)
        } else {
            None
        };
        let in_scope = match aimed {
            Some(amount) => amount,
            None => self.in_scope_amount(),
        };
        if self.chance(25) {
            self.set_lines(&mut claim, in_scope);
        } else {
            self.set_header_amounts(&mut claim, in_scope);
        }
        if claim.excl_rea == "third-party" && self.chance(75) {
            self.set_third_party(&mut claim, in_scope);
        }
        claim
    }

    /// Ends where it settles, or some days before and settles late; sometimes into the next year.
    fn set_times(&mut self, claim: &mut Claim, plan: &Plan) {
        let settled_on = plan.moment.date();
        if let Some(begin) = plan.begin {
            claim.begntime = begin.and_time(NaiveTime::MIN);
            claim.endtime = plan.moment;
            return;
        }
        if self.chance(40) && settled_on <= last_day() {
            claim.endtime = plan.moment;
        } else {
            let delay = self.weigh(&[(60, 0), (20, 1), (15, 7), (5, 40)]);
            let end = (settled_on - Days::new(delay)).clamp(first_day(), last_day());
            claim.endtime = end.and_time(NaiveTime::MIN);
            claim.setl_time = Some(plan.moment);
        }
        let longest = if matches!(claim.med_type.as_str(), "21" | "24") {
            40
        } else {
            0
        };
        let stay = self.rng.random_range(0..=longest);
        let begin = (claim.endtime.date() - Days::new(stay)).max(first_day());
        let is_before = begin < claim.endtime.date();
        claim.begntime = if is_before {
            self.moment(begin)
        } else {
            begin.and_time(NaiveTime::MIN)
        };
    }

    /// Nearly always one from the registry; general outpatient claims mostly at low levels.
    fn set_institution(&mut self, claim: &mut Claim, plan: &Plan) {
        let is_general = matches!(claim.med_type.as_str(), "11" | "13");
        let code = match &plan.institution {
            Some(code) => code.clone(),
            None if self.chance(2) => "H999".to_string(),
            None if is_general && self.chance(80) => {
                let low: Vec<String> = self.codes_at(&["08", "09", "10", "11"]);
                low.choose(&mut self.rng).expect("there are low levels").clone()
            }
            None if self.chance(30) => {
                let ungraded = self.codes_at(&["11", "05", "06"]);
                ungraded
                    .choose(&mut self.rng)
                    .expect("there are such levels")
                    .clone()
            }
            None => {
                let all = self.codes_at(&LEVELS);
                all.choose(&mut self.rng).expect("there are institutions").clone()
            }
        };
        claim.fixmedins_code = code;
        if self.chance(15) {
            claim.hosp_lv = self.pick(&LEVELS).to_string();
        }
    }

    fn codes_at(&self, levels: &[&str]) -> Vec<String> {
        let found = self
            .institutions
            .values()
            .filter(|i| levels.contains(&i.hosp_lv.as_str()));
        found
            .map(|institution| institution.fixmedins_code.clone())
            .collect()
    }

    /// Where, why and who is liable.
    fn set_circumstances(&mut self, claim: &mut Claim) {
        let out_of_area = self.weigh(&[
            (60, ""),
            (8, "local"),
            (9, "filed"),
            (8, "resettled"),
            (7, "emergency"),
            (8, "unfiled"),
        ]);
        claim.out_of_area = out_of_area.to_string();
        // A disease code means something on chronic claims only.
        if claim.med_type == "14" || self.chance(5) {
            claim.dise_codg = self.pick(&DISEASES).to_string();
        }
        if claim.med_type == "52" {
            claim.matn_type = self.pick(&["1", "2", "3", "4", "5", "6"]).to_string();
        }
        let family_planning = matches!(claim.matn_type.as_str(), "5" | "6");
        if self.chance(6) && !family_planning {
            claim.excl_rea = self.pick(&EXCLUSIONS).to_string();
        } else if self.chance(2) {
            claim.excl_rea = "self-harm-mental".to_string();
        } else if self.chance(2) && !family_planning {
            claim.excl_rea = "third-party".to_string();
        }
        claim.special_account = self.chance(2);
    }

    // Amounts.

    fn in_scope_amount(&mut self) -> Decimal {
        match self.rng.random_range(0..100) {
            0..=3 => Decimal::ZERO,
            4..=6 => fen(self.rng.random_range(1..=10)),
            7..=10 => yuan(self.rng.random_range(1..=400) * 1_000),
            11..=44 => self.amount(0.0, 4.0),
            45..=89 => self.amount(3.0, 5.2),
            _ => self.amount(5.0, 6.6),
        }
    }

    /// An in-scope amount that just reaches a threshold, or misses or passes it by a few fen.
    fn aim(&mut self, person: &Person, claim: &Claim, account: &Account) -> Option<Decimal> {
        let targets = targets(person, claim);
        let Target { reached, at } = *targets.choose(&mut self.rng)?;
        let institution = self.institutions.get(&claim.fixmedins_code);
        let before = account.state(claim.benefit_year());
        let mut probe = claim.clone();
        let mut measure = |in_scope: i64| {
            probe.inscp_scp_amt = Some(fen(in_scope));
            probe.fulamt_ownpay_amt = Some(fen(1));
            probe.medfee_sumamt = fen(in_scope + 1);
            let mut state = before.clone();
            let outcome = settle(person, institution, &probe, &mut state);
            reached(&state, &outcome)
        };

        let (mut misses, mut reaches) = (0, 500_000_000);
        if measure(misses) >= at || measure(reaches) < at {
            return None;
        }
        while reaches - misses > 1 {
            let middle = (misses + reaches) / 2;
            if measure(middle) >= at {
                reaches = middle;
            } else {
                misses = middle;
            }
        }
        let off = self.weigh(&[(30, 0), (30, -1), (30, 1), (5, -7), (5, 7)]);
        Some(fen((reaches + off).max(0)))
    }

    /// Own pay, over limit and first share; nothing at all for a good part of the claims.
    fn other_amount(&mut self) -> Decimal {
        if self.chance(50) {
            Decimal::ZERO
        } else {
            self.amount(-1.0, 4.5)
        }
    }

    /// All four amounts, or with blanks that can be told from the rest.
    fn set_header_amounts(&mut self, claim: &mut Claim, in_scope: Decimal) {
        let mut own = self.other_amount();
        let over = self.other_amount();
        let first = self.other_amount();
        if own + over + first + in_scope == Decimal::ZERO {
            own = fen(1);
        }
        claim.medfee_sumamt = own + over + first + in_scope;
        let unless_zero = |amount: Decimal| Some(amount).filter(|amount| !amount.is_zero());
        let all = [Some(own), Some(over), Some(first), Some(in_scope)];
        let amounts = match self.rng.random_range(0..8) {
            0 | 1 => all,
            2 => [None, Some(over), Some(first), Some(in_scope)],
            3 => [Some(own), None, Some(first), Some(in_scope)],
            4 => [Some(own), Some(over), None, Some(in_scope)],
            5 => [
                unless_zero(own),
                unless_zero(over),
                unless_zero(first),
                Some(in_scope),
            ],
            6 => [Some(own), Some(over), Some(first), None],
            _ => [unless_zero(own), unless_zero(over), unless_zero(first), None],
        };
        let [own, over, first, in_scope] = amounts;
        claim.fulamt_ownpay_amt = own;
        claim.overlmt_selfpay = over;
        claim.preselfpay_amt = first;
        claim.inscp_scp_amt = in_scope;
    }

    /// Fee lines that add up to the in-scope amount; the claim's own four amounts stay blank.
    fn set_lines(&mut self, claim: &mut Claim, in_scope: Decimal) {
        let mut left = in_scope;
        let mut lines = Vec::new();
        for _ in 0..self.rng.random_range(0..=6) {
            let line = self.line();
            let adds = line_in_scope(&line);
            if adds <= left {
                left -= adds;
                lines.push(line);
            }
        }
        if left > Decimal::ZERO {
            let selfpay_prop = self.pick(&[None, Some(Decimal::ZERO)]);
            lines.push(FeeLine {
                det_item_fee_sumamt: left,
                chrgitm_lv: "01".to_string(),
                selfpay_prop,
                ..FeeLine::default()
            });
        }
        if lines.is_empty() {
            let consent = self.pick(&["", "0", "1"]).to_string();
            lines.push(FeeLine {
                det_item_fee_sumamt: self.amount(0.0, 3.0),
                chrgitm_lv: "03".to_string(),
                consent,
                ..FeeLine::default()
            });
        }
        lines.shuffle(&mut self.rng);
        for (index, line) in lines.iter_mut().enumerate() {
            line.feedetl_sn = format!("{}-{}", claim.mdtrt_id, index + 1);
        }
        claim.medfee_sumamt = lines.iter().map(|line| line.det_item_fee_sumamt).sum();
        claim.lines = lines;
    }

    fn line(&mut self) -> FeeLine {
        let amount = self.amount(-1.0, 4.5).max(fen(1));
        let chrgitm_lv = self.weigh(&[(30, "01"), (50, "02"), (20, "03")]);
        let selfpay_prop = match chrgitm_lv {
            "01" => self.pick(&[None, Some("0"), Some("0.05")]),
            "02" => self.pick(&[
                Some("0.1"),
                Some("0.15"),
                Some("0.333333"),
                Some("0.5"),
                Some("1"),
            ]),
            _ => self.pick(&[None, Some("1"), Some("0.2")]),
        };
        let overlmt_amt = match self.rng.random_range(0..10) {
            0..=5 => None,
            6 => Some(Decimal::ZERO),
            7 => Some(amount),
            _ => Some(round_fen(amount * fen(self.rng.random_range(0..=100)))),
        };
        FeeLine {
            feedetl_sn: String::new(),
            det_item_fee_sumamt: amount,
            chrgitm_lv: chrgitm_lv.to_string(),
            selfpay_prop: selfpay_prop.map(|prop| prop.parse().expect("a rate")),
            overlmt_amt,
            consent: self.pick(&["", "", "0", "1"]).to_string(),
        }
    }

    /// What the third party has paid: nothing, a part, exactly the in-scope amount, or more.
    fn set_third_party(&mut self, claim: &mut Claim, in_scope: Decimal) {
        let paid = match self.rng.random_range(0..6) {
            0 => Decimal::ZERO,
            1 => in_scope,
            2 => in_scope + fen(1),
            3 => in_scope - fen(1),
            _ => round_fen(in_scope * fen(self.rng.random_range(0..=100))),
        };
        claim.ttp_pay_amt = Some(paid.clamp(Decimal::ZERO, claim.medfee_sumamt));
    }
}

/// What a line of class 01 or 02 adds to the in-scope amount.
fn line_in_scope(line: &FeeLine) -> Decimal {
    if line.chrgitm_lv == "03" {
        return Decimal::ZERO;
    }
    let rest = line.det_item_fee_sumamt - line.overlmt_amt.unwrap_or(Decimal::ZERO);
    rest - round_fen(rest * line.selfpay_prop.unwrap_or(Decimal::ZERO))
}

/// A sum of the year, and the value at which a rule changes.
#[derive(Clone, Copy)]
struct Target {
    reached: fn(&YearState, &Outcome) -> Decimal,
    at: Decimal,
}

/// Every threshold that a claim of this kind can reach.
fn targets(person: &Person, claim: &Claim) -> Vec<Target> {
    let year = claim.benefit_year();
    let mut targets = Vec::new();
    let mut add = |reached: fn(&YearState, &Outcome) -> Decimal, at: Decimal| {
        targets.push(Target { reached, at });
    };
    match claim.med_type.as_str() {
        "11" | "13" => add(|state, _| state.outpatient_paid, figures::outpatient_limit(year)),
        "52" => {
            add(|_, outcome| outcome.amounts.hifp_pay, yuan(1_200));
            add(|_, outcome| outcome.amounts.hifp_pay, yuan(1_800));
        }
        "14" | "21" | "24" => {
            for standard in [100, 200, 400, 500, 1_000] {
                add(|_, outcome| outcome.amounts.act_pay_dedc, yuan(standard));
            }
            for _ in 0..4 {
                add(|state, _| state.ceiling_used, figures::ceiling());
            }
            let threshold = figures::critical_illness_threshold(year);
            for at in [
                threshold,
                threshold / yuan(2),
                yuan(100_000),
                yuan(200_000),
                yuan(300_000),
            ] {
                add(|state, _| state.burden, at);
            }
            add(|state, _| state.critical_illness_paid, yuan(400_000));
            if person.is_hardship() {
                add(|state, _| state.assistance_paid, figures::assistance_limit());
            }
            add(|state, _| state.chronic_deductible, figures::chronic_deductible());
        }
        _ => {}
    }
    match claim.dise_codg.as_str() {
        "M03900" => add(|state, _| state.hypertension_paid, figures::hypertension_limit()),
        "M01600" => add(|state, _| state.diabetes_paid, figures::diabetes_limit()),
        _ => {}
    }
    targets
}

fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, of_month).expect("a date of the calendar")
}

/// The first day with figures.
fn first_day() -> NaiveDate {
    day(2020, 1, 1)
}

/// The last day with figures.
fn last_day() -> NaiveDate {
    day(2024, 12, 31)
}
