//! The `claims` file: what each row says.

#[cfg(feature = "parquet")]
use crate::benefit::claim::YearOf;
use crate::benefit::claim::{
    Claim, Delivery, DiseaseGroup, Exclusion, HospLv, MedType, OutOfArea, Referral, Stated,
};
use crate::data::block::{Block, Row};
use crate::data::claim_codes::{ClaimCodes, RESIDENT_SCHEME};
use crate::data::claim_rows::{ClaimRows, Fate, Other, OtherRow, PendingReversal, repeated};
use crate::data::columns::{ClaimColumn as C, Column};
use crate::data::fields::{Fields, Problem};
use crate::data::id_check::Elsewhere;
use crate::data::institutions::{HOSP_LV_CODES, Institution, Institutions};
use crate::data::interner::Interner;
use crate::data::lines::LineBook;
use crate::data::options::LoadOptions;
#[cfg(feature = "parquet")]
use crate::data::parquet_table::OtherYears;
use crate::data::persons::Persons;
use crate::data::plain_claims::PlainClaims;
use crate::data::plain_ids::PlainIds;
use crate::data::reject::Reason;
use crate::data::scope::{SCOPE_COLUMNS, Scope, from_header, from_lines};
use crate::money::Fen;
use chrono::{NaiveDate, NaiveDateTime};

/// The national list, for messages.
const MED_TYPE_CODES: &str = "see the national list, such as `11`, `14`, `21`, `52`";

/// Makes claims of rows, each for itself: what a row means besides the rows around it.
pub(super) struct ClaimParser<'a> {
    pub(super) options: &'a LoadOptions<'a>,
    pub(super) persons: &'a Persons,
    pub(super) institutions: &'a Institutions,
    pub(super) lines: Option<&'a LineBook>,
    /// The file at hand, as its place among the claims files.
    pub(super) file: u32,
    /// What rows of persons who are read at other times have to do with the rows at hand.
    pub(super) elsewhere: &'a Elsewhere,
    /// The claims files.
    pub(super) paths: &'a [String],
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
    referral: Referral,
    selected: Stated,
    accident: Stated,
}

