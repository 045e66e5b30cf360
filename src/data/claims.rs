//! The `claims` file.

use crate::benefit::claim::{Claim, Delivery, DiseaseGroup, Exclusion, HospLv, MedType, OutOfArea};
use crate::data::caseload::{Caseload, CaseloadClaim};
use crate::data::columns::{ClaimColumn as C, Column};
use crate::data::fields::{Fields, Problem};
use crate::data::institutions::{HOSP_LV_CODES, Institution, Institutions};
use crate::data::intake::Intake;
use crate::data::lines::LineBook;
use crate::data::load::LoadOptions;
use crate::data::persons::Persons;
use crate::data::reject::Reason;
use crate::data::reversals::PendingReversal;
use crate::data::row_ids::{RowId, RowIds};
use crate::data::scope::{SCOPE_COLUMNS, Scope, from_header, from_lines};
use crate::data::table::Row;
use crate::data::totals::ClaimTotals;
use crate::money::Fen;
use chrono::NaiveDateTime;

/// The only scheme this program settles: 城乡居民基本医疗保险.
const RESIDENT_SCHEME: &str = "390";

/// Makes claims of rows.
pub(super) struct ClaimReader<'a> {
    pub(super) options: &'a LoadOptions<'a>,
    pub(super) persons: &'a Persons,
    pub(super) institutions: Institutions,
    pub(super) lines: Option<&'a LineBook>,
    pub(super) caseload: &'a mut Caseload,
    /// The files, the newest first; the last is the one being read.
    pub(super) intakes: Vec<Intake>,
    pub(super) totals: ClaimTotals,
    /// `mdtrt_id`s in order of appearance; a reversal that repeats its original's id has none of its own.
    pub(super) ids: RowIds,
    /// What became of the row that keeps each.
    pub(super) fates: Vec<Fate>,
    pub(super) reversals: Vec<PendingReversal>,
}

/// What became of the row that keeps an `mdtrt_id`: the first of the newest file that has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// Rejected, or not finished yet.
    Rejected,
    /// Of another year than the one asked for.
    Skipped,
    /// Index in the caseload.
    Accepted(u32),
    /// A reversal with an id of its own, whatever became of it.
    Reversal,
}

/// What a row is.
enum Outcome {
    Claim {
        id: u32,
        person: u32,
        claim: Box<Claim>,
    },
    Skipped {
        id: u32,
    },
    Reversal(PendingReversal),
    /// A newer file has another row in its place.
    Replaced,
}

/// What the cells after the amounts say.
struct Circumstances {
    out_of_area: OutOfArea,
    exclusion: Option<Exclusion>,
    third_party: Option<Fen>,
    special_account: bool,
    delivery: Option<Delivery>,
    disease: Option<DiseaseGroup>,
    family_doctor: bool,
}

