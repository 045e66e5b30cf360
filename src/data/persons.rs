//! The `persons` file.

use crate::data::block::{Block, Row, Values};
use crate::data::caseload::{Caseload, MOST_ROOM, Names};
use crate::data::codebook::CodeBook;
use crate::data::columns::{Column, PersonColumn as P};
use crate::data::fields::{Coded, Fault, Fields, Problem, year};
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::known::told_day;
use crate::data::plain_ids::PlainIds;
use crate::data::reject::Reason;
use crate::data::role::FileRole;
use crate::data::row_ids::{PartIds, RowId, RowIds};
use crate::insured::person::{Identity, LastPaid, Person, PersonType, Residence, Sex};
use chrono::NaiveDate;
use std::cell::{Cell, RefCell};

/// How many persons from the last one on are looked at before all are searched, if the one before was among them: whoever
/// has no claim lies between two who have.
const NEIGHBOURS: usize = 16;

/// How many are, if not, or if most have a row.
const FEW_NEIGHBOURS: usize = 4;

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

/// The rows of a part of a persons file, each looked at alone.
#[derive(Default)]
pub(super) struct PersonRows {
    /// The `psn_no`s that rows lay claim to, in the order of the rows.
    ids: PartIds,
    rows: Vec<PersonRow>,
    /// Names of districts.
    districts: Interner,
}

/// A row of a persons file.
#[cfg_attr(test, derive(Debug))]
struct PersonRow {
    line: u64,
    /// Whether it lays claim to an id.
    has_id: bool,
    /// The district it names, if it is good as far as that; index in [`PersonRows::districts`].
    district: Option<u32>,
    found: Result<Person, Problem>,
}

/// Numbers the districts of a part's rows among those of all files.
struct Districts<'a> {
    known: &'a mut Interner,
    names: &'a mut Vec<String>,
    of_part: &'a Interner,
    /// Per district of the part, its number once a row that counts has named it.
    numbers: Vec<Option<u16>>,
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
        *last = self.near(&fields.required_text(column)?, *last, FEW_NEIGHBOURS);
        self.accepted_as(*last, fields, column)
    }

    /// Who is named in a column of a block of rows: the indices in the caseload of those who are accepted.
    pub(super) fn coded<'a, C: Column>(&'a self, block: &Block<'_>, column: C) -> Coded<'a, u32> {
        let (last, neighbours) = (Cell::new(None), Cell::new(NEIGHBOURS));
        Coded::of(block, column, move |psn_no| {
            if psn_no.is_empty() {
                return None;
            }
            let id = self.near(psn_no, last.get(), neighbours.get())?;
            let before = last.replace(Some(id)).unwrap_or(id);
            let is_near = (0..NEIGHBOURS as u32).contains(&id.wrapping_sub(before));
            neighbours.set(if is_near { NEIGHBOURS } else { FEW_NEIGHBOURS });
            self.accepted[id as usize]
        })
    }

    /// The id of a person who is often the `last` one, or one of the next, of whom so many are looked at.
    fn near(&self, psn_no: &str, last: Option<u32>, neighbours: usize) -> Option<u32> {
        // Claims are often in the order of the persons, who are then found without a search.
        let Some(last) = last else {
            return self.ids.find_by_order(psn_no);
        };
        let near = (last..self.accepted.len() as u32)
            .take(neighbours)
            .find(|&id| self.ids.is(psn_no, id));
        near.or_else(|| self.ids.find(psn_no))
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

    /// About so many rows follow; what grows little by little is copied.
    pub(super) fn make_room(&mut self, rows: usize, caseload: &mut Caseload) {
        // A damaged file may promise anything.
        let rows = rows.min(MOST_ROOM);
        if caseload.persons.try_reserve(rows).is_ok() {
            self.ids.reserve(rows);
            self.accepted.reserve(rows);
        }
    }

    /// The `psn_no` of an accepted person, by the index in the caseload.
    pub(super) fn psn_no(&self, person: u32) -> &str {
        self.ids.kept(person)
    }

    /// Hands over the `psn_no`s of the accepted persons.
    pub(super) fn into_ids(self) -> Names {
        self.ids.into_kept()
    }

    /// Takes the rows that come next in a file: into the caseload or into the rejects, unless a newer file has another row
    /// in their place.
    pub(super) fn take(&mut self, rows: PersonRows, caseload: &mut Caseload, intake: &mut Intake) {
        let mut verdicts = self.ids.register_all(&rows.ids);
        let mut districts = Districts {
            known: &mut self.districts,
            names: &mut caseload.districts,
            of_part: &rows.districts,
            numbers: vec![None; rows.districts.len()],
        };
        let mut next_id = 0;
        for row in rows.rows {
            let this_id = next_id;
            next_id += u32::from(row.has_id);
            let psn_no = || match row.has_id {
                true => rows.ids.names.get(this_id),
                false => "",
            };
            let mut found = row.found;
            if row.has_id {
                match verdicts.next() {
                    RowId::New(id) => {
                        found = districts.place(found, row.district);
                        let kept = found.as_ref().ok().map(|_| self.ids.keep(id));
                        self.accepted.push(kept);
                    }
                    RowId::Replaced => {
                        intake.replace();
                        continue;
                    }
                    RowId::Repeated(file) => found = Err(repeated(psn_no(), &self.files, file)),
                }
            }
            match found {
                Ok(person) => {
                    match person.death {
                        Some(day) => intake.accept_of(day),
                        None => intake.accept(),
                    }
                    caseload.persons.push(person);
                }
                Err(problem) => {
                    let mut reject = problem.into_reject(FileRole::Persons, &intake.path, row.line);
                    reject.psn_no = Some(psn_no().to_string()).filter(|psn_no| !psn_no.is_empty());
                    intake.reject(reject);
                }
            }
        }
    }
}

