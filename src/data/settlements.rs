//! The `settlements` table: its columns, and a settlement as a row of it.

use crate::benefit::claim::MedType;
use crate::benefit::settlement::Settlement;
use crate::data::writer::{Kind, OutCell, OutColumn};
use crate::money::Fen;
use chrono::NaiveDateTime;

/// How many columns there are.
const COLUMN_COUNT: usize = 29;

/// The columns, in the order of the contract. `pool_prop_selfpay` is the *fund's* ratio, despite its name.
pub const COLUMNS: [OutColumn; COLUMN_COUNT] = [
    OutColumn::new("setl_id", Kind::Text),
    OutColumn::new("mdtrt_id", Kind::Text),
    OutColumn::new("psn_no", Kind::Text),
    OutColumn::new("insutype", Kind::Text),
    OutColumn::new("med_type", Kind::Text),
    OutColumn::new("setl_time", Kind::Time),
    OutColumn::new("year", Kind::Int),
    OutColumn::new("status", Kind::Text),
    OutColumn::new("reason", Kind::Text),
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
    OutColumn::new("sub_fund", Kind::Text),
    OutColumn::new("refd_setl_flag", Kind::Text),
    OutColumn::new("init_setl_id", Kind::Text),
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

impl<'a> SettlementRow<'a> {
    /// The cells, one per column of [`COLUMNS`].
    pub fn cells(&self) -> [OutCell<'a>; COLUMN_COUNT] {
        let s = self.settlement;
        [
            OutCell::Text(self.setl_id),
            OutCell::Text(self.mdtrt_id),
            OutCell::Text(self.psn_no),
            OutCell::Text("390"),
            OutCell::Text(self.med_type.code()),
            OutCell::Time(self.settled_at),
            OutCell::Int(i64::from(s.year)),
            OutCell::Text(s.status.name()),
            OutCell::Text(s.status.reason()),
            OutCell::Fen(s.total),
            OutCell::Fen(s.own_pay),
            OutCell::Fen(s.over_limit),
            OutCell::Fen(s.first_share),
            OutCell::Fen(s.in_scope),
            OutCell::Fen(s.deductible_standard),
            OutCell::Fen(s.deductible),
            s.ratio.map_or(OutCell::Blank, OutCell::Rate),
            OutCell::Fen(s.basic),
            OutCell::Fen(s.critical_illness),
            OutCell::Fen(s.assistance),
            OutCell::Fen(s.special),
            OutCell::Fen(s.fund_total()),
            OutCell::Fen(s.person),
            // There is no personal account (Art. 13), so the person's part is all cash.
            OutCell::Fen(Fen::ZERO),
            OutCell::Fen(s.person),
            OutCell::Fen(s.hospital),
            s.sub_fund
                .map_or(OutCell::Blank, |sub_fund| OutCell::Text(sub_fund.name())),
            OutCell::Text(if self.cancels.is_some() { "1" } else { "0" }),
            self.cancels.map_or(OutCell::Blank, OutCell::Text),
        ]
    }
}