impl ClaimParser<'_> {
    /// What lets a reader leave most of a row group alone, if one year is asked for: what [`ClaimParser::claim`] looks at
    /// before the year, and what [`ClaimParser::read_block`] does in any case.
    #[cfg(feature = "parquet")]
    pub(super) fn other_years(&self) -> Option<OtherYears> {
        let day = match self.options.codebook.year_of {
            YearOf::Discharge => C::Endtime,
            YearOf::Admission => C::Begntime,
        };
        self.options.only_year.map(|year| OtherYears {
            year,
            day: day.index(),
            flag: C::RefdSetlFlag.index(),
            kept: const {
                &[
                    C::MdtrtId as usize,
                    C::PsnNo as usize,
                    C::Begntime as usize,
                    C::Endtime as usize,
                    C::MedfeeSumamt as usize,
                ]
            },
        })
    }

    /// Reads the next rows of a part of a claims file.
    pub(super) fn read_block(&self, block: &Block<'_>, parsed: &mut ClaimRows) {
        let known = (self.persons, self.institutions);
        let codes = ClaimCodes::of(block, known, self.options.codebook);
        parsed.claims.reserve(block.len());
        parsed.ids.reserve(block.len());
        // Where no fee line and no row of another person bears on it, what a row means is in its cells alone.
        let alone = self.lines.is_none() && self.elsewhere.is_nothing();
        let plain = alone.then(|| PlainClaims::of(block, &codes, self.institutions, self.options));
        let mut ids = PlainIds::of(block, C::MdtrtId);
        for row in block.rows() {
            let is_read = plain
                .as_ref()
                .is_some_and(|plain| add_plain(&row, plain, &mut ids, parsed));
            if !is_read {
                ids.skip(&mut parsed.ids);
                self.read_row(&Fields::new(&row), &codes, parsed);
            }
        }
        ids.finish(&mut parsed.ids);
    }

    fn read_row(&self, fields: &Fields<'_, C>, codes: &ClaimCodes<'_>, parsed: &mut ClaimRows) {
        // An amount that cannot be read is a problem of its row, but has no place in a sum.
        let amount = fields.amount(C::MedfeeSumamt).ok().flatten();
        parsed.read.add(amount);
        let ids = parsed.ids.names.len();
        // The flag decides what the other columns mean; if it is unreadable, that is said when its turn comes.
        let reversal = matches!(
            fields.coded_flag(C::RefdSetlFlag, &codes.reversal),
            Ok(Some(true))
        );
        let found = fields.check_row().and_then(|()| {
            if let Some(owner) = self.elsewhere.owner(self.file, fields.line()) {
                let path = self.paths.get(owner as usize).filter(|_| owner != self.file);
                Err(repeated(&fields.text(C::MdtrtId), path.map(String::as_str)))
            } else if reversal {
                self.reversal(fields, parsed).map(Some)
            } else {
                self.claim(fields, codes, parsed)
            }
        });
        let found = match found {
            Ok(None) => return,
            Ok(Some(other)) => other,
            Err(problem) => Other::Bad(problem),
        };
        let fate = if reversal { Fate::Reversal } else { Fate::Rejected };
        let shown = parsed.show(&fields.text(C::MdtrtId), &fields.text(C::PsnNo));
        parsed.others.push(OtherRow {
            place: parsed.claims.len(),
            line: fields.line(),
            amount,
            keeps_id: (parsed.ids.names.len() > ids).then_some(fate),
            shown,
            found,
        });
    }

    /// Adds the claim that a row is; if it is something else, tells what.
    fn claim(
        &self,
        fields: &Fields<'_, C>,
        codes: &ClaimCodes<'_>,
        parsed: &mut ClaimRows,
    ) -> Result<Option<Other>, Problem> {
        parsed.ids.push(&fields.required_text(C::MdtrtId)?);
        // The year comes next, so that a row of another year is done with, whatever else it says.
        let (begin, end) = period(fields)?;
        let year = self.options.codebook.year_of.year(begin.date(), end.date());
        parsed.years.add(year);
        if self.options.only_year.is_some_and(|only| only != year) {
            return Ok(Some(Other::Skipped));
        }
        let person = match fields.found(C::PsnNo, &codes.person) {
            Some(person) => person,
            None => self.persons.named_in(fields, C::PsnNo)?,
        };
        let med_type = fields
            .optional_coded(C::MedType, MED_TYPE_CODES, &codes.med_type)?
            .ok_or_else(|| fields.missing(C::MedType))?;
        let (institution, known) = self.institution(fields, codes, &mut parsed.unlisted)?;
        self.check_year(fields, year)?;
        let total = fields.positive(C::MedfeeSumamt, fields.amount(C::MedfeeSumamt)?)?;
        let settled_at = fields.time(C::SetlTime)?.unwrap_or(end);
        if settled_at.date() < begin.date() {
            let sentence = format!("is before `begntime` {}", begin.date());
            return Err(fields.problem(C::SetlTime, Reason::SettledBeforeBegin, sentence));
        }
        let hosp_lv = self.hosp_lv(fields, codes, known)?;
        check_scheme(fields, codes)?;
        let scope = self.scope(fields, total)?;
        let rest = self.circumstances(fields, codes, med_type, begin.date())?;
        fields.coded_flag(C::RefdSetlFlag, &codes.reversal)?;
        let claim = Claim {
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
            referral: rest.referral,
            selected: rest.selected,
            accident: rest.accident,
        };
        parsed.add(person, fields.line(), claim);
        Ok(None)
    }

    /// The claim's own level, else its institution's. At an institution that the registry lacks the level is of no
    /// account: it is not designated.
    fn hosp_lv(
        &self,
        fields: &Fields<'_, C>,
        codes: &ClaimCodes<'_>,
        known: Institution,
    ) -> Result<HospLv, Problem> {
        match (
            fields.optional_coded(C::HospLv, HOSP_LV_CODES, &codes.hosp_lv)?,
            known,
        ) {
            (Some(level), _) => Ok(level),
            (None, Institution::Listed(listed)) => Ok(listed.hosp_lv),
            (None, Institution::Unlisted) if self.institutions.given() => Ok(HospLv::UNGRADED),
            (None, Institution::Unlisted | Institution::Rejected) => Err(fields
                .missing(C::HospLv)
                .saying("`hosp_lv` is blank, and there is no institutions file to give the level")),
        }
    }

    /// What a reversal row says of itself. Dates and kind are the original's, so those cells are not read.
    fn reversal(&self, fields: &Fields<'_, C>, parsed: &mut ClaimRows) -> Result<Other, Problem> {
        // First, because it decides whether `mdtrt_id` is the row's own.
        let original = fields.required_text(C::InitSetlId)?;
        let mdtrt_id = fields.required_text(C::MdtrtId)?;
        if mdtrt_id != original {
            parsed.ids.push(&mdtrt_id);
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
        Ok(Other::Reversal(Box::new(PendingReversal {
            // Which file that is, whoever takes the row in knows.
            file: 0,
            line: fields.line(),
            mdtrt_id: mdtrt_id.into_owned(),
            psn_no: fields.text(C::PsnNo).into_owned(),
            original: original.into_owned(),
            person,
            total,
            scope,
            settled_at,
            of_other: self.elsewhere.reverses_other(self.file, fields.line()),
        })))
    }

    /// The number of an institution, and what is known of it. Those that the registry lacks are numbered from its end.
    fn institution(
        &self,
        fields: &Fields<'_, C>,
        codes: &ClaimCodes<'_>,
        unlisted: &mut Interner,
    ) -> Result<(u32, Institution), Problem> {
        if let Some(found @ (_, Institution::Listed(_))) = fields.found(C::FixmedinsCode, &codes.institution)
        {
            return Ok(found);
        }
        let code = fields.required_text(C::FixmedinsCode)?;
        match self.institutions.find(&code) {
            Some((_, Institution::Rejected)) => {
                let sentence =
                    "is an institution whose row in the institutions file was rejected: mend that row";
                Err(fields.problem(C::FixmedinsCode, Reason::BadInstitution, sentence.to_string()))
            }
            Some(found) => Ok(found),
            None => {
                let number = self.institutions.len() + unlisted.intern(&code).0;
                Ok((number, Institution::Unlisted))
            }
        }
    }

    fn check_year(&self, fields: &Fields<'_, C>, year: i32) -> Result<(), Problem> {
        if self.options.years.contains(&year) {
            return Ok(());
        }
        let known: Vec<String> = self.options.years.iter().map(i32::to_string).collect();
        let known = known.join(", ");
        let sentence =
            format!("falls in {year}, for which the scenario has no figures: it has those of {known}");
        Err(fields.problem(C::Endtime, Reason::NoFiguresForYear, sentence))
    }

    /// The scope amounts: from the fee lines if the claim has any, else from the header.
    fn scope(&self, fields: &Fields<'_, C>, total: Fen) -> Result<Scope, Problem> {
        let mut given = [None; 4];
        for (part, column) in given.iter_mut().zip(SCOPE_COLUMNS) {
            *part = fields.amount_from_zero(column)?;
        }
        let lines = self.lines.and_then(|lines| lines.sums(&fields.text(C::MdtrtId)));
        let bad_lines = |sentence: String| Err(fields.problem(C::MdtrtId, Reason::BadLines, sentence));
        // A damaged fee line names no claim for certain; it may be this one's.
        let stray = match (lines, self.lines) {
            (None, Some(lines)) if given == [None; 4] => lines.unattributed(),
            _ => None,
        };
        let scope = match (lines, stray) {
            (Some(sums), _) if sums.incomplete => {
                return bad_lines("has a fee line that was rejected: mend that line".to_string());
            }
            (Some(sums), _) => from_lines(total, given, sums),
            (None, Some(stray)) => {
                return bad_lines(format!(
                    "has neither fee lines nor scope amounts, and {stray} may be its own: mend that line"
                ));
            }
            (None, None) => from_header(total, given),
        };
        scope.map_err(|found| fields.problem(found.column, Reason::ContradictoryAmounts, found.sentence))
    }

    fn circumstances(
        &self,
        fields: &Fields<'_, C>,
        codes: &ClaimCodes<'_>,
        med_type: MedType,
        begin: NaiveDate,
    ) -> Result<Circumstances, Problem> {
        let out_of_area = fields.coded(
            C::OutOfArea,
            "`local`, `filed`, `resettled`, `emergency` or `unfiled`",
            &codes.out_of_area,
        )?;
        let exclusion = fields.optional_coded(
            C::ExclRea,
            "one of the words for Art. 18, such as `third-party` or `cosmetic`",
            &codes.exclusion,
        )?;
        let third_party = third_party(fields, exclusion)?;
        let special_account = fields.coded_flag(C::SpecialAccount, &codes.special_account)?;
        let delivery =
            fields.optional_coded(C::MatnType, "the national codes `1` to `6`", &codes.delivery)?;
        if delivery.is_none() && self.options.codebook.delivery_types.contains(&med_type) {
            return Err(fields.missing(C::MatnType).saying(format!(
                "`{}` is blank, but a delivery (`med_type` {}) needs its kind",
                C::MatnType.name(),
                med_type.code()
            )));
        }
        let disease = match fields.found(C::DiseCodg, &codes.disease) {
            Some(disease) => disease,
            None => self.options.codebook.disease(&fields.text(C::DiseCodg)),
        };
        let family_doctor = fields.coded_flag(C::SignedFamilyDoctor, &codes.family_doctor)?;
        Ok(Circumstances {
            out_of_area,
            exclusion,
            third_party,
            special_account: special_account.unwrap_or(false),
            delivery,
            disease,
            family_doctor: family_doctor.unwrap_or(false),
            referral: referral(fields, codes, begin)?,
            selected: Stated::from(fields.coded_flag(C::SelectedInstitution, &codes.selected)?),
            accident: Stated::from(fields.coded_flag(C::TrumFlag, &codes.accident)?),
        })
    }
}