impl ClaimReader<'_> {
    /// The rows that follow are those of another, older file.
    pub(super) fn begin_file(&mut self, intake: Intake) {
        self.ids.begin_file();
        self.intakes.push(intake);
    }

    /// The file at hand has been read, all of its `rows`.
    pub(super) fn end_file(&mut self, rows: u64) {
        if let Some(intake) = self.intakes.last_mut() {
            intake.counted(rows);
        }
    }

    /// Takes a row into the caseload, keeps it as a reversal to resolve, skips or rejects it, unless a newer file has
    /// another row in its place.
    pub(super) fn read_row(&mut self, row: &Row<'_>) {
        let fields = Fields::<C>::new(row);
        // An amount that cannot be read is a problem of its row, but has no place in a sum.
        let amount = fields.amount(C::MedfeeSumamt).ok().flatten();
        self.totals.read.add(amount);
        let file = self.intakes.len() - 1;
        match self.parse(&fields) {
            Ok(Outcome::Claim { id, person, claim }) => {
                let line = u32::try_from(fields.line()).unwrap_or(u32::MAX);
                let settled_on = claim.settled_at.date();
                let index = self.caseload.claim_ids.push(self.ids.name(id));
                self.caseload.claims.push(CaseloadClaim {
                    person,
                    line,
                    claim: *claim,
                    reverses: None,
                });
                self.fates[id as usize] = Fate::Accepted(index);
                self.totals.accepted.add(amount);
                self.intakes[file].accept_of(settled_on);
            }
            Ok(Outcome::Skipped { id }) => {
                self.fates[id as usize] = Fate::Skipped;
                self.totals.skipped.add(amount);
                self.intakes[file].skip();
            }
            Ok(Outcome::Replaced) => {
                self.totals.replaced.add(amount);
                self.intakes[file].replace();
            }
            Ok(Outcome::Reversal(reversal)) => self.reversals.push(reversal),
            Err(problem) => {
                let mut reject = fields.reject(&self.intakes[file].path, problem);
                reject.mdtrt_id = fields.shown(C::MdtrtId);
                reject.psn_no = fields.shown(C::PsnNo);
                reject.amount = amount;
                self.totals.rejected.add(amount);
                self.intakes[file].reject(reject);
            }
        }
    }

    fn parse(&mut self, fields: &Fields<'_, C>) -> Result<Outcome, Problem> {
        fields.check_row()?;
        // The flag decides what the other columns mean; if it is unreadable, that is said when its turn comes.
        if matches!(fields.flag(C::RefdSetlFlag), Ok(Some(true))) {
            return self.reversal(fields);
        }
        let Some(id) = self.register(fields, Fate::Rejected)? else {
            return Ok(Outcome::Replaced);
        };
        let person = self.persons.named_in(fields, C::PsnNo)?;
        let med_type = required_code(
            fields,
            C::MedType,
            "see the national list, such as `11`, `14`, `21`, `52`",
            MedType::from_code,
        )?;
        let (institution, known) = self.institution(fields)?;
        let (begin, end) = period(fields)?;
        let year = self.options.codebook.year_of.year(begin.date(), end.date());
        if self.options.only_year.is_some_and(|only| only != year) {
            return Ok(Outcome::Skipped { id });
        }
        self.check_year(fields, year)?;
        let total = fields.positive_total(C::MedfeeSumamt)?;
        let settled_at = fields.time(C::SetlTime)?.unwrap_or(end);
        if settled_at.date() < begin.date() {
            let sentence = format!("is before `begntime` {}", begin.date());
            return Err(fields.problem(C::SetlTime, Reason::SettledBeforeBegin, sentence));
        }
        let hosp_lv = self.hosp_lv(fields, known)?;
        check_scheme(fields)?;
        let scope = self.scope(fields, total)?;
        let rest = self.circumstances(fields, med_type)?;
        fields.flag(C::RefdSetlFlag)?;
        let claim = Box::new(Claim {
            begin: begin.date(),
            end: end.date(),
            settled_at,
            total,
            own_pay: scope.own_pay,
            over_limit: scope.over_limit,
            first_share: scope.first_share,
            in_scope: scope.in_scope,
            hospital_borne: scope.hospital_borne,
            third_party: rest.third_party,
            med_type,
            hosp_lv,
            institution_kind: match known {
                Institution::Listed(listed) => listed.kind,
                Institution::Unlisted | Institution::Rejected => Default::default(),
            },
            institution,
            designated: self.institutions.designated(known, begin.date()),
            out_of_area: rest.out_of_area,
            exclusion: rest.exclusion,
            delivery: rest.delivery,
            special_account: rest.special_account,
            disease: rest.disease,
            family_doctor: rest.family_doctor,
        });
        Ok(Outcome::Claim { id, person, claim })
    }

    /// The claim's own level, else its institution's. At an institution that the registry lacks the level is of no
    /// account: it is not designated.
    fn hosp_lv(&self, fields: &Fields<'_, C>, known: Institution) -> Result<HospLv, Problem> {
        match (
            fields.optional_code(C::HospLv, HOSP_LV_CODES, HospLv::from_code)?,
            known,
        ) {
            (Some(level), _) => Ok(level),
            (None, Institution::Listed(listed)) => Ok(listed.hosp_lv),
            (None, Institution::Unlisted) if self.institutions.given() => Ok(HospLv::UNGRADED),
            (None, Institution::Unlisted | Institution::Rejected) => {
                let mut problem = fields.missing(C::HospLv);
                problem.sentence =
                    "`hosp_lv` is blank, and there is no institutions file to give the level".into();
                Err(problem)
            }
        }
    }

    /// What a reversal row says of itself. Dates and kind are the original's, so those cells are not read.
    fn reversal(&mut self, fields: &Fields<'_, C>) -> Result<Outcome, Problem> {
        // First, because it decides whether `mdtrt_id` is the row's own.
        let original = fields.required_text(C::InitSetlId)?;
        let mdtrt_id = fields.required_text(C::MdtrtId)?;
        if mdtrt_id != original && self.register(fields, Fate::Reversal)?.is_none() {
            return Ok(Outcome::Replaced);
        }
        let person = self.persons.named_in(fields, C::PsnNo)?;
        let total = fields
            .amount(C::MedfeeSumamt)?
            .ok_or_else(|| fields.missing(C::MedfeeSumamt))?;
        let settled_at = match fields.time(C::SetlTime)? {
            Some(time) => time,
            None => fields
                .time(C::Endtime)?
                .ok_or_else(|| fields.missing(C::SetlTime))?,
        };
        let mut scope = [None; 4];
        for (part, column) in scope.iter_mut().zip(SCOPE_COLUMNS) {
            *part = fields.amount(column)?;
        }
        Ok(Outcome::Reversal(PendingReversal {
            file: self.intakes.len() - 1,
            line: fields.line(),
            mdtrt_id: mdtrt_id.into_owned(),
            psn_no: fields.text(C::PsnNo).into_owned(),
            original: original.into_owned(),
            person,
            total,
            scope,
            settled_at,
        }))
    }

    /// The index of an `mdtrt_id` that no earlier row of the file has; `None` if a newer file has it. A row keeps its id
    /// whatever becomes of it.
    fn register(&mut self, fields: &Fields<'_, C>, fate: Fate) -> Result<Option<u32>, Problem> {
        match self.ids.register(&fields.required_text(C::MdtrtId)?) {
            RowId::New(id) => {
                self.fates.push(fate);
                Ok(Some(id))
            }
            RowId::Replaced => Ok(None),
            RowId::Repeated => {
                let sentence =
                    "is the id of an earlier row, which counts even if it was rejected".to_string();
                Err(fields.problem(C::MdtrtId, Reason::RepeatedId, sentence))
            }
        }
    }

    fn institution(&mut self, fields: &Fields<'_, C>) -> Result<(u32, Institution), Problem> {
        let (index, known) = self
            .institutions
            .resolve(&fields.required_text(C::FixmedinsCode)?);
        if known == Institution::Rejected {
            let sentence = "is an institution whose row in the institutions file was rejected: mend that row";
            return Err(fields.problem(C::FixmedinsCode, Reason::BadInstitution, sentence.to_string()));
        }
        Ok((index, known))
    }

    fn check_year(&self, fields: &Fields<'_, C>, year: i32) -> Result<(), Problem> {
        if self.options.years.contains(&year) {
            return Ok(());
        }
        let sentence = format!("falls in {year}, for which the scenario has no figures");
        Err(fields.problem(C::Endtime, Reason::NoFiguresForYear, sentence))
    }

    /// The scope amounts: from the fee lines if the claim has any, else from the header.
    fn scope(&self, fields: &Fields<'_, C>, total: Fen) -> Result<Scope, Problem> {
        let mut given = [None; 4];
        for (part, column) in given.iter_mut().zip(SCOPE_COLUMNS) {
            *part = fields.amount_from_zero(column)?;
        }
        let lines = self.lines.and_then(|lines| lines.sums(&fields.text(C::MdtrtId)));
        // A damaged fee line names no claim for certain; it may be this one's.
        let stray = self.lines.and_then(LineBook::unattributed);
        let bad_lines = |sentence: String| Err(fields.problem(C::MdtrtId, Reason::BadLines, sentence));
        let scope = match (lines, stray) {
            (Some(sums), _) if sums.incomplete => {
                return bad_lines("has a fee line that was rejected: mend that line".to_string());
            }
            (Some(sums), _) => from_lines(total, given, sums),
            (None, Some(line)) if given == [None; 4] => {
                return bad_lines(format!(
                    "has neither fee lines nor scope amounts, and line {line} of the lines file may be its own: mend \
                     that line"
                ));
            }
            (None, _) => from_header(total, given),
        };
        scope.map_err(|found| fields.problem(found.column, Reason::ContradictoryAmounts, found.sentence))
    }

    fn circumstances(&self, fields: &Fields<'_, C>, med_type: MedType) -> Result<Circumstances, Problem> {
        let out_of_area = fields.code(
            C::OutOfArea,
            "`local`, `filed`, `resettled`, `emergency` or `unfiled`",
            OutOfArea::from_code,
        )?;
        let exclusion = fields.optional_code(
            C::ExclRea,
            "one of the words for Art. 18, such as `third-party` or `cosmetic`",
            Exclusion::from_code,
        )?;
        let third_party = third_party(fields, exclusion)?;
        let special_account = fields.flag(C::SpecialAccount)?.unwrap_or(false);
        let delivery =
            fields.optional_code(C::MatnType, "the national codes `1` to `6`", Delivery::from_code)?;
        if delivery.is_none() && self.options.codebook.delivery_types.contains(&med_type) {
            let mut problem = fields.missing(C::MatnType);
            problem.sentence = format!(
                "`{}` is blank, but a delivery (`med_type` {}) needs its kind",
                C::MatnType.name(),
                med_type.code()
            );
            return Err(problem);
        }
        let disease = self.options.codebook.disease(&fields.text(C::DiseCodg));
        let family_doctor = fields.flag(C::SignedFamilyDoctor)?.unwrap_or(false);
        Ok(Circumstances {
            out_of_area,
            exclusion,
            third_party,
            special_account,
            delivery,
            disease,
            family_doctor,
        })
    }
}

