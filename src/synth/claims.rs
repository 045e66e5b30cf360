//! Claims in the making: as they are drawn, one after the other, with their ids.

use crate::benefit::claim::Claim;
use crate::data::caseload::{CaseloadClaim, Claims, Names};

/// No disease group in [`Batch::diseases`].
pub(super) const NO_DISEASE: u8 = u8::MAX;

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

/// Claims in the making.
#[derive(Default)]
pub(super) struct Batch {
    pub claims: Claims,
    pub ids: Names,
    /// The disease group of each claim, or [`NO_DISEASE`].
    pub diseases: Vec<u8>,
    /// How the ids of the claims of the person at hand begin: with their `psn_no` and the year.
    pub id: Id,
}

impl Batch {
    /// Adds a claim of the person at hand: the `number`-th of its `kind`.
    #[inline]
    pub(super) fn push(
        &mut self,
        person: u32,
        (kind, number): (Kind, u32),
        claim: Claim,
        disease: Option<u8>,
    ) {
        let mut id = self.id;
        id.byte(kind.letter());
        id.number(number + 1, 2);
        self.ids.push(id.as_str());
        // Line 1 of a file is its header.
        let line = self.claims.len() as u32 + 2;
        self.claims.push(CaseloadClaim {
            person,
            line,
            claim,
            reverses: None,
        });
        self.diseases.push(disease.unwrap_or(NO_DISEASE));
    }
}

/// A short text built without allocation.
#[derive(Clone, Copy, Default)]
pub(super) struct Id {
    bytes: [u8; 32],
    len: usize,
}

impl Id {
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// Appends a number with at least `width` digits.
    pub(super) fn number(&mut self, number: u32, width: usize) {
        let mut digits = [b'0'; 10];
        let (mut rest, mut first) = (number, digits.len());
        while rest > 0 {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        for &digit in &digits[first.min(digits.len() - width)..] {
            self.byte(digit);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        // Only ASCII was written.
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}
