//! Persons and claims in memory: what there is to settle, wherever it came from.

use crate::benefit::claim::Claim;
use crate::insured::enrolment::{Enrolment, Event};
use crate::insured::person::Person;
use crate::money::Fen;
use rayon::prelude::*;
#[cfg(feature = "parquet")]
use std::hint::black_box;
use std::ops::{Deref, Range};

/// For so many claims or persons there is room from the beginning; 2 GB of addresses, of which those used take memory.
pub(super) const MOST_ROOM: usize = 1 << 24;

/// Everything there is to settle.
#[derive(Clone, Debug, Default)]
pub struct Caseload {
    /// The persons.
    pub persons: Vec<Person>,
    /// `psn_no` of each person.
    pub person_ids: Names,
    /// `insu_admdvs` of the districts that persons refer to.
    pub districts: Vec<String>,
    /// Payments and events; `None` where no enrolments file is given, so that everyone counts as enrolled on time.
    pub enrolments: Option<Enrolments>,
    /// The claims in the order of the files, then the reversals in the order of the files; late facts come first, the latest before all.
    pub claims: Claims,
    /// `mdtrt_id` of each claim.
    pub claim_ids: Names,
}

impl Caseload {
    /// Puts the districts into the order of their names, so that it does not depend on the order of the persons.
    pub(super) fn sort_districts(&mut self) {
        let mut order: Vec<usize> = (0..self.districts.len()).collect();
        order.sort_by(|&a, &b| self.districts[a].cmp(&self.districts[b]));
        let mut place = vec![0u16; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new as u16;
        }
        self.districts = order
            .iter()
            .map(|&old| std::mem::take(&mut self.districts[old]))
            .collect();
        for person in &mut self.persons {
            person.district = person.district.map(|old| place[usize::from(old)]);
        }
    }
}

/// What the enrolments and events files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolments {
    /// The payments.
    pub payments: ByPerson<Enrolment>,
    /// Where each payment was read.
    pub payment_places: ByPerson<Place>,
    /// The events.
    pub events: ByPerson<Event>,
    /// Where each event was read.
    pub event_places: ByPerson<Place>,
    /// Benefit years that persons of other parts of the inputs may have paid for, if these are a part.
    pub paid_elsewhere: Vec<i32>,
}

/// Where a row was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The place of its file among the files of the role, from 0, late facts last.
    pub file: u32,
    /// Line (CSV) or row (Parquet) in its file, from 1; the header is line 1 of a CSV.
    pub line: u32,
}

/// Things that belong to persons, grouped by person; those of one person in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByPerson<T> {
    /// Where the things of each person start; one more at the end.
    starts: Vec<u32>,
    things: Vec<T>,
}

impl<T> Default for ByPerson<T> {
    fn default() -> ByPerson<T> {
        ByPerson {
            starts: vec![0],
            things: Vec::new(),
        }
    }
}

impl<T: Copy + Default> ByPerson<T> {
    /// Groups pairs of a person's index and a thing, by a counting sort.
    pub fn group(persons: usize, pairs: impl Iterator<Item = (u32, T)> + Clone) -> ByPerson<T> {
        let mut counts = Counts::default();
        pairs.clone().for_each(|(person, _)| counts.add(person));
        counts.group(persons, pairs)
    }
}

/// How many things each person has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    /// Up to the last person who has one.
    of_persons: Vec<u32>,
    last: u32,
    /// Whether they have not come in the order of the persons.
    mixed: bool,
}

impl Counts {
    #[inline(always)]
    fn add(&mut self, person: u32) {
        match self.of_persons.get_mut(person as usize) {
            Some(count) => *count += 1,
            None => self.add_first(person),
        }
        self.mixed |= person < self.last;
        self.last = person;
    }

    /// Adds a thing of a person beyond those who have one.
    fn add_first(&mut self, person: u32) {
        self.of_persons.resize(person as usize, 0);
        self.of_persons.push(1);
    }