/// What the codes of a block of rows mean.
struct PersonCodes<'a> {
    sex: Coded<'a, Sex>,
    person_type: Coded<'a, PersonType>,
    residence: Coded<'a, Residence>,
    identity: Coded<'a, Identity>,
    tier: Coded<'a, u8>,
    last_paid: Coded<'a, LastPaid>,
    /// Index in [`PersonRows::districts`].
    district: Coded<'a, Option<u32>>,
}

/// The columns of a block of persons whose cells say plainly what they are, as those of
/// [`PlainClaims`](crate::data::plain_claims::PlainClaims) do: who is a person here is the same person where rows are read by
/// themselves.
struct PlainPersons<'b> {
    codes: &'b PersonCodes<'b>,
    // Of each kind there is a place for every column, so that a column's is known when this is compiled.
    days: [Values<'b, NaiveDate>; P::SPECS.len()],
    symbols: [Values<'b, u16>; P::SPECS.len()],
}

impl<'b> PlainPersons<'b> {
    fn of(block: &'b Block<'b>, codes: &'b PersonCodes<'b>) -> PlainPersons<'b> {
        PlainPersons {
            codes,
            days: std::array::from_fn(|column| block.days(column)),
            symbols: std::array::from_fn(|column| block.symbols(column)),
        }
    }

    /// The person that a row without a flaw is, with the district it names, if that is plain.
    #[inline(always)]
    fn person(&self, row: usize) -> Option<(Person, Option<u32>)> {
        let codes = self.codes;
        let day = |column: P| told_day(self.days[column as usize].at(row));
        let symbol = |column: P| self.symbols[column as usize].at(row);
        let (birth, death) = (day(P::Brdy)??, day(P::DeathDate)?);
        if death.is_some_and(|death| death < birth) {
            return None;
        }
        let person = Person {
            birth,
            death,
            sex: codes.sex.at(symbol(P::Gend))?,
            person_type: codes.person_type.optional_at(symbol(P::PsnType))?,
            residence: codes.residence.at(symbol(P::Residence))?,
            identity: codes.identity.at(symbol(P::PsnIdetType))?,
            district: None,
            tier: codes.tier.at(symbol(P::ClctGrde))?,
            last_paid: codes
                .last_paid
                .optional_at(symbol(P::LastPaidYear))?
                .unwrap_or(LastPaid::NOT_STATED),
        };
        Some((person, codes.district.at(symbol(P::InsuAdmdvs))?))
    }
}

impl PersonRows {
    /// Reads the next rows.
    pub(super) fn read_block(&mut self, block: &Block<'_>, book: &CodeBook) {
        self.read_rows(block, book, true);
    }

