//! The `persons` file.

use crate::data::caseload::Caseload;
use crate::data::codebook::CodeBook;
use crate::data::columns::{Column, PersonColumn as P};
use crate::data::fields::{Fields, Problem};
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::reject::Reason;
use crate::data::row_ids::{RowId, RowIds};
use crate::data::table::Row;
use crate::insured::person::{Person, PersonType, Residence, Sex};

/// How many persons from the last one on are looked at before all are searched.
const NEIGHBOURS: usize = 4;

/// Who can be found by `psn_no`.
#[derive(Default)]
pub(super) struct Persons {
    ids: RowIds,
    /// Per id, the index in the caseload unless the row was rejected.
    accepted: Vec<Option<u32>>,
    districts: Interner,
    /// The files that were begun.
    files: Vec<String>,
}

impl Persons {
    /// The index in the caseload of the person whom a row of another file names in `column`.
    pub(super) fn named_in<C: Column>(&self, fields: &Fields<'_, C>, column: C) -> Result<u32, Problem> {
        let id = self.ids.find(&fields.required_text(column)?);
        self.accepted_as(id, fields, column)
    }

    /// Like [`Persons::named_in`], for rows of which many name the `last` person once more.
    pub(super) fn named_again_in<C: Column>(
        &self,
        fields: &Fields<'_, C>,
        column: C,
        last: &mut Option<u32>,
    ) -> Result<u32, Problem> {
        let name = fields.required_text(column)?;
        // Claims are often in the order of the persons, who are then found without a search.
        let near = last.and_then(|id| {
            let mut ids = (id..self.accepted.len() as u32).take(NEIGHBOURS);
            ids.find(|&id| self.ids.name(id) == name)
        });
        *last = near.or_else(|| self.ids.find(&name));
        self.accepted_as(*last, fields, column)
    }

    /// The index in the caseload of the person with an id, whom a row of another file names in `column`.
    fn accepted_as<C: Column>(
        &self,
        id: Option<u32>,
        fields: &Fields<'_, C>,
        column: C,
    ) -> Result<u32, Problem> {
        let sentence = match id.map(|id| self.accepted[id as usize]) {
            Some(Some(index)) => return Ok(index),
            Some(None) => "is a person whose row in the persons file was rejected: mend that row",
            None => "is not in the persons file",
        };
        Err(fields.problem(column, Reason::UnknownPerson, sentence.to_string()))
    }

    /// The rows that follow are those of another file, of the same batch as the one before or of an `older` one.
    pub(super) fn begin_file(&mut self, path: &str, older: bool) {
        self.ids.begin_file(older);
        self.files.push(path.to_string());
    }

    /// Takes a row into the caseload, or rejects it, unless a newer file has another row in its place.
    pub(super) fn read_row(
        &mut self,
        row: &Row<'_>,
        codes: &CodeBook,
        caseload: &mut Caseload,
        intake: &mut Intake,
    ) {
        let fields = Fields::<P>::new(row);
        match self.parse(&fields, codes, caseload) {
            Ok(None) => intake.replace(),
            Ok(Some((id, person))) => {
                self.accepted[id as usize] = Some(caseload.persons.len() as u32);
                match person.death {
                    Some(day) => intake.accept_of(day),
                    None => intake.accept(),
                }
                caseload.persons.push(person);
                caseload.person_ids.push(self.ids.name(id));
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
    ) -> Result<Option<(u32, Person)>, Problem> {
        fields.check_row()?;
        let Some(id) = self.register(fields)? else {
            return Ok(None);
        };
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
        let person = Person {
            birth,
            death,
            sex,
            person_type,
            residence,
            identity,
            district,
            tier,
        };
        Ok(Some((id, person)))
    }

    /// The index of a `psn_no` that no earlier row has; `None` if a newer batch has it.
    fn register(&mut self, fields: &Fields<'_, P>) -> Result<Option<u32>, Problem> {
        match self.ids.register(&fields.required_text(P::PsnNo)?) {
            RowId::New(id) => {
                self.accepted.push(None);
                Ok(Some(id))
            }
            RowId::Replaced => Ok(None),
            RowId::Repeated(file) => {
                let file = file as usize;
                let whose = match self.files.get(file) {
                    Some(path) if file + 1 != self.files.len() => format!("a row of `{path}`"),
                    _ => "an earlier row".to_string(),
                };
                let sentence = format!("is the number of {whose}, which counts even if it was rejected");
                Err(fields.problem(P::PsnNo, Reason::RepeatedId, sentence))
            }
        }
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
