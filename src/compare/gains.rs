//! Winners and losers: what each person paid under one scenario beside what the same person paid under another.
//!
//! What counts is all that a person paid of the year: the person's part of the bills, and the own contribution. Whoever
//! paid less has won, whoever paid more has lost. Groups are those of the baseline, so each person is in one group of each
//! kind, and the groups of a kind add up to everybody.

use crate::batch::burdens::{Burden, Burdens};
use crate::batch::people::{AGE_BANDS, age_band};
use crate::benefit::rule::Rule;
use crate::compare::crowd::Crowd;
use crate::data::caseload::{Caseload, Names};
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::insured::terms::first_day;
use crate::money::Fen;
use crate::scenario::Scenario;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// By what persons are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Everybody in one group.
    All,
    /// The category of the cover (Art. 2), or none.
    Category,
    /// Completed years on the first day of the year.
    Age,
    /// The highest level of institution at which a claim was settled, or none.
    Level,
    /// The class of hardship (Art. 7).
    Hardship,
    /// The district.
    District,
}

impl By {
    /// Every way to group.
    pub const ALL: [By; 6] = [
        By::All,
        By::Category,
        By::Age,
        By::Level,
        By::Hardship,
        By::District,
    ];

    /// The word in records.
    pub const fn name(self) -> &'static str {
        match self {
            By::All => "all",
            By::Category => "category",
            By::Age => "age",
            By::Level => "level",
            By::Hardship => "hardship",
            By::District => "district",
        }
    }
}

/// A group of persons, and what they pay more or less.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name: `adult`, `60-69`, the key of a level, a class, a district; empty for those who have none.
    pub name: String,
    /// All persons of the group.
    pub persons: u64,
    /// Those who pay less.
    pub winners: u64,
    /// Those who pay more.
    pub losers: u64,
    /// What the winners pay less, together.
    #[serde(rename = "gained_fen")]
    pub gained: Fen,
    /// What the losers pay more, together.
    #[serde(rename = "lost_fen")]
    pub lost: Fen,
    /// The most that one pays less.
    #[serde(rename = "largest_gain_fen")]
    pub largest_gain: Fen,
    /// The most that one pays more.
    #[serde(rename = "largest_loss_fen")]
    pub largest_loss: Fen,
    /// What all of them paid under the baseline.
    #[serde(rename = "paid_before_fen")]
    pub before: Fen,
    /// What they pay under the other scenario.
    #[serde(rename = "paid_after_fen")]
    pub after: Fen,
}

impl Group {
    fn add(&mut self, before: Fen, after: Fen) {
        self.persons += 1;
        self.before += before;
        self.after += after;
        let gain = before - after;
        if gain > Fen::ZERO {
            self.winners += 1;
            self.gained += gain;
            self.largest_gain = self.largest_gain.max(gain);
        } else if gain < Fen::ZERO {
            self.losers += 1;
            self.lost += -gain;
            self.largest_loss = self.largest_loss.max(-gain);
        }
    }

    /// Adds a group of the same name of another year.
    pub(crate) fn merge(&mut self, other: &Group) {
        self.persons += other.persons;
        self.winners += other.winners;
        self.losers += other.losers;
        self.gained += other.gained;
        self.lost += other.lost;
        self.largest_gain = self.largest_gain.max(other.largest_gain);
        self.largest_loss = self.largest_loss.max(other.largest_loss);
        self.before += other.before;
        self.after += other.after;
    }
}

/// The groups of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Groups {
    /// By which trait of the persons.
    pub by: By,
    /// Those with somebody in them.
    pub groups: Vec<Group>,
}

/// Who wins and who loses from one scenario to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gains {
    /// The persons whom both scenarios know.
    pub by: Vec<Groups>,
    /// Persons whom only the baseline's codes can read, and what they paid.
    pub only_before: Unmatched,
    /// Persons whom only the other scenario's codes can read, and what they pay.
    pub only_after: Unmatched,
}

/// Persons whom one of the scenarios cannot read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unmatched {
    /// How many of them there are.
    pub persons: u64,
    /// What they paid: contributions and out of pocket, in fen.
    #[serde(rename = "paid_fen")]
    pub paid: Fen,
}

