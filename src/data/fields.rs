//! Typed access to the cells of a row. Every failure is a [`Problem`]: column, value, reason and a sentence.

use crate::data::block::{Block, Row};
use crate::data::cell::{Cell, guess_date, spreadsheet_day};
use crate::data::columns::Column;
use crate::data::csv_table::Flaw;
use crate::data::known::NO_CODE;
use crate::data::reject::{Reason, Reject};
use crate::data::role::FileRole;
use crate::money::{Fen, Rate};
use chrono::{NaiveDateTime, NaiveTime};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::RangeInclusive;

/// The years that can be meant; any other is a typing error.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// Why a row is rejected. Few rows are, so it takes no more room than a pointer in the results of the many others.
#[derive(Debug)]
pub(super) struct Problem(Box<Fault>);

/// What is wrong with a row, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) column: &'static str,
    pub(super) value: String,
    pub(super) reason: Reason,
    pub(super) sentence: String,
}

impl From<Fault> for Problem {
    #[cold]
    fn from(fault: Fault) -> Problem {
        Problem(Box::new(fault))
    }
}

impl Problem {
    /// The row as a whole is unreadable.
    #[cold]
    fn flawed(flaw: Flaw) -> Problem {
        let (reason, value, sentence) = match flaw {
            Flaw::FieldCount { found, expected } => (
                Reason::WrongFieldCount,
                found.to_string(),
                format!(
                    "the row has {found} fields and the header {expected}: quote fields that contain commas, or \
                     fill in the missing ones"
                ),
            ),
            Flaw::Quoting => (
                Reason::BadQuoting,
                String::new(),
                "a quoted field is not closed, or something follows its closing quote: double the quotes inside it"
                    .to_string(),
            ),
        };
        Problem::from(Fault {
            column: "",
            value,
            reason,
            sentence,
        })
    }

    /// Says something more fitting.
    pub(super) fn saying(mut self, sentence: impl Into<String>) -> Problem {
        self.0.sentence = sentence.into();
        self
    }

    /// The national element name of the column at fault; empty for a row as a whole.
    pub(super) fn column(&self) -> &'static str {
        self.0.column
    }

    /// The reject that it makes of a row, without ids and amount; the file's `Intake` knows the batch.
    pub(super) fn into_reject(self, role: FileRole, path: &str, line: u64) -> Reject {
        let fault = *self.0;
        Reject {
            role,
            file: 0,
            path: path.to_string(),
            line,
            column: fault.column,
            value: fault.value,
            reason: fault.reason,
            sentence: fault.sentence,
            mdtrt_id: None,
            psn_no: None,
            amount: None,
        }
    }
}

/// What the codes of a column of a block mean: each text is looked up once.
pub(super) struct Coded<'a, T> {
    /// By symbol; `None` for what is not known, and for a text that is to be looked up by itself.
    by_symbol: Vec<Option<T>>,
    lookup: Box<Lookup<'a, T>>,
}

/// What a text means, if it is known.
type Lookup<'a, T> = dyn Fn(&str) -> Option<T> + 'a;

impl<'a, T: Copy> Coded<'a, T> {
    /// Looks up the texts of a column by the function that knows the list, which also says what a blank means.
    pub(super) fn of(
        block: &Block<'_>,
        column: impl Column,
        lookup: impl Fn(&str) -> Option<T> + 'a,
    ) -> Coded<'a, T> {
        let mut by_symbol = vec![lookup("")];
        block.each_sample(column.index(), |cell| by_symbol.push(lookup(&cell.text())));
        Coded {
            by_symbol,
            lookup: Box::new(lookup),
        }
    }

    /// What the text of a symbol means, if it has been looked up and found.
    #[inline(always)]
    pub(super) fn at(&self, symbol: u16) -> Option<T> {
        self.by_symbol.get(usize::from(symbol)).copied().flatten()
    }

    /// The same of a code that may be blank, which then means nothing.
    #[inline(always)]
    pub(super) fn optional_at(&self, symbol: u16) -> Option<Option<T>> {
        match symbol {
            NO_CODE => Some(None),
            symbol => self.at(symbol).map(Some),
        }
    }
}

/// The cells of a row by column.
pub(super) struct Fields<'r, C> {
    row: Row<'r>,
    columns: PhantomData<C>,
}

impl<'r, C: Column> Fields<'r, C> {
    /// The cells of `row`.
    pub(super) fn new(row: &Row<'r>) -> Fields<'r, C> {
        Fields {
            row: *row,
            columns: PhantomData,
        }
    }

    /// CSV line or Parquet row.
    pub(super) fn line(&self) -> u64 {
        self.row.line()
    }

    /// The row as a whole is unreadable, if so.
    #[inline]
    pub(super) fn check_row(&self) -> Result<(), Problem> {
        match self.row.flaw() {
            None => Ok(()),
            Some(flaw) => Err(Problem::flawed(flaw)),
        }
    }

    /// Text; empty for a blank.
    #[inline]
    pub(super) fn text(&self, column: C) -> Cow<'r, str> {
        self.row.with(column.index(), |cell| cell.text())
    }

