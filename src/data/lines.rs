//! The `lines` file: fee lines, summed per claim into the four scope amounts (Art. 20).

use crate::benefit::scope::{Amounts, Class, split_line};
use crate::data::block::Row;
use crate::data::codebook::CodeBook;
use crate::data::columns::LineColumn as L;
use crate::data::fields::{Fields, Problem};
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::reject::Reason;
use crate::money::{Fen, Rate, Rounding};

/// All fee lines, by claim.
#[derive(Default)]
pub(super) struct LineBook {
    claims: Interner,
    sums: Vec<LineSums>,
    /// `mdtrt_id` and `feedetl_sn` of every line, to find repetitions.
    seen: Interner,
    key: String,
    /// Claim (interned), file and line number of the rows that were read, to say later which have no claim.
    rows: Vec<(u32, u32, u64)>,
    /// The first row that cannot be told to belong to a claim.
    unattributed: Option<Stray>,
    /// How many files there are.
    files: usize,
}

/// A row that may belong to any claim, because it is damaged or names none.
struct Stray {
    path: String,
    line: u64,
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

/// One line, cut into its parts.
struct Line {
    amount: Fen,
    parts: Amounts,
    consented: bool,
}

impl LineBook {
    /// The sums of a claim's lines, if it has any.
    pub(super) fn sums(&self, mdtrt_id: &str) -> Option<&LineSums> {
        self.claims.find(mdtrt_id).map(|claim| &self.sums[claim as usize])
    }

    /// For so many files.
    pub(super) fn of_files(files: usize) -> LineBook {
        LineBook {
            files,
            ..LineBook::default()
        }
    }

    /// The first row that may belong to any claim, because it is damaged or names none, in words.
    pub(super) fn unattributed(&self) -> Option<String> {
        let Stray { path, line } = self.unattributed.as_ref()?;
        Some(match self.files {
            0 | 1 => format!("line {line} of the lines file"),
            _ => format!("line {line} of `{path}`"),
        })
    }

    /// Every line that was read: its claim's `mdtrt_id`, its file and its line number.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&str, u32, u64)> {
        self.rows
            .iter()
            .map(|&(claim, file, line)| (self.claims.name(claim), file, line))
    }

    /// Adds a row to its claim's sums, or rejects it. Whether its claim exists is not known yet.
    pub(super) fn read_row(&mut self, row: &Row<'_>, codes: &CodeBook, intake: &mut Intake) {
        let fields = Fields::<L>::new(row);
        let claim = self.claim(&fields);
        match self.parse(&fields, claim, codes.rounding) {
            Ok((claim, line)) => {
                let sums = &mut self.sums[claim as usize];
                sums.total += line.amount;
                sums.own_pay += line.parts.own_pay;
                sums.over_limit += line.parts.over_limit;
                sums.first_share += line.parts.first_share;
                if codes.hospital_bears_unconsented && !line.consented {
                    sums.hospital_borne += line.parts.own_pay;
                }
                self.rows.push((claim, intake.file, fields.line()));
            }
            Err(problem) => {
                match claim {
                    Some(claim) => self.sums[claim as usize].incomplete = true,
                    None => {
                        self.unattributed.get_or_insert_with(|| Stray {
                            path: intake.path.clone(),
                            line: fields.line(),
                        });
                    }
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

    fn parse(
        &mut self,
        fields: &Fields<'_, L>,
        claim: Option<u32>,
        rounding: Rounding,
    ) -> Result<(u32, Line), Problem> {
        fields.check_row()?;
        let claim = claim.ok_or_else(|| fields.missing(L::MdtrtId))?;
        let number = fields.required_text(L::FeedetlSn)?;
        self.key.clear();
        self.key.push_str(self.claims.name(claim));
        self.key.push('\0');
        self.key.push_str(&number);
        if !self.seen.intern(&self.key).1 {
            let sentence =
                "is the number of an earlier line of this claim: give each line its own".to_string();
            return Err(fields.problem(L::FeedetlSn, Reason::RepeatedId, sentence));
        }
        Ok((claim, cut(fields, rounding)?))
    }
}

/// Cuts a line's amount by the rule of the scope (Art. 20).
fn cut(fields: &Fields<'_, L>, rounding: Rounding) -> Result<Line, Problem> {
    let amount = fields
        .amount(L::DetItemFeeSumamt)?
        .ok_or_else(|| fields.missing(L::DetItemFeeSumamt))?;
    if amount < Fen::ZERO {
        let sentence = "is below zero: take a refund off the line that it refunds".to_string();
        return Err(fields.problem(L::DetItemFeeSumamt, Reason::NegativeAmount, sentence));
    }
    let class = fields.optional_code(L::ChrgitmLv, "`01` A, `02` B, `03` own-pay", class)?;
    let rate = fields.rate(L::SelfpayProp)?;
    let needed = |column: L, when: &str| {
        let problem = fields.missing(column);
        let sentence = format!("`{}` is blank, but {when}", problem.column());
        problem.saying(sentence)
    };
    let (class, rate) = match (class, rate) {
        (Some(class), Some(rate)) => (class, rate),
        (Some(class @ (Class::A | Class::OwnPay)), None) => (class, Rate::ZERO),
        (Some(Class::B), None) => {
            return Err(needed(L::SelfpayProp, "a line of class 02 needs the first share"));
        }
        (None, Some(rate)) => (Class::B, rate),
        (None, None) => {
            return Err(needed(
                L::ChrgitmLv,
                "a line needs its class or its `selfpay_prop`",
            ));
        }
    };
    let over_limit = fields.amount_from_zero(L::OverlmtAmt)?.unwrap_or_default();
    if over_limit > amount {
        let sentence = format!("is more than the line's amount {amount}");
        return Err(fields.problem(L::OverlmtAmt, Reason::ContradictoryAmounts, sentence));
    }
    let consented = fields.flag(L::Consent)?.unwrap_or(true);
    Ok(Line {
        amount,
        parts: split_line(class, amount, over_limit, rate, rounding),
        consented,
    })
}

/// The class of a code.
fn class(code: &str) -> Option<Class> {
    match code.strip_prefix('0').unwrap_or(code) {
        "1" => Some(Class::A),
        "2" => Some(Class::B),
        "3" => Some(Class::OwnPay),
        _ => None,
    }
}
