//! The bookkeeping identities of national settlement rows: on samples seen in public code, where they are at hand, and on
//! our own settlements.

use crate::common::*;
use serde_json::Value;
use std::collections::BTreeMap;
use yibao::benefit::scope::{Class, split_line};
use yibao::prelude::*;

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/data/settlement_samples.json"
);

/// What the fund pays, by payer; `othfund_pay` is an older name of `oth_pay`.
const PAYERS: [&str; 8] = [
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "hifdm_pay",
    "maf_pay",
    "oth_pay",
];

/// The amounts of one settlement row by their national names; what a row does not give is not there.
struct Row(BTreeMap<String, Fen>);

impl Row {
    fn of_sample(amounts: &Value) -> Row {
        let amount = |(name, value): (&String, &Value)| {
            let number = value.as_number()?.to_string();
            Some((name.clone(), Fen::parse_yuan(&number).unwrap()))
        };
        Row(amounts.as_object().unwrap().iter().filter_map(amount).collect())
    }

    /// A settlement under the names of the settlements file. There is no personal account (Art. 13).
    fn of_settlement(settled: &Settlement) -> Row {
        let named = [
            ("medfee_sumamt", settled.total),
            ("fulamt_ownpay_amt", settled.own_pay),
            ("overlmt_selfpay", settled.over_limit),
            ("preselfpay_amt", settled.first_share),
            ("inscp_scp_amt", settled.in_scope),
            ("hifp_pay", settled.basic),
            ("hifmi_pay", settled.critical_illness),
            ("maf_pay", settled.assistance),
            ("oth_pay", settled.special),
            ("fund_pay_sumamt", settled.fund_total()),
            ("psn_part_amt", settled.person),
            ("acct_pay", fen(0)),
            ("psn_cash_pay", settled.person),
            ("hosp_part_amt", settled.hospital),
        ];
        Row(named
            .into_iter()
            .map(|(name, amount)| (name.to_string(), amount))
            .collect())
    }

    /// The first of these columns that the row gives.
    fn first(&self, names: &[&str]) -> Option<Fen> {
        names.iter().find_map(|&name| self.0.get(name).copied())
    }

    fn or_zero(&self, names: &[&str]) -> Fen {
        self.first(names).unwrap_or_default()
    }

    fn person(&self) -> Option<Fen> {
        self.first(&["psn_part_amt", "psn_pay"])
    }

    fn account_and_cash(&self) -> Fen {
        self.or_zero(&["acct_pay"]) + self.or_zero(&["psn_cash_pay", "cash_payamt"])
    }

    /// Whichever of the two columns for the hospital is not zero.
    fn hospital(&self) -> Fen {
        let [first, second] = ["hosp_part_amt", "ownpay_hosp_part"].map(|name| self.or_zero(&[name]));
        if first.is_zero() { second } else { first }
    }

