//! Which amounts of a run are kept back in all of its tables alike.
//!
//! A table protects its own sums, but the same amounts stand in several: who paid the bills, what the fund paid by kind,
//! its statement. What one keeps back beside a small amount could be read in another, and with it the small one. So it is
//! decided once, for all sums that these amounts are in.

use crate::batch::heads::Payer;
use crate::batch::run::{Origin, Run};
use crate::benefit::kind::BenefitKind;
use crate::money::Fen;
use crate::report::page::cell::FEWEST_PEOPLE;
use crate::report::page::{Cell, linked};

/// An amount that more than one table tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Bills,
    Benefits,
    Basic,
    Pool,
    CriticalIllness,
    Assistance,
    Special,
    Subsidy,
    Hospitals,
    Persons,
    Inpatient,
    Chronic,
    Maternity,
}

use Amount::*;

const ALL: [Amount; 13] = [
    Bills,
    Benefits,
    Basic,
    Pool,
    CriticalIllness,
    Assistance,
    Special,
    Subsidy,
    Hospitals,
    Persons,
    Inpatient,
    Chronic,
    Maternity,
];

/// What is the sum of what.
const SUMS: [(Amount, &[Amount]); 4] = [
    (Basic, &[Inpatient, Chronic, Maternity]),
    (Benefits, &[Basic, Pool, CriticalIllness]),
    (Benefits, &[Inpatient, Chronic, Maternity, Pool, CriticalIllness]),
    (
        Bills,
        &[
            Persons,
            Basic,
            Pool,
            CriticalIllness,
            Assistance,
            Special,
            Subsidy,
            Hospitals,
        ],
    ),
];

impl From<BenefitKind> for Amount {
    fn from(kind: BenefitKind) -> Amount {
        match kind {
            BenefitKind::Inpatient => Inpatient,
            BenefitKind::Chronic => Chronic,
            BenefitKind::Outpatient => Pool,
            BenefitKind::Maternity => Maternity,
        }
    }
}

impl From<Payer> for Amount {
    fn from(payer: Payer) -> Amount {
        match payer {
            Payer::CriticalIllness => CriticalIllness,
            Payer::Assistance => Assistance,
            Payer::Special => Special,
            Payer::Subsidy => Subsidy,
            Payer::Hospital => Hospitals,
        }
    }
}

/// The amounts of a run that no table may tell.
pub(super) struct Kept([bool; ALL.len()]);

impl Kept {
    /// Of a city that was drawn, none.
    pub(super) fn of(run: &Run) -> Kept {
        if matches!(run.origin, Origin::City(_)) {
            return Kept([false; ALL.len()]);
        }
        let mut cells = ALL.map(|of| {
            let (fen, people) = amount(run, of);
            // What persons pay is the first to go beside a small amount: no other table tells it.
            let people = if of == Persons {
                people.min(FEWEST_PEOPLE)
            } else {
                people
            };
            Cell::yuan(fen).of(people)
        });
        let place = |amount: &Amount| *amount as usize;
        let sums = SUMS.map(|(sum, parts)| (place(&sum), parts.iter().map(place).collect()));
        linked(&mut cells, &sums);
        Kept(cells.map(|cell| cell.is_suppressed()))
    }

    /// Whether an amount is kept back.
    pub(super) fn has(&self, amount: impl Into<Amount>) -> bool {
        self.0[amount.into() as usize]
    }

    /// A cell as it may be shown, if it tells an amount or what that can be had from.
    pub(super) fn cell(&self, amount: impl Into<Amount>, cell: Cell) -> Cell {
        match self.has(amount) {
            true => cell.kept_back(),
            false => cell,
        }
    }
}

/// An amount, and how many people it is about.
pub(super) fn amount(run: &Run, amount: Amount) -> (Fen, u64) {
    let (tally, heads) = (&run.outcome.tally, &run.outcome.heads);
    let (all, pool, subsidy) = (tally.all(), tally.outpatient_pool(), tally.subsidy());
    let everyone = run.outcome.out_of_pocket.count();
    let kind = |kind: BenefitKind| (tally.kind(kind).basic, heads.kind(kind));
    let payer = |fen: Fen, payer: Payer| (fen, heads.payer(payer));
    match amount {
        Bills => (all.total, everyone),
        Benefits => (all.basic + all.critical_illness, everyone),
        Basic => (all.basic - pool, everyone),
        Pool => (pool, heads.kind(BenefitKind::Outpatient)),
        CriticalIllness => payer(all.critical_illness, Payer::CriticalIllness),
        Assistance => payer(all.assistance, Payer::Assistance),
        Special => payer(all.special - subsidy, Payer::Special),
        Subsidy => payer(subsidy, Payer::Subsidy),
        Hospitals => payer(all.hospital, Payer::Hospital),
        Persons => (all.person, everyone),
        Inpatient => kind(BenefitKind::Inpatient),
        Chronic => kind(BenefitKind::Chronic),
        Maternity => kind(BenefitKind::Maternity),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stand_where_their_number_says() {
        assert!(
            ALL.iter()
                .enumerate()
                .all(|(place, &amount)| amount as usize == place)
        );
    }
}
