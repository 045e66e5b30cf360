//! Bills to walk along: of every kind, level, person and place that a scenario tells apart, settled by the one engine.

use crate::benefit::case::Member;
use crate::benefit::claim::{
    Claim, Delivery, DiseaseGroup, HospLv, InstitutionKind, MedType, OutOfArea, Referral, Stated,
};
use crate::benefit::kind::BenefitKind;
use crate::benefit::record::{Recorder, Silent, Trace};
use crate::benefit::settle::settle;
use crate::benefit::settlement::Settlement;
use crate::benefit::state::State;
use crate::benefit::tariff::{BenefitTerms, Level, Tariff};
use crate::insured::category::Category;
use crate::insured::cover::{Stretch, presumed_year};
use crate::insured::person::{Identity, Person, PersonType};
use crate::money::{Fen, first_amount};
use crate::scenario::{KINDS, Scenario};
use chrono::NaiveDate;
use std::sync::Arc;

/// More than any bill in scope that a file can carry with as much outside beside it.
pub(super) const LARGEST: Fen = Fen::new(Fen::MAX_INPUT.get() / 4);

/// The bills of one benefit year.
pub(super) struct Bills<'s> {
    pub tariff: &'s Arc<Tariff>,
    pub year: i32,
    adult_age_years: u32,
    day: NaiveDate,
}

/// Where a bill arises.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub kind: BenefitKind,
    pub level: usize,
    med_type: MedType,
    hosp_lv: HospLv,
    institution_kind: InstitutionKind,
}

/// A kind of person and of bill.
#[derive(Clone, Debug)]
pub(super) struct Bill {
    pub place: Place,
    pub category: Category,
    pub identity: Identity,
    pub out_of_area: OutOfArea,
    pub disease: Option<DiseaseGroup>,
    pub delivery: Option<Delivery>,
    /// What is outside the catalogue beside what is in scope.
    pub own_pay: Fen,
}

/// A person with cover, and bills of one kind before the one to come.
pub(super) struct Walk<'b> {
    bills: &'b Bills<'b>,
    claim: Claim,
    identity: Identity,
    birth: NaiveDate,
    stretches: Vec<Stretch>,
    state: State,
}

impl<'s> Bills<'s> {
    /// The bills of a year with figures.
    pub(super) fn new(scenario: &'s Scenario, year: i32) -> Option<Bills<'s>> {
        Some(Bills {
            tariff: scenario.tariff(year)?,
            year,
            adult_age_years: scenario.adult_age_years(),
            day: NaiveDate::from_ymd_opt(year, 6, 15)?,
        })
    }

    /// The terms of a kind for persons without a tier.
    pub(super) fn terms(&self, kind: BenefitKind) -> Option<&'s BenefitTerms> {
        self.tariff.tiers.first()?.benefits[kind as usize].as_deref()
    }

