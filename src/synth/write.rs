//! A city as interchange files, which read back as the same caseload.

use crate::data::DataError;
use crate::data::staging::OutputDir;
use crate::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use crate::insured::person::Identity;
use crate::synth::{City, delivery_code, residence_code, sex_code};

/// Writes `persons`, `enrolments`, `events`, `institutions` and `claims` into `target`; committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub fn write_city(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    write_persons(city, target, format)
        .and_then(|()| write_enrolments(city, target, format))
        .and_then(|()| write_events(city, target, format))
        .and_then(|()| write_institutions(city, target, format))
        .and_then(|()| write_claims(city, target, format))
        .map_err(|error| target.shown_in(error))
}

fn create(
    name: &str,
    target: &OutputDir,
    format: Format,
    columns: &[OutColumn],
) -> Result<TableWriter, DataError> {
    TableWriter::create(
        &target.file(&format!("{name}.{}", format.extension())),
        format,
        columns,
    )
}

fn write_persons(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    let columns = [
        OutColumn::new("psn_no", Kind::Text),
        OutColumn::new("brdy", Kind::Date),
        OutColumn::new("gend", Kind::Text),
        OutColumn::new("psn_type", Kind::Text),
        OutColumn::new("insu_admdvs", Kind::Text),
        OutColumn::new("residence", Kind::Text),
        OutColumn::new("psn_idet_type", Kind::Text),
        OutColumn::new("death_date", Kind::Date),
    ];
    let mut table = create("persons", target, format, &columns)?;
    for (index, person) in city.caseload.persons.iter().enumerate() {
        let identity = match person.identity {
            Identity::Ordinary => OutCell::Blank,
            class => OutCell::Text(class.name()),
        };
        table.row(&[
            OutCell::Text(city.caseload.person_ids.get(index as u32)),
            OutCell::Date(person.birth),
            OutCell::Text(sex_code(person.sex)),
            OutCell::Text(city.psn_type(index)),
            OutCell::Text(city.insu_admdvs(index)),
            OutCell::Text(residence_code(person.residence)),
            identity,
            person.death.map_or(OutCell::Blank, OutCell::Date),
        ])?;
    }
    table.finish().map(drop)
}

fn write_enrolments(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    let columns = [
        OutColumn::new("psn_no", Kind::Text),
        OutColumn::new("year", Kind::Int),
        OutColumn::new("pay_date", Kind::Date),
        OutColumn::new("amount", Kind::Fen),
        OutColumn::new("registered_date", Kind::Date),
    ];
    let mut table = create("enrolments", target, format, &columns)?;
    for (person, payment) in city.payments() {
        table.row(&[
            OutCell::Text(city.caseload.person_ids.get(person)),
            OutCell::Int(i64::from(payment.year)),
            OutCell::Date(payment.paid_on),
            payment.amount.map_or(OutCell::Blank, OutCell::Fen),
            payment.registered_on.map_or(OutCell::Blank, OutCell::Date),
        ])?;
    }
    table.finish().map(drop)
}

fn write_events(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    let columns = [
        OutColumn::new("psn_no", Kind::Text),
        OutColumn::new("event", Kind::Text),
        OutColumn::new("event_date", Kind::Date),
    ];
    let mut table = create("events", target, format, &columns)?;
    for (person, event) in city.events() {
        table.row(&[
            OutCell::Text(city.caseload.person_ids.get(person)),
            OutCell::Text(event.kind.name()),
            OutCell::Date(event.date),
        ])?;
    }
    table.finish().map(drop)
}

fn write_institutions(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    let columns =
        ["fixmedins_code", "hosp_lv", "kind", "insu_admdvs"].map(|name| OutColumn::new(name, Kind::Text));
    let mut table = create("institutions", target, format, &columns)?;
    for institution in city.institutions() {
        table.row(&[
            OutCell::Text(&institution.code),
            OutCell::Text(&institution.hosp_lv.to_string()),
            OutCell::Text(&institution.kind),
            OutCell::Text(&institution.district),
        ])?;
    }
    table.finish().map(drop)
}

fn write_claims(city: &City, target: &OutputDir, format: Format) -> Result<(), DataError> {
    let text = |name| OutColumn::new(name, Kind::Text);
    let (date, money) = (
        |name| OutColumn::new(name, Kind::Date),
        |name| OutColumn::new(name, Kind::Fen),
    );
    let claims = &city.caseload.claims;
    // A claim without `setl_time` settles on the day its visit ends.
    let settles_later = claims
        .iter()
        .any(|entry| entry.claim.settled_at.date() != entry.claim.end);
    let mut columns = vec![
        text("mdtrt_id"),
        text("psn_no"),
        text("insutype"),
        text("med_type"),
        text("fixmedins_code"),
        date("begntime"),
        date("endtime"),
        money("medfee_sumamt"),
        money("fulamt_ownpay_amt"),
        money("overlmt_selfpay"),
        money("preselfpay_amt"),
        money("inscp_scp_amt"),
        text("out_of_area"),
        text("excl_rea"),
        money("ttp_pay_amt"),
        text("special_account"),
        text("matn_type"),
        text("dise_codg"),
        text("signed_family_doctor"),
    ];
    if settles_later {
        columns.push(date("setl_time"));
    }
    let mut table = create("claims", target, format, &columns)?;
    let flag = |set: bool| OutCell::Text(if set { "1" } else { "0" });
    for (index, entry) in claims.iter().enumerate() {
        let claim = &entry.claim;
        let cells = [
            OutCell::Text(city.caseload.claim_ids.get(index as u32)),
            OutCell::Text(city.caseload.person_ids.get(entry.person)),
            OutCell::Text("390"),
            OutCell::Text(claim.med_type.code()),
            OutCell::Text(city.fixmedins_code(index)),
            OutCell::Date(claim.begin),
            OutCell::Date(claim.end),
            OutCell::Fen(claim.total),
            OutCell::Fen(claim.own_pay),
            OutCell::Fen(claim.over_limit),
            OutCell::Fen(claim.first_share),
            OutCell::Fen(claim.in_scope),
            OutCell::Text(claim.out_of_area.name()),
            claim
                .exclusion
                .map_or(OutCell::Blank, |reason| OutCell::Text(reason.name())),
            claim.third_party.map_or(OutCell::Blank, OutCell::Fen),
            flag(claim.special_account),
            claim
                .delivery
                .map_or(OutCell::Blank, |delivery| OutCell::Text(delivery_code(delivery))),
            OutCell::Text(city.dise_codg(index)),
            flag(claim.family_doctor),
            OutCell::Date(claim.settled_at.date()),
        ];
        // The last cell belongs to the last column.
        table.row(&cells[..columns.len()])?;
    }
    table.finish().map(drop)
}
