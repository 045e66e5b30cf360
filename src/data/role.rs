//! What an input file is read as: the tables of the contract.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What an input file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FileRole {
    /// Who is insured.
    Persons,
    /// Who paid for which benefit year.
    Enrolments,
    /// What happened to the insured.
    Events,
    /// Where they are treated.
    Institutions,
    /// What is to be settled.
    Claims,
    /// The fee lines of claims.
    Lines,
}

impl FileRole {
    /// Every role, in the order of reports.
    pub const ALL: [FileRole; 6] = [
        FileRole::Persons,
        FileRole::Enrolments,
        FileRole::Events,
        FileRole::Institutions,
        FileRole::Claims,
        FileRole::Lines,
    ];

    /// The word in messages and in `run.json`.
    pub const fn name(self) -> &'static str {
        match self {
            FileRole::Persons => "persons",
            FileRole::Enrolments => "enrolments",
            FileRole::Events => "events",
            FileRole::Institutions => "institutions",
            FileRole::Claims => "claims",
            FileRole::Lines => "lines",
        }
    }

    /// The role of a word in `run.json`.
    pub fn from_name(name: &str) -> Option<FileRole> {
        FileRole::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for FileRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