    /// Every kind at every level where it is covered.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (_, kind) in KINDS {
            let Some(terms) = self.terms(kind) else { continue };
            let med_type = MedType::all().find(|med| self.tariff.kinds[med.index()] == Some(kind));
            for level in 0..self.tariff.level_names.len() {
                let covered =
                    terms.lump_sums.is_some() || terms.ratio.iter().any(|ratio| ratio[level].is_some());
                if let (true, Some(med_type), Some((hosp_lv, institution_kind))) =
                    (covered, med_type, self.institution(level))
                {
                    places.push(Place {
                        kind,
                        level,
                        med_type,
                        hosp_lv,
                        institution_kind,
                    });
                }
            }
        }
        places
    }

    /// An institution of a level.
    fn institution(&self, level: usize) -> Option<(HospLv, InstitutionKind)> {
        let wanted = Some(Level(level as u8));
        HospLv::all().find_map(|hosp_lv| {
            let mut kinds = self.tariff.levels[hosp_lv.index()].iter();
            let kind = kinds.position(|&here| here == wanted)?;
            Some((hosp_lv, InstitutionKind(kind as u8)))
        })
    }

    /// A person of the first day.
    pub(super) fn walk<'b>(&'b self, bill: &Bill) -> Walk<'b> {
        let born = |age: i32| NaiveDate::from_ymd_opt(self.year - age, 1, 10).unwrap_or(self.day);
        let mut person = Person::born(match bill.category {
            Category::Adult => born(40),
            Category::Minor => born(8),
            Category::Student => born(20),
        });
        if bill.category == Category::Student {
            person.person_type = Some(PersonType::UniversityStudent);
        }
        let mut stretches = Vec::new();
        presumed_year(&person, self.year, self.adult_age_years, &mut stretches);
        let place = bill.place;
        let claim = Claim {
            begin: self.day,
            end: self.day,
            settled_at: self.day.into(),
            total: bill.own_pay,
            own_pay: bill.own_pay,
            over_limit: Fen::ZERO,
            first_share: Fen::ZERO,
            in_scope: Fen::ZERO,
            hospital_borne: Fen::ZERO,
            third_party: None,
            med_type: place.med_type,
            hosp_lv: place.hosp_lv,
            institution_kind: place.institution_kind,
            institution: 0,
            designated: true,
            out_of_area: bill.out_of_area,
            exclusion: None,
            delivery: bill.delivery,
            special_account: false,
            disease: bill.disease,
            family_doctor: false,
            referral: Referral::NOT_STATED,
            selected: Stated::Not,
            accident: Stated::Not,
        };
        Walk {
            bills: self,
            claim,
            identity: bill.identity,
            birth: person.birth,
            stretches,
            state: State::default(),
        }
    }

    /// What a bill is called in messages.
    pub(super) fn describe(&self, bill: &Bill) -> String {
        let kind = KINDS.into_iter().find(|(_, kind)| *kind == bill.place.kind);
        let level = &self.tariff.level_names[bill.place.level][0];
        let mut words = vec![kind.map_or("", |(name, _)| name).to_string(), level.clone()];
        let diseases = self.terms(bill.place.kind).map(|terms| &terms.diseases);
        let disease = bill.disease.and_then(|group| diseases?.get(usize::from(group.0)));
        words.extend(disease.and_then(|terms| Some(terms.as_ref()?.name.clone())));
        words.extend(bill.delivery.map(|delivery| delivery.name().to_string()));
        words.push(bill.category.name().to_string());
        if bill.identity != Identity::Ordinary {
            words.push(bill.identity.name().to_string());
        }
        if bill.out_of_area != OutOfArea::Local {
            words.push(bill.out_of_area.name().to_string());
        }
        words.join(", ")
    }
}

impl Bill {
    /// A bill of an ordinary local adult, with nothing outside the catalogue.
    pub(super) fn plain(place: Place) -> Bill {
        Bill {
            place,
            category: Category::Adult,
            identity: Identity::Ordinary,
            out_of_area: OutOfArea::Local,
            disease: None,
            delivery: None,
            own_pay: Fen::ZERO,
        }
    }
}

impl Walk<'_> {
    /// Settles a bill of so much in scope, and leaves the year as it was.
    pub(super) fn at(&self, in_scope: Fen) -> Settlement {
        self.settle(in_scope, &mut self.state.clone(), &mut Silent)
    }

    /// The same with the steps.
    pub(super) fn explain(&self, in_scope: Fen) -> (Settlement, Trace) {
        let mut trace = Trace::default();
        let settlement = self.settle(in_scope, &mut self.state.clone(), &mut trace);
        (settlement, trace)
    }

    /// Settles a bill that the later ones of the year come after.
    pub(super) fn before(mut self, in_scope: Fen) -> Self {
        let mut state = std::mem::take(&mut self.state);
        self.settle(in_scope, &mut state, &mut Silent);
        self.state = state;
        self
    }

    fn settle<R: Recorder>(&self, in_scope: Fen, state: &mut State, recorder: &mut R) -> Settlement {
        let mut claim = self.claim.clone();
        claim.in_scope = in_scope;
        claim.total = claim.own_pay + in_scope;
        let member = Member {
            stretches: &self.stretches,
            identity: self.identity,
            birth: self.birth,
            nothing_year_before: None,
        };
        settle(self.bills.tariff, &member, state, &claim, recorder)
    }

    /// The smallest amount in scope for which something holds, from which on it holds; `None` if it holds of no bill, or of
    /// the smallest already.
    pub(super) fn first(&self, reached: impl Fn(&Settlement, &Trace) -> bool) -> Option<Fen> {
        first_amount(LARGEST, |amount| {
            let (settlement, trace) = self.explain(amount);
            reached(&settlement, &trace)
        })
    }
}
