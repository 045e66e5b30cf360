//! The oracle: a second, independent settlement of resident medical insurance claims under Jinan's
//! figures of 2020-2024, slow and obvious, in decimal yuan.
//!
//! It is written from the regulation (济政字〔2019〕90号), the waterfall and the baseline figures, not from
//! the engine, and shares no code with it. The figures are hard-coded here on purpose: a wrong figure
//! in the scenario file shows as a difference. Where each part comes from:
//!
//! | file | what | articles |
//! |---|---|---|
//! | `figures.rs` | Jinan's numbers, by benefit year | 12, 15, 16, 17, 19, 30 |
//! | `cover.rs` | who is covered on a day, and in which category (no enrolments file) | 2, 8, 14 |
//! | `waterfall.rs` | one claim, step by step | 12, 14-20, 22, 31 |
//! | `history.rs` | a person's claims in order; reversals and what settles again | 13, 14 |
//! | `interchange.rs` | the cases as CSV text | |
//! | `generate.rs` | random cases that sit on the thresholds | |
//!
//! All amounts are yuan with two decimals; all codes are text, as in the interchange files.

// Each test crate that includes this module uses a different part of it.
#![allow(dead_code)]

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::{Decimal, RoundingStrategy};

pub mod cover;
pub mod figures;
pub mod generate;
pub mod history;
pub mod interchange;
pub mod waterfall;

/// A person, as in `persons.csv`. Blank text means "not given".
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub psn_no: String,
    pub brdy: NaiveDate,
    pub gend: String,
    pub psn_type: String,
    pub residence: String,
    pub psn_idet_type: String,
    pub death_date: Option<NaiveDate>,
}

impl Person {
    /// Extreme poverty and dibao: better critical illness terms, and medical assistance.
    pub fn is_hardship(&self) -> bool {
        matches!(self.psn_idet_type.as_str(), "extreme-poverty" | "dibao")
    }
}

/// An institution, as in `institutions.csv`. A blank end of the designation has no bound.
#[derive(Clone, Debug, Default)]
pub struct Institution {
    pub fixmedins_code: String,
    pub hosp_lv: String,
    pub kind: String,
    pub designated_from: Option<NaiveDate>,
    pub designated_to: Option<NaiveDate>,
}

/// A claim, as in `claims.csv`, with its fee lines from `lines.csv`. `None` and blank text mean "not given".
#[derive(Clone, Debug, Default)]
pub struct Claim {
    pub mdtrt_id: String,
    pub psn_no: String,
    pub insutype: String,
    pub med_type: String,
    pub fixmedins_code: String,
    pub begntime: NaiveDateTime,
    pub endtime: NaiveDateTime,
    pub setl_time: Option<NaiveDateTime>,
    pub hosp_lv: String,
    pub medfee_sumamt: Decimal,
    pub fulamt_ownpay_amt: Option<Decimal>,
    pub overlmt_selfpay: Option<Decimal>,
    pub preselfpay_amt: Option<Decimal>,
    pub inscp_scp_amt: Option<Decimal>,
    pub out_of_area: String,
    pub excl_rea: String,
    pub ttp_pay_amt: Option<Decimal>,
    pub special_account: bool,
    pub matn_type: String,
    pub dise_codg: String,
    pub signed_family_doctor: bool,
    pub refd_setl_flag: bool,
    pub init_setl_id: String,
    pub lines: Vec<FeeLine>,
}

impl Claim {
    /// The moment that decides the order of settlement: `setl_time`, or else `endtime`.
    pub fn settles_at(&self) -> NaiveDateTime {
        self.setl_time.unwrap_or(self.endtime)
    }

    /// The benefit year (Art. 14(1)): the year of `endtime`.
    pub fn benefit_year(&self) -> i32 {
        chrono::Datelike::year(&self.endtime)
    }
}

/// A fee line of a claim (Art. 20). Classes: `01` A, `02` B, `03` outside the catalogue.
#[derive(Clone, Debug, Default)]
pub struct FeeLine {
    pub feedetl_sn: String,
    pub det_item_fee_sumamt: Decimal,
    pub chrgitm_lv: String,
    pub selfpay_prop: Option<Decimal>,
    pub overlmt_amt: Option<Decimal>,
    pub consent: String,
}