/// A claim that leaves its person with another amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimChange {
    /// `mdtrt_id`.
    pub claim: String,
    /// `psn_no`.
    pub person: String,
    /// What the person paid of it under the baseline; `None` where that cannot read it.
    #[serde(rename = "person_before_fen")]
    pub before: Option<Fen>,
    /// What the person pays of it under the other scenario; `None` where that cannot read it.
    #[serde(rename = "person_after_fen")]
    pub after: Option<Fen>,
    /// The rule at which the two scenarios part.
    #[serde(serialize_with = "rule_name")]
    pub parts_at: Option<Rule>,
}

fn rule_name<S: serde::Serializer>(rule: &Option<Rule>, serializer: S) -> Result<S::Ok, S::Error> {
    rule.map(Rule::name).serialize(serializer)
}

impl Gains {
    /// All persons in one group.
    pub fn all(&self) -> Group {
        let groups = self.by.iter().find(|groups| groups.by == By::All);
        let all = groups.and_then(|groups| groups.groups.first());
        all.cloned().unwrap_or_default()
    }

    /// The groups of one kind.
    pub fn groups(&self, by: By) -> &[Group] {
        let groups = self.by.iter().find(|groups| groups.by == by);
        groups.map_or(&[], |groups| &groups.groups)
    }

    /// What everybody pays under the other scenario less what they paid under the baseline.
    pub fn change(&self) -> Fen {
        let all = self.all();
        all.after - all.before + self.only_after.paid - self.only_before.paid
    }

    /// Compares the burdens of the people, which `held` says how each of the two scenarios sees.
    pub fn of(
        baseline: &Scenario,
        crowd: &Crowd<'_>,
        held: [usize; 2],
        [before, after]: [&Burdens; 2],
    ) -> Gains {
        let [here, there] = held.map(|held| crowd.caseload(held));
        let others = same(held, &here.person_ids, &there.person_ids);
        let mut matched = vec![false; after.persons.len()];
        let mut by: Vec<Grouping<'_>> = By::ALL
            .map(|by| Grouping::new(by, baseline, here, crowd.year()))
            .into();
        let mut only_before = Unmatched::default();
        for (index, burden) in before.persons.iter().enumerate() {
            let Some(other) = others.of(index) else {
                only_before.add(burden);
                continue;
            };
            matched[other] = true;
            let after = after.persons[other].paid();
            for grouping in &mut by {
                grouping.add(index, burden, after);
            }
        }
        let mut only_after = Unmatched::default();
        let unmatched = after.persons.iter().zip(&matched);
        unmatched
            .filter(|(_, matched)| !**matched)
            .for_each(|(burden, _)| only_after.add(burden));
        Gains {
            by: by.into_iter().map(Grouping::finish).collect(),
            only_before,
            only_after,
        }
    }
}

impl Unmatched {
    fn add(&mut self, burden: &Burden) {
        self.persons += 1;
        self.paid += burden.paid();
    }
}

/// Which thing of one caseload is the same in another.
enum Same {
    /// They have the same order.
    Order,
    /// By place.
    Places(Vec<Option<u32>>),
}

impl Same {
    fn of(&self, index: usize) -> Option<usize> {
        match self {
            Same::Order => Some(index),
            Same::Places(places) => places[index].map(|place| place as usize),
        }
    }
}

/// Finds the names of one caseload in another, which is the same if it has the same number.
fn same(held: [usize; 2], here: &Names, there: &Names) -> Same {
    if held[0] == held[1] {
        return Same::Order;
    }
    let known: FxHashMap<&str, u32> = (0..there.len() as u32)
        .map(|index| (there.get(index), index))
        .collect();
    let places = (0..here.len() as u32).map(|index| known.get(here.get(index)).copied());
    Same::Places(places.collect())
}

/// Persons being put into groups.
struct Grouping<'a> {
    by: By,
    caseload: &'a Caseload,
    year: i32,
    groups: Vec<Group>,
}