/// Adds a row that plainly is a claim; `false` if it may be something else.
#[inline(always)]
fn add_plain(
    row: &Row<'_>,
    plain: &PlainClaims<'_>,
    ids: &mut PlainIds<'_, C>,
    parsed: &mut ClaimRows,
) -> bool {
    if row.flaw().is_some() {
        return false;
    }
    let Some(found) = plain.claim(row.index()) else {
        return false;
    };
    if !ids.push(row, &mut parsed.ids) {
        return false;
    }
    parsed.read.add(Some(found.claim.total));
    parsed.years.add(found.year);
    parsed.add(found.person, row.line(), found.claim);
    true
}

/// Whether there was a referral before the claim began, and when.
fn referral(fields: &Fields<'_, C>, codes: &ClaimCodes<'_>, begin: NaiveDate) -> Result<Referral, Problem> {
    let flag = fields.coded_flag(C::OtpErReflFlag, &codes.referral)?;
    let date = fields.time(C::ReflDate)?.map(|time| time.date());
    Referral::of(flag, date, begin).ok_or_else(|| {
        let sentence = format!(
            "is given, but `{}` says that there was no referral",
            C::OtpErReflFlag.name()
        );
        fields.problem(C::ReflDate, Reason::ContradictoryCodes, sentence)
    })
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

fn check_scheme(fields: &Fields<'_, C>, codes: &ClaimCodes<'_>) -> Result<(), Problem> {
    if fields.found(C::Insutype, &codes.insutype).is_some() {
        return Ok(());
    }
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
