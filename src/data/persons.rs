//! The `persons` file.

use crate::data::caseload::Caseload;
use crate::data::codebook::CodeBook;
use crate::data::columns::{Column, PersonColumn as P};
use crate::data::fields::{Fields, Problem};
use crate::data::interner::Interner;
use crate::data::load::Intake;
use crate::data::reject::Reason;
use crate::data::table::Row;
use crate::insured::person::{Person, PersonType, Residence, Sex};

/// Who can be found by `psn_no`.
#[derive(Default)]
pub(super) struct Persons {
    ids: Interner,
    /// Per interned id, the index in the caseload unless the row was rejected.
    accepted: Vec<Option<u32>>,
    districts: Interner,
}

impl Persons {
    /// The index in the caseload of the person whom a row of another file names in `column`.
    pub(super) fn named_in<C: Column>(&self, fields: &Fields<'_, C>, column: C) -> Result<u32, Problem> {
        let id = self.ids.find(&fields.required_text(column)?);
        let sentence = match id.map(|id| self.accepted[id as usize]) {
            Some(Some(index)) => return Ok(index),
            Some(None) => "is a person whose row in the persons file was rejected: mend that row",
            None => "is not in the persons file",
        };
        Err(fields.problem(column, Reason::UnknownPerson, sentence.to_string()))
    }

    /// Takes a row into the caseload, or rejects it.
    pub(super) fn read_row(
        &mut self,
        row: &Row<'_>,
        codes: &CodeBook,
        caseload: &mut Caseload,
        intake: &mut Intake,
    ) {
        let fields = Fields::<P>::new(row);
        match self.parse(&fields, codes, caseload) {
            Ok((id, person)) => {
                self.accepted[id as usize] = Some(caseload.persons.len() as u32);
                caseload.persons.push(person);
                caseload.person_ids.push(self.ids.name(id));
                intake.accept();
            }
            Err(problem) => {
                let mut reject = fields.reject(&intake.path, problem);
                reject.psn_no = fields.shown(P::PsnNo);
                intake.reject(reject);
            }
        }
    }

    fn parse(
        &mut self,
        fields: &Fields<'_, P>,
        codes: &CodeBook,
        caseload: &mut Caseload,
    ) -> Result<(u32, Person), Problem> {
        fields.check_row()?;
        let id = self.register(fields)?;
        let birth = fields.required_time(P::Brdy)?.date();
        let sex = fields.code(P::Gend, "`1` male, `2` female, `0` or `9` unknown", sex)?;
        let person_type = fields.optional_code(
            P::PsnType,
            "11xx-13xx employee, 14xx minor or student, 15xx adult, 16xx elderly",
            PersonType::from_code,
        )?;
        let district = self.district(fields, caseload)?;
        let residence = fields.code(
            P::Residence,
            "`registered`, `permit` or `none`",
            Residence::from_code,
        )?;
        let identity = fields.code(
            P::PsnIdetType,
            "the scenario maps it to no identity class",
            |code| codes.identity(code),
        )?;
        let tier = fields.code(
            P::ClctGrde,
            "the scenario has no such contribution tier",
            |code| codes.tier(code),
        )?;
        let death = fields.time(P::DeathDate)?.map(|time| time.date());
        if death.is_some_and(|death| death < birth) {
            let sentence = format!("is before the birth on {birth}");
            return Err(fields.problem(P::DeathDate, Reason::DeathBeforeBirth, sentence));
        }
        Ok((
            id,
            Person {
                birth,
                death,
                sex,
                person_type,
                residence,
                identity,
                district,
                tier,
            },
        ))
    }

    /// The interned id of a `psn_no` that no earlier row has.
    fn register(&mut self, fields: &Fields<'_, P>) -> Result<u32, Problem> {
        let (id, new) = self.ids.intern(&fields.required_text(P::PsnNo)?);
        if !new {
            let sentence =
                "is the number of an earlier row, which counts even if it was rejected".to_string();
            return Err(fields.problem(P::PsnNo, Reason::RepeatedId, sentence));
        }
        self.accepted.push(None);
        Ok(id)
    }

    /// The index of the person's district; a district that is not known yet is added to the caseload.
    fn district(&mut self, fields: &Fields<'_, P>, caseload: &mut Caseload) -> Result<Option<u16>, Problem> {
        let name = fields.text(P::InsuAdmdvs);
        if name.is_empty() {
            return Ok(None);
        }
        let (index, new) = self.districts.intern(&name);
        let Ok(district) = u16::try_from(index) else {
            let column = P::InsuAdmdvs.name();
            let sentence = format!("is one district too many: `{column}` holds more than 65,536");
            return Err(fields.problem(P::InsuAdmdvs, Reason::UnknownCode, sentence));
        };
        if new {
            caseload.districts.push(name.into_owned());
        }
        Ok(Some(district))
    }
}

fn sex(code: &str) -> Option<Sex> {
    match code {
        "" | "0" | "9" => Some(Sex::Unknown),
        "1" => Some(Sex::Male),
        "2" => Some(Sex::Female),
        _ => None,
    }
}