impl<'a> Grouping<'a> {
    fn new(by: By, baseline: &Scenario, caseload: &'a Caseload, year: i32) -> Grouping<'a> {
        let named = |names: Vec<String>| names.into_iter().chain([String::new()]).collect();
        let names: Vec<String> = match by {
            By::All => vec![String::new()],
            By::Category => named(Category::ALL.iter().map(|of| of.name().to_string()).collect()),
            By::Age => (0..AGE_BANDS.len()).map(band_name).collect(),
            By::Level => {
                let tariff = baseline.tariff(year);
                let levels = tariff.iter().flat_map(|tariff| &tariff.level_names);
                named(levels.map(|[key, _]| key.clone()).collect())
            }
            By::Hardship => Identity::ALL.iter().map(|of| of.name().to_string()).collect(),
            By::District => named(caseload.districts.clone()),
        };
        let group = |name| Group {
            name,
            ..Group::default()
        };
        Grouping {
            by,
            caseload,
            year,
            groups: names.into_iter().map(group).collect(),
        }
    }

    fn add(&mut self, index: usize, before: &Burden, after: Fen) {
        let person = &self.caseload.persons[index];
        let last = self.groups.len() - 1;
        let group = match self.by {
            By::All => 0,
            By::Category => before.category.map_or(last, |of| of as usize),
            By::Age => age_band(first_day(self.year).years_since(person.birth).unwrap_or(0)),
            By::Level => before.level.map_or(last, |level| level.index()),
            By::Hardship => person.identity as usize,
            By::District => person.district.map_or(last, usize::from),
        };
        self.groups[group].add(before.paid(), after);
    }

    fn finish(self) -> Groups {
        let groups = self.groups.into_iter().filter(|group| group.persons > 0);
        Groups {
            by: self.by,
            groups: groups.collect(),
        }
    }
}

/// `0-17`, ..., `80+`.
fn band_name(band: usize) -> String {
    match AGE_BANDS.get(band + 1) {
        Some(next) => format!("{}-{}", AGE_BANDS[band], next - 1),
        None => format!("{}+", AGE_BANDS[band]),
    }
}

/// How many claims leave their persons with another amount, and the `most` of them that change most, then by id.
pub fn changed_claims(
    crowd: &Crowd<'_>,
    held: [usize; 2],
    [before, after]: [&Burdens; 2],
    most: usize,
) -> (u64, Vec<ClaimChange>) {
    let [here, there] = held.map(|held| crowd.caseload(held));
    let (own_before, own_after) = (by_claim(here, before), by_claim(there, after));
    let others = same(held, &here.claim_ids, &there.claim_ids);
    let mut matched = vec![false; own_after.len()];
    // Size and index, of the baseline's claims and then of those that it does not know.
    let mut found: Vec<(u64, [Option<u32>; 2])> = Vec::new();
    for (index, own) in own_before.iter().enumerate() {
        let other = others.of(index);
        if let Some(other) = other {
            matched[other] = true;
        }
        let after = other.and_then(|other| own_after[other]);
        if *own != after {
            let size = own
                .unwrap_or_default()
                .get()
                .abs_diff(after.unwrap_or_default().get());
            found.push((size, [Some(index as u32), other.map(|other| other as u32)]));
        }
    }
    for (index, own) in own_after.iter().enumerate().filter(|(index, _)| !matched[*index]) {
        if let Some(own) = own {
            found.push((own.get().unsigned_abs(), [None, Some(index as u32)]));
        }
    }
    let changed = found.len() as u64;
    let id = |[index, other]: [Option<u32>; 2]| match (index, other) {
        (Some(index), _) => here.claim_ids.get(index),
        (None, Some(other)) => there.claim_ids.get(other),
        (None, None) => "",
    };
    found.sort_by(|(size, one), (other_size, other)| {
        other_size.cmp(size).then_with(|| id(*one).cmp(id(*other)))
    });
    let told = |(_, places): (u64, [Option<u32>; 2])| {
        let person = match places {
            [Some(index), _] => here.person_ids.get(here.claims[index as usize].person),
            [None, Some(other)] => there.person_ids.get(there.claims[other as usize].person),
            [None, None] => "",
        };
        ClaimChange {
            claim: id(places).to_string(),
            person: person.to_string(),
            before: places[0].and_then(|index| own_before[index as usize]),
            after: places[1].and_then(|other| own_after[other as usize]),
            parts_at: None,
        }
    };
    (changed, found.into_iter().take(most).map(told).collect())
}

/// What each claim leaves its person with; `None` for a row that is no claim of its own.
fn by_claim(caseload: &Caseload, burdens: &Burdens) -> Vec<Option<Fen>> {
    let mut own = vec![None; caseload.claims.len()];
    for &(claim, amount) in &burdens.claims {
        *own[claim as usize].get_or_insert(Fen::ZERO) += amount;
    }
    own
}
