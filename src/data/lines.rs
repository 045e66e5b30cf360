//! The `lines` file: fee lines, summed per claim into the four scope amounts (Art. 20).

use crate::data::columns::LineColumn as L;
use crate::data::fields::{Fields, Problem};
use crate::data::interner::Interner;
use crate::data::load::Intake;
use crate::data::reject::Reason;
use crate::data::table::Row;
use crate::money::{Fen, Rate, Rounding};

/// All fee lines, by claim.
#[derive(Default)]
pub(super) struct LineBook {
    claims: Interner,
    sums: Vec<LineSums>,
    /// `mdtrt_id` and `feedetl_sn` of every line, to find repetitions.
    seen: Interner,
    key: String,
    /// Claim (interned) and line number of the rows that were read, to say later which have no claim.
    rows: Vec<(u32, u64)>,
}

/// The lines of one claim in sum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineSums {
    pub(super) total: Fen,
    pub(super) own_pay: Fen,
    pub(super) over_limit: Fen,
    pub(super) first_share: Fen,
    /// The part of `own_pay` that the hospital bears for want of consent.
    pub(super) hospital_borne: Fen,
    /// Whether a line was rejected, so that the sums are not the bill's.
    pub(super) incomplete: bool,
}

/// `chrgitm_lv`.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// 01 and 02: the person's first share by ratio, the rest in scope.
    Shared,
    /// 03: outside the catalogue.
    OwnPay,
}

/// One line, cut into its parts.
struct Line {
    amount: Fen,
    over_limit: Fen,
    first_share: Fen,
    own_pay: Fen,
    consented: bool,
}

impl LineBook {
    /// The sums of a claim's lines, if it has any.
    pub(super) fn sums(&self, mdtrt_id: &str) -> Option<&LineSums> {
        self.claims.find(mdtrt_id).map(|claim| &self.sums[claim as usize])
    }

    /// Every line that was read: its claim's `mdtrt_id` and its line number.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&str, u64)> {
        self.rows
            .iter()
            .map(|&(claim, line)| (self.claims.name(claim), line))
    }

    /// Adds a row to its claim's sums, or rejects it. Whether its claim exists is not known yet.
    pub(super) fn read_row(&mut self, row: &Row<'_>, hospital_bears_unconsented: bool, intake: &mut Intake) {
        let fields = Fields::<L>::new(row);
        let claim = self.claim(&fields);
        match self.parse(&fields, claim) {
            Ok((claim, line)) => {
                let sums = &mut self.sums[claim as usize];
                sums.total += line.amount;
                sums.own_pay += line.own_pay;
                sums.over_limit += line.over_limit;
                sums.first_share += line.first_share;
                if hospital_bears_unconsented && !line.consented {
                    sums.hospital_borne += line.own_pay;
                }
                self.rows.push((claim, fields.line()));
            }
            Err(problem) => {
                if let Some(claim) = claim {
                    self.sums[claim as usize].incomplete = true;
                }
                let mut reject = fields.reject(&intake.path, problem);
                reject.mdtrt_id = fields.shown(L::MdtrtId);
                intake.reject(reject);
            }
        }
    }

    /// The claim a row belongs to, if it says so.
    fn claim(&mut self, fields: &Fields<'_, L>) -> Option<u32> {
        let id = fields.text(L::MdtrtId);
        if id.is_empty() {
            return None;
        }
        let (claim, new) = self.claims.intern(&id);
        if new {
            self.sums.push(LineSums::default());
        }
        Some(claim)
    }

    fn parse(&mut self, fields: &Fields<'_, L>, claim: Option<u32>) -> Result<(u32, Line), Problem> {
        fields.check_row()?;
        let claim = claim.ok_or_else(|| fields.missing(L::MdtrtId))?;
        let number = fields.required_text(L::FeedetlSn)?;
        self.key.clear();
        self.key.push_str(self.claims.name(claim));
        self.key.push('\0');
        self.key.push_str(&number);
        if !self.seen.intern(&self.key).1 {
            let sentence = "is the number of an earlier line of this claim; the first counts".to_string();
            return Err(fields.problem(L::FeedetlSn, Reason::RepeatedId, sentence));
        }
        Ok((claim, cut(fields)?))
    }
}

/// Cuts a line's amount: what exceeds the price limit, then by class.
fn cut(fields: &Fields<'_, L>) -> Result<Line, Problem> {
    let amount = fields.positive_total(L::DetItemFeeSumamt)?;
    let class = fields.optional_code(L::ChrgitmLv, "`01` A, `02` B, `03` own-pay", class)?;
    let rate = fields.rate(L::SelfpayProp)?;
    let (class, rate) = match (class, rate) {
        (Some((class, _)), Some(rate)) => (class, rate),
        (Some((class, needs_rate)), None) if !needs_rate => (class, Rate::ZERO),
        (Some(_), None) => return Err(fields.missing(L::SelfpayProp)),
        (None, Some(rate)) => (Class::Shared, rate),
        (None, None) => return Err(fields.missing(L::ChrgitmLv)),
    };
    let over_limit = fields.amount_from_zero(L::OverlmtAmt)?.unwrap_or_default();
    if over_limit > amount {
        let sentence = format!("is more than the line's amount {amount}");
        return Err(fields.problem(L::OverlmtAmt, Reason::ContradictoryAmounts, sentence));
    }
    let consented = fields.flag(L::Consent)?.unwrap_or(true);
    let within_limit = amount - over_limit;
    let (first_share, own_pay) = match class {
        Class::Shared => (within_limit.times(rate, Rounding::HalfUp), Fen::ZERO),
        Class::OwnPay => (Fen::ZERO, within_limit),
    };
    Ok(Line {
        amount,
        over_limit,
        first_share,
        own_pay,
        consented,
    })
}

/// The class of a code, and whether it needs a `selfpay_prop`.
fn class(code: &str) -> Option<(Class, bool)> {
    match code.strip_prefix('0').unwrap_or(code) {
        "1" => Some((Class::Shared, false)),
        "2" => Some((Class::Shared, true)),
        "3" => Some((Class::OwnPay, false)),
        _ => None,
    }
}