    /// Text that must be there.
    #[inline(always)]
    pub(super) fn required_text(&self, column: C) -> Result<Cow<'r, str>, Problem> {
        let text = self.text(column);
        if text.is_empty() {
            return Err(self.missing(column));
        }
        Ok(text)
    }

    /// An amount of yuan; `None` for a blank.
    #[inline(always)]
    pub(super) fn amount(&self, column: C) -> Result<Option<Fen>, Problem> {
        match self.row.amount(column.index()) {
            Some(amount) => Ok(amount),
            None => self.exact_amount(column),
        }
    }

    #[inline(never)]
    fn exact_amount(&self, column: C) -> Result<Option<Fen>, Problem> {
        let amount = self.row.with(column.index(), |cell| cell.amount());
        amount.map_err(|reason| self.bad_amount(column, reason))
    }

    #[cold]
    fn bad_amount(&self, column: C, reason: Reason) -> Problem {
        let sentence = match reason {
            Reason::TooManyDecimals => "is finer than a fen: amounts have at most two decimals",
            Reason::AmountTooLarge => "is more than 100 million yuan: check the unit",
            _ => "is not an amount: write yuan as plain digits, such as `1234.50`",
        };
        self.problem(column, reason, sentence.to_string())
    }

    /// An amount of yuan that is not below zero; `None` for a blank.
    #[inline(always)]
    pub(super) fn amount_from_zero(&self, column: C) -> Result<Option<Fen>, Problem> {
        let amount = self.amount(column)?;
        if amount.is_some_and(|amount| amount < Fen::ZERO) {
            return Err(self.below_zero(column));
        }
        Ok(amount)
    }

    #[cold]
    fn below_zero(&self, column: C) -> Problem {
        let sentence = "is below zero, which only a reversal may be";
        self.problem(column, Reason::NegativeAmount, sentence.to_string())
    }

    /// The amount of a cell, as read: it must be there and above zero.
    pub(super) fn positive(&self, column: C, amount: Option<Fen>) -> Result<Fen, Problem> {
        let total = amount.ok_or_else(|| self.missing(column))?;
        if total <= Fen::ZERO {
            let sentence =
                "is not above zero: a correction of an earlier bill is a reversal (`refd_setl_flag` 1)";
            return Err(self.problem(column, Reason::NonPositiveTotal, sentence.to_string()));
        }
        Ok(total)
    }

    /// A rate; `None` for a blank.
    pub(super) fn rate(&self, column: C) -> Result<Option<Rate>, Problem> {
        self.row.cell(column.index()).rate().map_err(|reason| {
            let sentence = "is not a decimal from 0 to 1 with at most six decimals: write 30 % as `0.3`";
            self.problem(column, reason, sentence.to_string())
        })
    }

    /// A day with its time; `None` for a blank.
    #[inline(always)]
    pub(super) fn time(&self, column: C) -> Result<Option<NaiveDateTime>, Problem> {
        match self.row.day(column.index()) {
            Some(day) => Ok(day.map(|day| day.and_time(NaiveTime::MIN))),
            None => self.exact_time(column),
        }
    }

    #[inline(never)]
    fn exact_time(&self, column: C) -> Result<Option<NaiveDateTime>, Problem> {
        let time = self.row.with(column.index(), |cell| cell.time());
        time.map_err(|reason| self.bad_time(column, reason))
    }

    #[cold]
    fn bad_time(&self, column: C, reason: Reason) -> Problem {
        let text = self.text(column);
        let sentence = match (guess_date(&text), spreadsheet_day(&text)) {
            (Some(date), _) => format!("is not a date in `YYYY-MM-DD`: write `{date}`"),
            (None, Some(date)) => {
                format!(
                    "is a spreadsheet's number of a day, it seems of `{date}`: format the column as `YYYY-MM-DD`"
                )
            }
            (None, None) => "is not a date: write `YYYY-MM-DD`, with an optional ` HH:MM:SS`".to_string(),
        };
        self.problem(column, reason, sentence)
    }

    /// A day that must be there.
    #[inline]
    pub(super) fn required_time(&self, column: C) -> Result<NaiveDateTime, Problem> {
        self.time(column)?.ok_or_else(|| self.missing(column))
    }

    /// A year that must be there, of a column whose texts have been looked up by [`year`].
    pub(super) fn required_year(&self, column: C, years: &Coded<'_, i32>) -> Result<i32, Problem> {
        if let Some(year) = self.found(column, years) {
            return Ok(year);
        }
        year(&self.required_text(column)?).ok_or_else(|| {
            let (first, last) = (YEARS.start(), YEARS.end());
            let sentence = format!("is not a year from {first} to {last}: write four digits, such as `2024`");
            self.problem(column, Reason::NotAYear, sentence)
        })
    }

    /// A flag; `None` for a blank.
    #[inline(never)]
    pub(super) fn flag(&self, column: C) -> Result<Option<bool>, Problem> {
        let flag = self.row.with(column.index(), |cell| cell.flag());
        flag.map_err(|reason| self.problem(column, reason, "is not a flag: write `0` or `1`".to_string()))
    }

    /// A flag of a column whose texts have been looked up by [`flag`].
    #[inline(always)]
    pub(super) fn coded_flag(&self, column: C, flags: &Coded<'_, bool>) -> Result<Option<bool>, Problem> {
        match flags.optional_at(self.row.symbol(column.index())) {
            Some(flag) => Ok(flag),
            None => self.flag(column),
        }
    }

    /// A code of a column whose texts have been looked up; that is also said of a blank.
    #[inline(always)]
    pub(super) fn coded<T: Copy>(&self, column: C, known: &str, codes: &Coded<'_, T>) -> Result<T, Problem> {
        match codes.at(self.row.symbol(column.index())) {
            Some(code) => Ok(code),
            None => self.code(column, known, &codes.lookup),
        }
    }

    /// Like [`Fields::coded`], for a code that may be blank.
    #[inline(always)]
    pub(super) fn optional_coded<T: Copy>(
        &self,
        column: C,
        known: &str,
        codes: &Coded<'_, T>,
    ) -> Result<Option<T>, Problem> {
        match codes.optional_at(self.row.symbol(column.index())) {
            Some(code) => Ok(code),
            None => self.optional_code(column, known, &codes.lookup),
        }
    }

    /// What a text was found to mean, if it has been looked up and found.
    #[inline(always)]
    pub(super) fn found<T: Copy>(&self, column: C, codes: &Coded<'_, T>) -> Option<T> {
        codes.at(self.row.symbol(column.index()))
    }

    /// A code by the function that knows the list, which also says what a blank means.
    #[inline(never)]
    pub(super) fn code<T>(
        &self,
        column: C,
        known: &str,
        lookup: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Problem> {
        lookup(&self.text(column)).ok_or_else(|| self.unknown_code(column, known))
    }

    /// A code that may be blank.
    #[inline(never)]
    pub(super) fn optional_code<T>(
        &self,
        column: C,
        known: &str,
        lookup: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let code = lookup(&text).ok_or_else(|| self.unknown_code(column, known))?;
        Ok(Some(code))
    }

    #[cold]
    fn unknown_code(&self, column: C, known: &str) -> Problem {
        let sentence = format!("is not a known code: {known}");
        self.problem(column, Reason::UnknownCode, sentence)
    }

    /// A required cell is blank.
    #[cold]
    pub(super) fn missing(&self, column: C) -> Problem {
        let sentence = format!("`{}` is blank, but this row needs it", column.name());
        Problem::from(Fault {
            column: column.name(),
            value: String::new(),
            reason: Reason::MissingValue,
            sentence,
        })
    }

    /// A problem of one cell; `what` goes on from "`column` `value`".
    #[cold]
    pub(super) fn problem(&self, column: C, reason: Reason, what: String) -> Problem {
        let value = self.row.cell(column.index()).to_string();
        let sentence = if value.is_empty() {
            format!("`{}` {what}", column.name())
        } else {
            format!("`{}` `{value}` {what}", column.name())
        };
        Problem::from(Fault {
            column: column.name(),
            value,
            reason,
            sentence,
        })
    }

    /// The reject that a problem of this row makes, without ids and amount; its file's `Intake` knows which file that is.
    pub(super) fn reject(&self, path: &str, problem: Problem) -> Reject {
        problem.into_reject(C::ROLE, path, self.line())
    }

    /// A text for a reject: `None` for a blank.
    pub(super) fn shown(&self, column: C) -> Option<String> {
        Some(self.text(column).into_owned()).filter(|text| !text.is_empty())
    }
}

/// A year: four digits, within what a scenario can mean.
pub(super) fn year(text: &str) -> Option<i32> {
    let has_four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|year| YEARS.contains(year));
    year.filter(|_| has_four_digits)
}

/// The flag that a text is.
pub(super) fn flag(text: &str) -> Option<bool> {
    Cell::Text(text).flag().ok().flatten()
}