/// What comes out for one claim: the settlement columns that do not name a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub year: i32,
    pub status: &'static str,
    pub reason: String,
    pub sub_fund: &'static str,
    /// The fund's ratio; none where the fund does not pay by ratio.
    pub pool_prop_selfpay: Option<Decimal>,
    pub amounts: Amounts,
}

/// The amount columns of a settlement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Amounts {
    pub medfee_sumamt: Decimal,
    pub fulamt_ownpay_amt: Decimal,
    pub overlmt_selfpay: Decimal,
    pub preselfpay_amt: Decimal,
    pub inscp_scp_amt: Decimal,
    pub dedc_std: Decimal,
    pub act_pay_dedc: Decimal,
    pub hifp_pay: Decimal,
    pub hifmi_pay: Decimal,
    pub maf_pay: Decimal,
    pub oth_pay: Decimal,
    pub fund_pay_sumamt: Decimal,
    pub psn_part_amt: Decimal,
    pub acct_pay: Decimal,
    pub psn_cash_pay: Decimal,
    pub hosp_part_amt: Decimal,
}

impl Amounts {
    /// Every amount with the name of its column.
    pub fn named(&self) -> [(&'static str, Decimal); 16] {
        [
            ("medfee_sumamt", self.medfee_sumamt),
            ("fulamt_ownpay_amt", self.fulamt_ownpay_amt),
            ("overlmt_selfpay", self.overlmt_selfpay),
            ("preselfpay_amt", self.preselfpay_amt),
            ("inscp_scp_amt", self.inscp_scp_amt),
            ("dedc_std", self.dedc_std),
            ("act_pay_dedc", self.act_pay_dedc),
            ("hifp_pay", self.hifp_pay),
            ("hifmi_pay", self.hifmi_pay),
            ("maf_pay", self.maf_pay),
            ("oth_pay", self.oth_pay),
            ("fund_pay_sumamt", self.fund_pay_sumamt),
            ("psn_part_amt", self.psn_part_amt),
            ("acct_pay", self.acct_pay),
            ("psn_cash_pay", self.psn_cash_pay),
            ("hosp_part_amt", self.hosp_part_amt),
        ]
    }

    /// The same amounts with the opposite sign, as a reversal shows them.
    pub fn mirrored(&self) -> Amounts {
        Amounts {
            medfee_sumamt: -self.medfee_sumamt,
            fulamt_ownpay_amt: -self.fulamt_ownpay_amt,
            overlmt_selfpay: -self.overlmt_selfpay,
            preselfpay_amt: -self.preselfpay_amt,
            inscp_scp_amt: -self.inscp_scp_amt,
            dedc_std: -self.dedc_std,
            act_pay_dedc: -self.act_pay_dedc,
            hifp_pay: -self.hifp_pay,
            hifmi_pay: -self.hifmi_pay,
            maf_pay: -self.maf_pay,
            oth_pay: -self.oth_pay,
            fund_pay_sumamt: -self.fund_pay_sumamt,
            psn_part_amt: -self.psn_part_amt,
            acct_pay: -self.acct_pay,
            psn_cash_pay: -self.psn_cash_pay,
            hosp_part_amt: -self.hosp_part_amt,
        }
    }
}

/// One row of `settlements.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub setl_id: String,
    pub mdtrt_id: String,
    pub psn_no: String,
    pub med_type: String,
    pub refd_setl_flag: bool,
    pub init_setl_id: String,
    pub outcome: Outcome,
    /// The `mdtrt_id` of the input row on whose arrival this row was written.
    pub caused_by: String,
}

/// Whole yuan.
pub fn yuan(amount: i64) -> Decimal {
    Decimal::from(amount)
}

/// An amount given in fen, in yuan.
pub fn fen(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}

/// `percent(65)` is 0.65.
pub fn percent(points: i64) -> Decimal {
    Decimal::new(points, 2)
}

/// Rounds an amount that is not negative half-up to the fen.
pub fn round_fen(amount: Decimal) -> Decimal {
    assert!(
        amount >= Decimal::ZERO,
        "only amounts that are not negative are rounded"
    );
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// Rounds a rate half-up to a millionth.
pub fn round_rate(rate: Decimal) -> Decimal {
    rate.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero)
}
