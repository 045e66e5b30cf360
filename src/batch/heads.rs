//! How many people are behind the sums of a tally: what says whether a sum may be published.

use crate::benefit::kind::BenefitKind;
use crate::benefit::settlement::{Settlement, Status};
use crate::benefit::tariff::{Level, MAX_LEVELS};
use crate::money::Fen;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Who pays for some persons and not for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// Critical illness insurance.
    CriticalIllness,
    /// Medical assistance.
    Assistance,
    /// A special account.
    Special,
    /// Government, of large bills.
    Subsidy,
    /// A hospital.
    Hospital,
}

impl Payer {
    /// How many there are.
    const COUNT: usize = 5;

    /// What each of them pays of a settlement.
    fn shares(settlement: &Settlement) -> [(Payer, Fen); Payer::COUNT] {
        let subsidy = settlement.subsidy();
        [
            (Payer::CriticalIllness, settlement.critical_illness),
            (Payer::Assistance, settlement.assistance),
            (Payer::Special, settlement.special - subsidy),
            (Payer::Subsidy, subsidy),
            (Payer::Hospital, settlement.hospital),
        ]
    }
}

/// The persons with a settlement of a kind at a level, with a status, or with a payer; also one that a reversal
/// cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    by_place: [[u64; MAX_LEVELS]; BenefitKind::COUNT],
    by_kind: [u64; BenefitKind::COUNT],
    by_status: [u64; Status::COUNT],
    by_payer: [u64; Payer::COUNT],
}

/// What one person has settlements of: a bit for each kind and level, each status and each payer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    places: u32,
    statuses: u32,
    payers: u8,
}

const _: () = assert!(BenefitKind::COUNT * MAX_LEVELS <= 32 && Status::COUNT <= 32);

impl Seen {
    #[inline]
    pub(super) fn add(&mut self, settlement: &Settlement) {
        match settlement.place {
            Some((kind, level)) => self.places |= 1 << (kind as usize * MAX_LEVELS + level.index()),
            None => self.statuses |= 1 << settlement.status.index(),
        }
        if settlement.is_paid_by_others() {
            for (payer, share) in Payer::shares(settlement) {
                self.payers |= u8::from(!share.is_zero()) << payer as u8;
            }
        }
    }
}

/// The places of the bits that are set: of most persons few are.
#[inline]
fn bits(mut left: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = NonZeroU32::new(left)?.trailing_zeros();
        left &= left - 1;
        Some(place as usize)
    })
}

/// Adds one to the counts whose bits are set.
#[inline]
fn add_bits(counts: &mut [u64], set: u32) {
    bits(set).for_each(|place| counts[place] += 1);
}

impl Heads {
    #[inline]
    pub(super) fn add(&mut self, seen: Seen) {
        let mut kinds = 0u32;
        for place in bits(seen.places) {
            self.by_place[place / MAX_LEVELS][place % MAX_LEVELS] += 1;
            kinds |= 1 << (place / MAX_LEVELS);
        }
        add_bits(&mut self.by_kind, kinds);
        add_bits(&mut self.by_status, seen.statuses);
        self.by_status[Status::Settled.index()] += u64::from(kinds != 0);
        add_bits(&mut self.by_payer, u32::from(seen.payers));
    }

    /// Adds the persons of another part, who are others.
    pub(crate) fn merge(&mut self, other: &Heads) {
        let mine = self.by_place.iter_mut().flatten();
        let mine = mine
            .chain(&mut self.by_kind)
            .chain(&mut self.by_status)
            .chain(&mut self.by_payer);
        let others = other.by_place.iter().flatten();
        let others = others
            .chain(&other.by_kind)
            .chain(&other.by_status)
            .chain(&other.by_payer);
        for (count, more) in mine.zip(others) {
            *count += more;
        }
    }

    /// The persons with a settled claim of a kind.
    pub fn kind(&self, kind: BenefitKind) -> u64 {
        self.by_kind[kind as usize]
    }

    /// The persons with a settled claim of a kind at a level.
    pub(crate) fn kind_at(&self, kind: BenefitKind, level: Level) -> u64 {
        self.by_place[kind as usize][level.index()]
    }

    /// The persons with a claim of a status.
    pub fn status(&self, status: Status) -> u64 {
        self.by_status[status.index()]
    }

    /// The persons for whom somebody pays.
    pub fn payer(&self, payer: Payer) -> u64 {
        self.by_payer[payer as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_counts_once_wherever_they_were() {
        let mut heads = Heads::default();
        let place = |kind: BenefitKind, level: usize| 1 << (kind as usize * MAX_LEVELS + level);
        let [first, second] = [0, 1].map(|level| place(BenefitKind::Inpatient, level));
        for places in [first | second, second, place(BenefitKind::Maternity, 0)] {
            heads.add(Seen {
                places,
                ..Seen::default()
            });
        }
        heads.add(Seen {
            statuses: 1 << Status::SpecialAccount.index(),
            payers: 1 << Payer::Special as u8,
            ..Seen::default()
        });
        let mut twice = heads.clone();
        twice.merge(&heads);
        for (heads, times) in [(heads, 1), (twice, 2)] {
            assert_eq!(heads.kind(BenefitKind::Inpatient), 2 * times);
            assert_eq!(heads.kind_at(BenefitKind::Inpatient, Level(0)), times);
            assert_eq!(heads.kind_at(BenefitKind::Inpatient, Level(1)), 2 * times);
            assert_eq!(heads.kind(BenefitKind::Chronic), 0);
            assert_eq!(heads.status(Status::Settled), 3 * times);
            assert_eq!(heads.status(Status::SpecialAccount), times);
            assert_eq!(heads.payer(Payer::Special), times);
            assert_eq!(heads.payer(Payer::Assistance), 0);
        }
    }
}
