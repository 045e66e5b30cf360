//! The `settlements` table: its columns, and a settlement as a row of it.

use crate::benefit::claim::MedType;
use crate::benefit::settlement::Settlement;
use crate::data::writer::{Kind, OutColumn, PartWriter};
use crate::money::Fen;
use chrono::NaiveDateTime;

/// How many columns there are.
const COLUMN_COUNT: usize = 29;

/// The columns, in the order of the contract. `pool_prop_selfpay` is the *fund's* ratio, despite its name.
pub const COLUMNS: [OutColumn; COLUMN_COUNT] = [
    OutColumn::new("setl_id", Kind::Id),
    OutColumn::new("mdtrt_id", Kind::Id),
    OutColumn::new("psn_no", Kind::Id),
    OutColumn::new("insutype", Kind::Code),
    OutColumn::new("med_type", Kind::Code),
    OutColumn::new("setl_time", Kind::Time),
    OutColumn::new("year", Kind::Int),
    OutColumn::new("status", Kind::Code),
    OutColumn::new("reason", Kind::Code),
    OutColumn::new("medfee_sumamt", Kind::Fen),
    OutColumn::new("fulamt_ownpay_amt", Kind::Fen),
    OutColumn::new("overlmt_selfpay", Kind::Fen),
    OutColumn::new("preselfpay_amt", Kind::Fen),
    OutColumn::new("inscp_scp_amt", Kind::Fen),
    OutColumn::new("dedc_std", Kind::Fen),
    OutColumn::new("act_pay_dedc", Kind::Fen),
    OutColumn::new("pool_prop_selfpay", Kind::Rate),
    OutColumn::new("hifp_pay", Kind::Fen),
    OutColumn::new("hifmi_pay", Kind::Fen),
    OutColumn::new("maf_pay", Kind::Fen),
    OutColumn::new("oth_pay", Kind::Fen),
    OutColumn::new("fund_pay_sumamt", Kind::Fen),
    OutColumn::new("psn_part_amt", Kind::Fen),
    OutColumn::new("acct_pay", Kind::Fen),
    OutColumn::new("psn_cash_pay", Kind::Fen),
    OutColumn::new("hosp_part_amt", Kind::Fen),
    OutColumn::new("sub_fund", Kind::Code),
    OutColumn::new("refd_setl_flag", Kind::Code),
    OutColumn::new("init_setl_id", Kind::Id),
];

/// A settlement with what identifies it.
#[derive(Clone, Copy, Debug)]
pub struct SettlementRow<'a> {
    /// `setl_id`.
    pub setl_id: &'a str,
    /// `mdtrt_id`.
    pub mdtrt_id: &'a str,
    /// `psn_no`.
    pub psn_no: &'a str,
    /// `med_type`.
    pub med_type: MedType,
    /// `setl_time`.
    pub settled_at: NaiveDateTime,
    /// The amounts; of a reversal, the mirrored ones.
    pub settlement: &'a Settlement,
    /// For a reversal, the `setl_id` of the settlement that it cancels.
    pub cancels: Option<&'a str>,
}

impl SettlementRow<'_> {
    /// Writes the row: one cell per column of [`COLUMNS`].
    #[inline]
    pub fn write(&self, part: &mut PartWriter) {
        let s = self.settlement;
        part.text(self.setl_id);
        part.text(self.mdtrt_id);
        part.person(self.psn_no);
        part.code(0, "390");
        part.code(self.med_type.index(), self.med_type.code());
        part.time(self.settled_at);
        part.int(i64::from(s.year));
        part.code(s.status.index(), s.status.name());
        part.code(s.status.index(), s.status.reason());
        part.fen(s.total);
        part.fen(s.own_pay);
        part.fen(s.over_limit);
        part.fen(s.first_share);
        part.fen(s.in_scope);
        part.fen(s.deductible_standard);
        part.fen(s.deductible);
        match s.ratio {
            Some(ratio) => part.rate(ratio),
            None => part.blank(),
        }
        part.fen(s.basic);
        part.fen(s.critical_illness);
        part.fen(s.assistance);
        part.fen(s.special);
        part.fen(s.fund_total());
        part.fen(s.person);
        // There is no personal account (Art. 13), so the person's part is all cash.
        part.fen(Fen::ZERO);
        part.fen(s.person);
        part.fen(s.hospital);
        match s.sub_fund {
            Some(sub_fund) => part.code(sub_fund as usize, sub_fund.name()),
            None => part.blank(),
        }
        match self.cancels {
            Some(cancelled) => {
                part.code(1, "1");
                part.text(cancelled);
            }
            None => {
                part.code(0, "0");
                part.blank();
            }
        }
    }
}
