//! The `settlements` table: its columns, and a settlement as a row of it.

use crate::benefit::claim::MedType;
use crate::benefit::kind::SubFund;
use crate::benefit::settlement::{Settlement, Status};
use crate::data::out_rows::{OutCells, OutRow};
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
        part.row(self);
    }
}

impl OutRow for SettlementRow<'_> {
    #[inline(always)]
    fn cells(to: &mut impl OutCells<Self>) {
        to.text(|row| row.setl_id);
        // The first settlement of a claim has the claim's id.
        to.text_like(|row| row.setl_id, |row| row.mdtrt_id);
        to.person(|row| row.psn_no);
        to.always("390");
        to.code(|row| Some((row.med_type.index(), row.med_type)), MedType::code);
        to.time(|row| row.settled_at);
        to.int(|row| i64::from(row.settlement.year));
        let status = |row: &Self| Some((row.settlement.status.index(), row.settlement.status));
        to.code(status, Status::name);
        to.code(status, Status::reason);
        to.fen(|row| row.settlement.total);
        to.fen(|row| row.settlement.own_pay);
        to.fen(|row| row.settlement.over_limit);
        to.fen(|row| row.settlement.first_share);
        to.fen(|row| row.settlement.in_scope);
        to.fen(|row| row.settlement.deductible_standard);
        to.fen(|row| row.settlement.deductible);
        to.optional_rate(|row| row.settlement.ratio);
        to.fen(|row| row.settlement.basic);
        to.fen(|row| row.settlement.critical_illness);
        to.fen(|row| row.settlement.assistance);
        to.fen(|row| row.settlement.special);
        to.fen(|row| row.settlement.fund_total());
        to.fen(|row| row.settlement.person);
        // There is no personal account (Art. 13), so the person's part is all cash.
        to.fen(|_| Fen::ZERO);
        to.fen(|row| row.settlement.person);
        to.fen(|row| row.settlement.hospital);
        to.code(
            |row| row.settlement.sub_fund.map(|fund| (fund as usize, fund)),
            SubFund::name,
        );
        to.code(
            |row| Some((usize::from(row.cancels.is_some()), row.cancels.is_some())),
            |cancels| if cancels { "1" } else { "0" },
        );
        to.optional_text(|row| row.cancels);
    }
}