    /// Groups the things that were counted.
    ///
    /// # Panics
    /// If one belongs to none of so many persons.
    fn group<T: Copy + Default>(&self, persons: usize, pairs: impl Iterator<Item = (u32, T)>) -> ByPerson<T> {
        assert!(self.of_persons.len() <= persons, "a thing of nobody");
        let (mut starts, mut start) = (Vec::with_capacity(persons + 1), 0);
        starts.extend(self.of_persons.iter().map(|count| {
            start += count;
            start - count
        }));
        starts.resize(persons + 1, start);
        // Files often come in the order of the persons.
        if !self.mixed {
            let things = pairs.map(|(_, thing)| thing).collect();
            return ByPerson { starts, things };
        }
        let mut next = starts.clone();
        let mut things = vec![T::default(); start as usize];
        for (person, thing) in pairs {
            let slot = &mut next[person as usize];
            things[*slot as usize] = thing;
            *slot += 1;
        }
        ByPerson { starts, things }
    }
}

impl<T> ByPerson<T> {
    /// The things of one person; none for a person beyond the last.
    pub fn of_person(&self, person: u32) -> &[T] {
        let person = person as usize;
        match (self.starts.get(person), self.starts.get(person + 1)) {
            (Some(&start), Some(&end)) => &self.things[start as usize..end as usize],
            _ => &[],
        }
    }

    /// All things, by person.
    pub fn all(&self) -> &[T] {
        &self.things
    }
}

/// One claim of a caseload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseloadClaim {
    /// Index of the person.
    pub person: u32,
    /// Line (CSV) or row (Parquet) in its file, from 1; the header is line 1 of a CSV.
    pub line: u32,
    /// The claim.
    pub claim: Claim,
    /// For a reversal (`refd_setl_flag` = 1): the index of the claim that it cancels. `claim` is then that claim again,
    /// amounts above zero and all, except that `settled_at` is the reversal's own.
    pub reverses: Option<u32>,
}

/// Claims in a row, and what there is to know of all of them without looking at each once more: they lie far apart in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    all: Vec<CaseloadClaim>,
    /// How many each person has.
    counts: Counts,
    /// How many stand, which is all less those that were reversed, and their bills.
    standing: (i64, Fen),
}

impl Claims {
    /// Adds a claim.
    pub fn push(&mut self, claim: CaseloadClaim) {
        let sign = if claim.reverses.is_some() { -1 } else { 1 };
        self.counts.add(claim.person);
        self.standing.0 += sign;
        self.standing.1 += Fen::new(sign * claim.claim.total.get());
        self.all.push(claim);
    }

    /// Adds claims, none of which is a reversal; they are moved out of `claims`. Their bills come to `sum`.
    pub(super) fn append(&mut self, claims: &mut Vec<CaseloadClaim>, sum: Fen) {
        claims.iter().for_each(|claim| self.counts.add(claim.person));
        self.standing.0 += claims.len() as i64;
        self.standing.1 += sum;
        self.all.append(claims);
    }

    /// Makes room for so many more; `false` if there is none.
    pub(super) fn try_reserve(&mut self, claims: usize) -> bool {
        self.all.try_reserve(claims).is_ok()
    }

    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, claims: usize) {
        self.all.reserve(claims);
    }

    /// The indices of the claims of each of so many persons, in their order.
    pub fn by_person(&self, persons: usize) -> ByPerson<u32> {
        let all = 0..self.all.len() as u32;
        if !self.counts.mixed {
            return self.counts.group(persons, all.map(|claim| (0, claim)));
        }
        // All of them first, side by side: the claims lie so far apart that each is waited for.
        let owners = self.all.par_iter().with_min_len(4096).map(|claim| claim.person);
        let owners: Vec<u32> = owners.collect();
        self.counts.group(persons, owners.into_iter().zip(all))
    }

    /// How many of them stand, which is all less those that were reversed, and their bills.
    pub fn standing(&self) -> (i64, Fen) {
        self.standing
    }
}

impl Deref for Claims {
    type Target = [CaseloadClaim];

    fn deref(&self) -> &[CaseloadClaim] {
        &self.all
    }
}

impl Extend<CaseloadClaim> for Claims {
    fn extend<I: IntoIterator<Item = CaseloadClaim>>(&mut self, claims: I) {
        claims.into_iter().for_each(|claim| self.push(claim));
    }
}

impl FromIterator<CaseloadClaim> for Claims {
    fn from_iter<I: IntoIterator<Item = CaseloadClaim>>(some: I) -> Claims {
        let mut claims = Claims::default();
        claims.extend(some);
        claims
    }
}

