//! Cases as the text of the interchange files: header row, blank optional fields.

use std::fmt::Display;

use chrono::{NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

use super::{Claim, Institution, Person};

/// The text of `persons.csv`.
pub fn persons_csv<'a>(persons: impl IntoIterator<Item = &'a Person>) -> String {
    let header = [
        "psn_no",
        "brdy",
        "gend",
        "psn_type",
        "residence",
        "psn_idet_type",
        "death_date",
    ];
    table(header, persons, |person| {
        [
            person.psn_no.clone(),
            person.brdy.to_string(),
            person.gend.clone(),
            person.psn_type.clone(),
            person.residence.clone(),
            person.psn_idet_type.clone(),
            blank_or(person.death_date),
        ]
    })
}

/// The text of `institutions.csv`.
pub fn institutions_csv<'a>(institutions: impl IntoIterator<Item = &'a Institution>) -> String {
    let header = [
        "fixmedins_code",
        "hosp_lv",
        "kind",
        "designated_from",
        "designated_to",
    ];
    table(header, institutions, |institution| {
        [
            institution.fixmedins_code.clone(),
            institution.hosp_lv.clone(),
            institution.kind.clone(),
            blank_or(institution.designated_from),
            blank_or(institution.designated_to),
        ]
    })
}

/// The columns of `claims.csv`.
const CLAIM_COLUMNS: [&str; 23] = [
    "mdtrt_id",
    "psn_no",
    "insutype",
    "med_type",
    "fixmedins_code",
    "hosp_lv",
    "begntime",
    "endtime",
    "setl_time",
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "out_of_area",
    "excl_rea",
    "ttp_pay_amt",
    "special_account",
    "matn_type",
    "dise_codg",
    "signed_family_doctor",
    "refd_setl_flag",
    "init_setl_id",
];

/// The text of `claims.csv`.
pub fn claims_csv<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> String {
    table(CLAIM_COLUMNS, claims, |claim| {
        [
            claim.mdtrt_id.clone(),
            claim.psn_no.clone(),
            claim.insutype.clone(),
            claim.med_type.clone(),
            claim.fixmedins_code.clone(),
            claim.hosp_lv.clone(),
            day_or_moment(claim.begntime),
            day_or_moment(claim.endtime),
            // Always with its time, so that `2021-03-05` and `2021-03-05 00:00:00` meet.
            blank_or(claim.setl_time),
            format!("{:.2}", claim.medfee_sumamt),
            blank_or(claim.fulamt_ownpay_amt),
            blank_or(claim.overlmt_selfpay),
            // Without trailing zeros: `100`, `0.5`.
            blank_or(claim.preselfpay_amt.map(|amount| amount.normalize())),
            blank_or(claim.inscp_scp_amt.map(|amount| amount.normalize())),
            claim.out_of_area.clone(),
            claim.excl_rea.clone(),
            blank_or(claim.ttp_pay_amt),
            flag(claim.special_account),
            claim.matn_type.clone(),
            claim.dise_codg.clone(),
            flag(claim.signed_family_doctor),
            flag(claim.refd_setl_flag),
            claim.init_setl_id.clone(),
        ]
    })
}

/// The text of `lines.csv`, which holds the fee lines of the given claims.
pub fn lines_csv<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> String {
    let header = [
        "mdtrt_id",
        "feedetl_sn",
        "det_item_fee_sumamt",
        "chrgitm_lv",
        "selfpay_prop",
        "overlmt_amt",
        "consent",
    ];
    let lines = claims
        .into_iter()
        .flat_map(|claim| claim.lines.iter().map(move |l| (claim, l)));
    table(header, lines, |(claim, line)| {
        [
            claim.mdtrt_id.clone(),
            line.feedetl_sn.clone(),
            line.det_item_fee_sumamt.to_string(),
            line.chrgitm_lv.clone(),
            blank_or(line.selfpay_prop.map(|prop: Decimal| prop.normalize())),
            blank_or(line.overlmt_amt),
            line.consent.clone(),
        ]
    })
}

/// A header row and one row per item. No field holds a comma or a quote.
fn table<T, const N: usize>(
    header: [&str; N],
    items: impl IntoIterator<Item = T>,
    row: impl Fn(T) -> [String; N],
) -> String {
    let mut text = header.join(",");
    text.push('\n');
    for item in items {
        text.push_str(&row(item).join(","));
        text.push('\n');
    }
    text
}

fn blank_or(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn flag(set: bool) -> String {
    if set { "1".to_string() } else { String::new() }
}

/// A day where the time of day is midnight, else a moment.
fn day_or_moment(moment: NaiveDateTime) -> String {
    if moment.time() == NaiveTime::MIN {
        moment.date().to_string()
    } else {
        moment.to_string()
    }
}