    /// Reads the next rows, each by itself unless what is `plain` may be read as such.
    fn read_rows(&mut self, block: &Block<'_>, book: &CodeBook, plain: bool) {
        // Names of districts are few, so those of rows that are no good do no harm.
        let districts = RefCell::new(std::mem::take(&mut self.districts));
        let district = |name: &str| Some((!name.is_empty()).then(|| districts.borrow_mut().intern(name).0));
        let codes = PersonCodes {
            sex: Coded::of(block, P::Gend, sex),
            person_type: Coded::of(block, P::PsnType, PersonType::from_code),
            residence: Coded::of(block, P::Residence, Residence::from_code),
            identity: Coded::of(block, P::PsnIdetType, |code| book.identity(code)),
            tier: Coded::of(block, P::ClctGrde, |code| book.tier(code)),
            last_paid: Coded::of(block, P::LastPaidYear, last_paid),
            district: Coded::of(block, P::InsuAdmdvs, district),
        };
        self.rows.reserve(block.len());
        self.ids.reserve(block.len());
        let plain = plain.then(|| PlainPersons::of(block, &codes));
        let mut ids = PlainIds::of(block, P::PsnNo);
        for row in block.rows() {
            let is_read = plain
                .as_ref()
                .is_some_and(|plain| self.read_plain(&row, plain, &mut ids));
            if !is_read {
                ids.skip(&mut self.ids);
                self.read_row(&Fields::new(&row), &codes);
            }
        }
        ids.finish(&mut self.ids);
        drop(codes);
        self.districts = districts.into_inner();
    }

    /// Reads a row that says plainly what it is; `false` if it does not.
    #[inline(always)]
    fn read_plain(&mut self, row: &Row<'_>, plain: &PlainPersons<'_>, ids: &mut PlainIds<'_, P>) -> bool {
        if row.flaw().is_some() {
            return false;
        }
        let Some((person, district)) = plain.person(row.index()) else {
            return false;
        };
        if !ids.push(row, &mut self.ids) {
            return false;
        }
        self.rows.push(PersonRow {
            line: row.line(),
            has_id: true,
            district,
            found: Ok(person),
        });
        true
    }

    /// Reads a row by itself.
    fn read_row(&mut self, fields: &Fields<'_, P>, codes: &PersonCodes<'_>) {
        let (ids, mut district) = (self.ids.names.len(), None);
        let found = self.parse(fields, codes, &mut district);
        self.rows.push(PersonRow {
            line: fields.line(),
            has_id: self.ids.names.len() > ids,
            district,
            found,
        });
    }

    /// What a row says, except for the district.
    fn parse(
        &mut self,
        fields: &Fields<'_, P>,
        codes: &PersonCodes<'_>,
        district: &mut Option<u32>,
    ) -> Result<Person, Problem> {
        fields.check_row()?;
        self.ids.push(&fields.required_text(P::PsnNo)?);
        let birth = fields.required_time(P::Brdy)?.date();
        let sex = fields.coded(P::Gend, "`1` male, `2` female, `0` or `9` unknown", &codes.sex)?;
        let person_type = fields.optional_coded(
            P::PsnType,
            "11xx-13xx employee, 14xx minor or student, 15xx adult, 16xx elderly",
            &codes.person_type,
        )?;
        *district = fields.coded(P::InsuAdmdvs, "", &codes.district)?;
        let residence = fields.coded(P::Residence, "`registered`, `permit` or `none`", &codes.residence)?;
        let identity = fields.coded(
            P::PsnIdetType,
            "the scenario maps it to no identity class",
            &codes.identity,
        )?;
        let tier = fields.coded(
            P::ClctGrde,
            "the scenario has no such contribution tier",
            &codes.tier,
        )?;
        let death = fields.time(P::DeathDate)?.map(|time| time.date());
        if death.is_some_and(|death| death < birth) {
            let sentence = format!("is before the birth on {birth}");
            return Err(fields.problem(P::DeathDate, Reason::DeathBeforeBirth, sentence));
        }
        let last_paid =
            fields.optional_coded(P::LastPaidYear, "four digits, or `0` for never", &codes.last_paid)?;
        Ok(Person {
            birth,
            death,
            sex,
            person_type,
            residence,
            identity,
            district: None,
            tier,
            last_paid: last_paid.unwrap_or(LastPaid::NOT_STATED),
        })
    }
}

/// The year of a text; `0` is none.
fn last_paid(text: &str) -> Option<LastPaid> {
    match text {
        "0" => Some(LastPaid::NEVER),
        text => year(text).map(LastPaid::in_year),
    }
}

impl Districts<'_> {
    /// Puts a row's district in its place; one that is not known yet is added to the caseload, even if the row is no good
    /// for what comes after the district.
    fn place(&mut self, found: Result<Person, Problem>, district: Option<u32>) -> Result<Person, Problem> {
        let Some(of_part) = district else {
            return found;
        };
        let number = match self.numbers[of_part as usize] {
            Some(number) => number,
            None => {
                let name = self.of_part.name(of_part);
                let (number, new) = self.known.intern(name);
                let number = u16::try_from(number).map_err(|_| one_too_many(name))?;
                if new {
                    self.names.push(name.to_string());
                }
                self.numbers[of_part as usize] = Some(number);
                number
            }
        };
        found.map(|person| Person {
            district: Some(number),
            ..person
        })
    }
}