    /// What is left over of the four identities; `None` where the row lacks what it takes.
    fn residuals(&self) -> [(&'static str, Option<Fen>); 4] {
        let total = self.or_zero(&["medfee_sumamt"]);
        let fund = self.or_zero(&["fund_pay_sumamt"]);
        let in_scope = self.first(&["inscp_scp_amt", "inscp_amt"]);
        let outside =
            ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"].map(|name| self.or_zero(&[name]));
        let payers = PAYERS
            .iter()
            .map(|&name| self.or_zero(&[name, "othfund_pay"][..if name == "oth_pay" { 2 } else { 1 }]));
        let borne = self.person().unwrap_or(self.account_and_cash());
        [
            (
                "I1_scope",
                in_scope.map(|in_scope| total - outside.into_iter().sum() - in_scope),
            ),
            ("I2_payer", Some(total - fund - borne - self.hospital())),
            (
                "I3_person",
                self.person().map(|person| person - self.account_and_cash()),
            ),
            ("I4_fund", Some(fund - payers.sum())),
        ]
    }
}

/// The residual that a sample's notes give for an identity, if they call it testable.
fn noted(sample: &Value, identity: &str) -> Option<Fen> {
    Fen::parse_yuan(sample["residuals"].get(identity)?.as_str()?).ok()
}

/// Each sample leaves what its notes say: nothing, but for S13, a wholly own-pay bill of 3,300 that nobody pays.
#[test]
fn samples_of_settlements_balance_as_described() {
    let Ok(text) = std::fs::read_to_string(SAMPLES) else {
        eprintln!("skipped: there are no samples at {SAMPLES}");
        return;
    };
    let samples: Value = serde_json::from_str(&text).unwrap();
    let (mut checked, mut failing) = (0, Vec::new());
    for sample in samples["settlements"].as_array().unwrap() {
        let (id, row) = (sample["id"].as_str().unwrap(), Row::of_sample(&sample["amounts"]));
        for (identity, residual) in row.residuals() {
            let Some(expected) = noted(sample, identity) else {
                // Columns that a table lacks can only hide amounts: what is left over is theirs.
                assert!(residual.is_none_or(|left| left >= fen(0)), "{id} {identity}");
                continue;
            };
            assert_eq!(residual, Some(expected), "{id} {identity}");
            checked += 1;
            if !expected.is_zero() {
                failing.push((id, identity, expected));
            }
        }
    }
    assert_eq!(failing, [("S13", "I2_payer", yuan(3_300))]);
    assert!(checked >= 40, "only {checked} identities were testable");
}

/// Our own rows satisfy all four, whatever became of the claim, and so do the rows that cancel them.
#[test]
fn our_settlements_satisfy_all_four_identities() {
    let bill = stay(TERTIARY, yuan(300_000))
        .plus_own_pay(yuan(2_000))
        .plus_first_share(yuan(1_500));
    let without_consent = Claim {
        hospital_borne: yuan(500),
        ..bill.clone()
    };
    let disaster = Claim {
        special_account: true,
        ..bill.clone()
    };
    let not_designated = Claim {
        designated: false,
        ..bill.clone()
    };
    let claims = [
        bill.clone().excluded(Exclusion::Abroad),
        bill,
        without_consent,
        disaster,
        not_designated,
    ];
    for claim in claims
        .into_iter()
        .chain([visit(PRIMARY, yuan(900)), delivery(Delivery::Normal, yuan(3_000))])
    {
        let settled = settle_alone(&of_class(Identity::Dibao), &claim);
        for row in [
            Row::of_settlement(&settled),
            Row::of_settlement(&settled.reversed()),
        ] {
            for (identity, residual) in row.residuals() {
                assert_eq!(residual, Some(yuan(0)), "{identity} of {settled:?}");
            }
        }
    }
}

/// Two more hold for the fee lines of the samples: the parts make the line, and own-pay with first share is the rounded
/// share. One line is wholly own-pay although of class 01: by its share we make that a first share, to the same sum.
#[test]
fn our_fee_lines_are_split_like_the_samples() {
    let table = [
        // class, line, share in per cent, own-pay with first share, in scope
        (Class::A, 31_50, 0, 0, 31_50),
        (Class::B, 4_52, 5, 23, 4_29),
        (Class::OwnPay, 1_50, 100, 1_50, 0),
        (Class::A, 1_200_00, 100, 1_200_00, 0),
    ];
    for (class, line, percent, outside, in_scope) in table {
        let rate = Rate::from_ppm(percent * 10_000);
        let parts = split_line(class, fen(line), fen(0), rate, Rounding::HalfUp);
        assert_eq!(
            parts.own_pay + parts.first_share,
            fen(outside),
            "{class:?} {line}"
        );
        assert_eq!(parts.in_scope, fen(in_scope), "{class:?} {line}");
        assert_eq!(parts.over_limit, fen(0), "{class:?} {line}");
    }
}