impl IntoIterator for Claims {
    type Item = CaseloadClaim;
    type IntoIter = std::vec::IntoIter<CaseloadClaim>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<'a> IntoIterator for &'a Claims {
    type Item = &'a CaseloadClaim;
    type IntoIter = std::slice::Iter<'a, CaseloadClaim>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

/// Texts by index, in one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Adds a text and returns its index.
    #[inline]
    pub fn push(&mut self, name: &str) -> u32 {
        self.text.push_str(name);
        self.ends.push(self.text.len());
        self.ends.len() as u32 - 1
    }

    /// Room for so many more texts of the length of an identifier.
    pub(super) fn reserve(&mut self, texts: usize) {
        const USUAL_LENGTH: usize = 18;
        self.text.reserve(texts * USUAL_LENGTH);
        self.ends.reserve(texts);
    }

    /// The text at `index`.
    #[inline(always)]
    pub fn get(&self, index: u32) -> &str {
        let (start, end) = self.place(index);
        &self.text[start..end]
    }

    /// The bytes of the text at `index`: whoever wants no text need not ask whether they are one.
    #[inline(always)]
    pub(crate) fn bytes(&self, index: u32) -> &[u8] {
        let (start, end) = self.place(index);
        &self.text.as_bytes()[start..end]
    }

    /// The bytes of some texts.
    #[inline]
    pub(super) fn some(&self, some: Range<u32>) -> impl Iterator<Item = &[u8]> {
        let places = self.places(some.start as usize..some.end as usize);
        places.map(|(start, end)| self.text.as_bytes().get(start..end).unwrap_or_default())
    }

    /// Where among all texts some of them begin and end.
    #[inline]
    pub(super) fn places(&self, some: Range<usize>) -> impl ExactSizeIterator<Item = (usize, usize)> {
        let mut start = some.start.checked_sub(1).map_or(0, |before| self.ends[before]);
        let ends = self.ends[some].iter();
        ends.map(move |&end| (std::mem::replace(&mut start, end), end))
    }

    /// Where among all texts the one at `index` begins and ends.
    #[inline]
    pub(super) fn place(&self, index: u32) -> (usize, usize) {
        let index = index as usize;
        let end = self.ends[index];
        let start = match index {
            0 => 0,
            _ => self.ends[index - 1],
        };
        (start, end)
    }

    /// Fetches some texts, of which each would be waited for alone.
    #[cfg(feature = "parquet")]
    pub(super) fn look_ahead(&self, some: Range<usize>) {
        const LINE_BYTES: usize = 64;
        let ends = self.ends.get(some).unwrap_or_default();
        let (Some(&first), Some(&last)) = (ends.first(), ends.last()) else {
            return;
        };
        let bytes = self.text.as_bytes().get(first..last).unwrap_or_default();
        let ends = ends.iter().step_by(LINE_BYTES / size_of::<usize>());
        black_box(ends.fold(0, |all, end| all ^ end));
        let bytes = bytes.iter().step_by(LINE_BYTES);
        black_box(bytes.fold(0, |all, byte| all ^ byte));
    }

    /// All texts, one behind the other.
    #[cfg(feature = "parquet")]
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The texts that `bytes` hold, by where each ends; `None` if one of them is not UTF-8, or an end is out of order.
    #[cfg(feature = "parquet")]
    pub(super) fn from_bytes(bytes: Vec<u8>, ends: Vec<usize>) -> Option<Names> {
        let text = String::from_utf8(bytes).ok()?;
        // The whole is UTF-8 even where a character is cut in two by an end; its halves would not be.
        let cut_well = text.is_ascii() || ends.iter().all(|&end| text.is_char_boundary(end));
        let covered = ends.is_sorted() && ends.last().is_none_or(|&end| end == text.len());
        (cut_well && covered).then_some(Names { text, ends })
    }

    /// Adds some texts of `others`, in their order.
    pub(super) fn append(&mut self, others: &Names, some: Range<usize>) {
        let start = some.start.checked_sub(1).map_or(0, |before| others.ends[before]);
        let ends = &others.ends[some];
        let Some(&end) = ends.last() else {
            return;
        };
        // Without checks of what cannot overflow it is done by vectors.
        let moved = self.text.len().wrapping_sub(start);
        self.text.push_str(&others.text[start..end]);
        self.ends.extend(ends.iter().map(|end| end.wrapping_add(moved)));
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}