/// A code that must be there.
fn required_code<T>(
    fields: &Fields<'_, C>,
    column: C,
    known: &str,
    lookup: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Problem> {
    fields
        .optional_code(column, known, lookup)?
        .ok_or_else(|| fields.missing(column))
}

/// Begin and end; days decide, because one of the two may come without a time of day.
fn period(fields: &Fields<'_, C>) -> Result<(NaiveDateTime, NaiveDateTime), Problem> {
    let begin = fields.required_time(C::Begntime)?;
    let end = fields.required_time(C::Endtime)?;
    if end.date() < begin.date() {
        let sentence = format!("is before `begntime` {}", begin.date());
        return Err(fields.problem(C::Endtime, Reason::EndBeforeBegin, sentence));
    }
    Ok((begin, end))
}

fn check_scheme(fields: &Fields<'_, C>) -> Result<(), Problem> {
    let scheme = fields.text(C::Insutype);
    if scheme.is_empty() || scheme == RESIDENT_SCHEME {
        return Ok(());
    }
    let sentence = "is another scheme; only 390, resident insurance, is settled here".to_string();
    Err(fields.problem(C::Insutype, Reason::OtherScheme, sentence))
}

/// `ttp_pay_amt`, which makes sense only where a third party is liable. A plain 0 elsewhere is an export's default.
fn third_party(fields: &Fields<'_, C>, exclusion: Option<Exclusion>) -> Result<Option<Fen>, Problem> {
    let amount = fields.amount_from_zero(C::TtpPayAmt)?;
    if exclusion == Some(Exclusion::ThirdParty) {
        return Ok(amount);
    }
    if amount.is_some_and(|amount| !amount.is_zero()) {
        let sentence = "is given, but `excl_rea` is not `third-party`".to_string();
        return Err(fields.problem(C::TtpPayAmt, Reason::ContradictoryCodes, sentence));
    }
    Ok(None)
}
