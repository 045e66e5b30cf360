//! The `institutions` file.

use crate::benefit::claim::{HospLv, InstitutionKind};
use crate::data::block::Row;
use crate::data::codebook::CodeBook;
use crate::data::columns::InstitutionColumn as I;
use crate::data::fields::{Fields, Problem};
use crate::data::intake::Intake;
use crate::data::interner::Interner;
use crate::data::reject::Reason;
use chrono::NaiveDate;

/// Institutions by `fixmedins_code`.
pub(super) struct Institutions {
    /// Whether there is a file. Without one every institution counts as designated.
    given: bool,
    ids: Interner,
    entries: Vec<Institution>,
}

/// What is known of one institution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Institution {
    /// Only claims mention it.
    Unlisted,
    /// Its row was rejected.
    Rejected,
    /// Its row.
    Listed(Listed),
}

/// A row of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Listed {
    pub(super) hosp_lv: HospLv,
    pub(super) kind: InstitutionKind,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Institutions {
    /// None yet; `given` says whether a file will be read.
    pub(super) fn new(given: bool) -> Institutions {
        Institutions {
            given,
            ids: Interner::default(),
            entries: Vec::new(),
        }
    }

    /// Whether there is a file.
    pub(super) fn given(&self) -> bool {
        self.given
    }

    /// How many rows of the file name one, good or bad.
    pub(super) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// The index of the institution that a claim names, and what is known of it; `None` if no row names it.
    pub(super) fn find(&self, code: &str) -> Option<(u32, Institution)> {
        let id = self.ids.find(code)?;
        Some((id, self.entries[id as usize]))
    }

    /// Whether an institution is designated on a day (Art. 22).
    pub(super) fn designated(&self, institution: Institution, day: NaiveDate) -> bool {
        match institution {
            Institution::Listed(listed) => {
                listed.from.is_none_or(|from| from <= day) && listed.to.is_none_or(|to| day <= to)
            }
            Institution::Unlisted | Institution::Rejected => !self.given,
        }
    }

    /// Takes a row, or rejects it.
    pub(super) fn read_row(&mut self, row: &Row<'_>, codes: &CodeBook, intake: &mut Intake) {
        let fields = Fields::<I>::new(row);
        match self.parse(&fields, codes) {
            Ok((id, listed)) => {
                self.entries[id as usize] = Institution::Listed(listed);
                intake.accept();
            }
            Err(problem) => intake.reject(fields.reject(&intake.path, problem)),
        }
    }

    fn parse(&mut self, fields: &Fields<'_, I>, codes: &CodeBook) -> Result<(u32, Listed), Problem> {
        fields.check_row()?;
        let (id, new) = self.ids.intern(&fields.required_text(I::FixmedinsCode)?);
        if !new {
            let sentence = "is the code of an earlier row, which counts even if it was rejected".to_string();
            return Err(fields.problem(I::FixmedinsCode, Reason::RepeatedId, sentence));
        }
        self.entries.push(Institution::Rejected);
        let hosp_lv = fields
            .optional_code(I::HospLv, HOSP_LV_CODES, HospLv::from_code)?
            .ok_or_else(|| fields.missing(I::HospLv))?;
        let kind = codes.institution_kind(&fields.text(I::Kind));
        let from = fields.time(I::DesignatedFrom)?.map(|time| time.date());
        let to = fields.time(I::DesignatedTo)?.map(|time| time.date());
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            let sentence = "is before `designated_from`".to_string();
            return Err(fields.problem(I::DesignatedTo, Reason::EndBeforeBegin, sentence));
        }
        Ok((
            id,
            Listed {
                hosp_lv,
                kind,
                from,
                to,
            },
        ))
    }
}

/// The national list, for messages.
pub(super) const HOSP_LV_CODES: &str =
    "write two digits, 01-04 tertiary, 05-07 secondary, 08-10 primary, 11 ungraded";