/// The problem of a row of the last of `files` whose `psn_no` an earlier row has, in the file of this number.
fn repeated(psn_no: &str, files: &[String], file: u32) -> Problem {
    let column = P::PsnNo.name();
    let file = file as usize;
    let whose = match files.get(file) {
        Some(path) if file + 1 != files.len() => format!("a row of `{path}`"),
        _ => "an earlier row".to_string(),
    };
    Problem::from(Fault {
        column,
        value: psn_no.to_string(),
        reason: Reason::RepeatedId,
        sentence: format!(
            "`{column}` `{psn_no}` is the number of {whose}, which counts even if it was rejected"
        ),
    })
}

/// The problem of a row that names a district beyond the number that there can be.
fn one_too_many(district: &str) -> Problem {
    let column = P::InsuAdmdvs.name();
    Problem::from(Fault {
        column,
        value: district.to_string(),
        reason: Reason::UnknownCode,
        sentence: format!(
            "`{column}` `{district}` is one district too many: `{column}` holds more than 65,536"
        ),
    })
}

fn sex(code: &str) -> Option<Sex> {
    match code {
        "" | "0" | "9" => Some(Sex::Unknown),
        "1" => Some(Sex::Male),
        "2" => Some(Sex::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::source::Source;
    use crate::data::table::Table;
    use crate::scenario::Scenario;

    /// What a column of the persons file holds: mostly the first, else one of the others.
    fn cells(column: &str) -> &'static [&'static str] {
        match column {
            "psn_no" => &["P1", "", " P1"],
            "brdy" => &[
                "1980-02-29",
                "",
                "1980-02-30",
                "2023-01-01 08:00:00",
                "2090-01-01",
            ],
            "death_date" => &["", "2023-05-01", "1979-01-01", "2023-05-01 08:00:00", "x"],
            "gend" => &["1", "", "9", "x"],
            "psn_type" => &["", "1501", "1401", "9"],
            "insu_admdvs" => &["370102", "", "a name of more than fifteen bytes"],
            "residence" => &["registered", "", "permit", "x"],
            "last_paid_year" => &["", "0", "2022", "x"],
            // Identity classes and tiers.
            _ => &["", "1", "x"],
        }
    }

    /// Every two cells that are not the first of their columns come together in a row.
    #[test]
    fn persons_of_columns_are_those_of_rows() {
        let columns = P::SPECS.len();
        let names: Vec<&str> = P::SPECS.iter().map(|spec| spec.name).collect();
        let of = |column: usize| cells(names[column]);
        let odd = |column: usize| (0..of(column).len()).map(move |place| (column, place));
        let odd: Vec<(usize, usize)> = (0..columns).flat_map(odd).collect();
        let mut text = names.join(",") + "\n";
        for one in &odd {
            for other in &odd {
                let cell = |column: usize| {
                    let chosen = [one, other].into_iter().find(|(of, _)| *of == column);
                    of(column)[chosen.map_or(0, |(_, place)| *place)]
                };
                text += &((0..columns).map(cell).collect::<Vec<_>>().join(",") + "\n");
            }
        }
        let jinan = Scenario::jinan().unwrap();
        let source = Source::from_reader("persons.csv", text.as_bytes()).unwrap();
        let table = Table::open::<P>(source, &mut Vec::new()).unwrap();
        let (mut good, mut all) = (0, 0);
        let read = |rows: &crate::data::table::Rows<'_>| {
            let mut block = rows.block();
            block.read_columns(P::SPECS);
            let (mut of_columns, mut of_rows) = (PersonRows::default(), PersonRows::default());
            of_columns.read_rows(&block, jinan.codebook(), true);
            of_rows.read_rows(&block, jinan.codebook(), false);
            assert_eq!(format!("{:?}", of_columns.rows), format!("{:?}", of_rows.rows));
            assert!(of_columns.ids.names == of_rows.ids.names);
            let persons = of_columns.rows.iter().filter(|row| row.found.is_ok()).count();
            (persons, of_columns.rows.len())
        };
        let take = |(persons, rows)| {
            good += persons;
            all += rows;
        };
        table.for_each_part(read, take).unwrap();
        assert!(good > 100 && all - good > 100, "{good} of {all}");
    }
}
