//! Claims whose cells say plainly what they are: made of whole columns, many times as fast as cell by cell.
//!
//! As in `known`, every reading here is certain, or there is none: then the row is read by itself (`claims`), which also
//! finds what is wrong with it. What is a claim here is the same claim there.

use crate::benefit::claim::{Claim, Exclusion, Referral, Stated};
use crate::data::block::{Block, Values};
use crate::data::claims::{ClaimCodes, ClaimParser};
use crate::data::columns::{ClaimColumn as C, Column};
use crate::data::fields::Coded;
use crate::data::institutions::Institution;
use crate::data::known::{NO_AMOUNT, NO_CODE, NO_DAY, UNTOLD_AMOUNT, UNTOLD_DAY};
use crate::data::scope::{SCOPE_COLUMNS, Scope, from_header};
use crate::money::Fen;
use chrono::{NaiveDate, NaiveTime};

const COLUMNS: usize = C::SPECS.len();

/// The columns of a block of claims.
pub(super) struct PlainClaims<'b> {
    parser: &'b ClaimParser<'b>,
    codes: &'b ClaimCodes<'b>,
    // Of each kind there is a place for every column, so that a column's is known when this is compiled.
    amounts: [Values<'b, i64>; COLUMNS],
    days: [Values<'b, NaiveDate>; COLUMNS],
    symbols: [Values<'b, u16>; COLUMNS],
}

/// A row that is a claim.
pub(super) struct PlainClaim {
    /// Index in the caseload.
    pub(super) person: u32,
    /// The benefit year.
    pub(super) year: i32,
    pub(super) claim: Claim,
}

impl<'b> PlainClaims<'b> {
    /// The claims of a block; nothing where a row's meaning is not in its cells alone.
    pub(super) fn of(
        parser: &'b ClaimParser<'b>,
        block: &'b Block<'b>,
        codes: &'b ClaimCodes<'b>,
    ) -> Option<PlainClaims<'b>> {
        (parser.lines.is_none() && parser.elsewhere.is_nothing()).then(|| PlainClaims {
            parser,
            codes,
            amounts: std::array::from_fn(|column| block.amounts(column)),
            days: std::array::from_fn(|column| block.days(column)),
            symbols: std::array::from_fn(|column| block.symbols(column)),
        })
    }

    /// The claim that a row without a flaw is, if that is plain.
    #[inline(always)]
    pub(super) fn claim(&self, row: usize) -> Option<PlainClaim> {
        let codes = self.codes;
        if self.optional(row, C::RefdSetlFlag, &codes.reversal)? == Some(true) {
            return None;
        }
        let (begin, end) = (self.day(row, C::Begntime)??, self.day(row, C::Endtime)??);
        let book = self.parser.options.codebook;
        let year = book.year_of.year(begin, end);
        let settled = self.day(row, C::SetlTime)?.unwrap_or(end);
        if end < begin || settled < begin || !self.is_wanted(year) {
            return None;
        }
        let person = self.code(row, C::PsnNo, &codes.person)?;
        let med_type = self.code(row, C::MedType, &codes.med_type)?;
        let (institution, known) = self.code(row, C::FixmedinsCode, &codes.institution)?;
        let Institution::Listed(listed) = known else {
            return None;
        };
        let hosp_lv = self.optional(row, C::HospLv, &codes.hosp_lv)?;
        self.optional(row, C::Insutype, &codes.insutype)?;
        let total = self
            .amount(row, C::MedfeeSumamt)?
            .filter(|&total| total > Fen::ZERO)?;
        let scope = self.scope(row, total)?;
        let exclusion = self.optional(row, C::ExclRea, &codes.exclusion)?;
        let third_party = self.third_party(row, exclusion)?;
        let delivery = self.optional(row, C::MatnType, &codes.delivery)?;
        if delivery.is_none() && book.delivery_types.contains(&med_type) {
            return None;
        }
        let referral = self.optional(row, C::OtpErReflFlag, &codes.referral)?;
        let referral = Referral::of(referral, self.day(row, C::ReflDate)?, begin)?;
        let flag = |column, flags| self.optional(row, column, flags);
        let claim = Claim {
            begin,
            end,
            settled_at: settled.and_time(NaiveTime::MIN),
            total,
            own_pay: scope.own_pay,
            over_limit: scope.over_limit,
            first_share: scope.first_share,
            in_scope: scope.in_scope,
            hospital_borne: scope.hospital_borne,
            third_party,
            med_type,
            hosp_lv: hosp_lv.unwrap_or(listed.hosp_lv),
            institution_kind: listed.kind,
            institution,
            designated: self.parser.institutions.designated(known, begin),
            out_of_area: self.code(row, C::OutOfArea, &codes.out_of_area)?,
            exclusion,
            delivery,
            special_account: flag(C::SpecialAccount, &codes.special_account)?.unwrap_or(false),
            disease: self.code(row, C::DiseCodg, &codes.disease)?,
            family_doctor: flag(C::SignedFamilyDoctor, &codes.family_doctor)?.unwrap_or(false),
            referral,
            selected: Stated::from(flag(C::SelectedInstitution, &codes.selected)?),
            accident: Stated::from(flag(C::TrumFlag, &codes.accident)?),
        };
        Some(PlainClaim { person, year, claim })
    }

    /// Whether claims of this year are settled.
    #[inline(always)]
    fn is_wanted(&self, year: i32) -> bool {
        let options = self.parser.options;
        options.years.contains(&year) && options.only_year.is_none_or(|only| only == year)
    }

    /// The four scope amounts, of which none is below zero and which agree with the total.
    #[inline(always)]
    fn scope(&self, row: usize, total: Fen) -> Option<Scope> {
        let mut given = [None; 4];
        for (part, column) in given.iter_mut().zip(SCOPE_COLUMNS) {
            *part = self.amount(row, column)?;
        }
        let below_zero = given.iter().flatten().any(|&part| part < Fen::ZERO);
        from_header(total, given).ok().filter(|_| !below_zero)
    }

    /// What a third party is liable for; nothing unless one is.
    #[inline(always)]
    fn third_party(&self, row: usize, exclusion: Option<Exclusion>) -> Option<Option<Fen>> {
        let amount = self.amount(row, C::TtpPayAmt)?;
        match (exclusion, amount.unwrap_or_default()) {
            (Some(Exclusion::ThirdParty), sum) => (sum >= Fen::ZERO).then_some(amount),
            (_, Fen::ZERO) => Some(None),
            _ => None,
        }
    }

    /// The amount of a cell, which may be blank.
    #[inline(always)]
    fn amount(&self, row: usize, column: C) -> Option<Option<Fen>> {
        match self.amounts[column as usize].at(row) {
            UNTOLD_AMOUNT => None,
            NO_AMOUNT => Some(None),
            fen => Some(Some(Fen::new(fen))),
        }
    }

    /// The day of a cell, which may be blank.
    #[inline(always)]
    fn day(&self, row: usize, column: C) -> Option<Option<NaiveDate>> {
        match self.days[column as usize].at(row) {
            UNTOLD_DAY => None,
            NO_DAY => Some(None),
            day => Some(Some(day)),
        }
    }

    /// What the code of a cell means, or that there is none.
    #[inline(always)]
    fn code<T: Copy>(&self, row: usize, column: C, codes: &Coded<'_, T>) -> Option<T> {
        codes.at(self.symbols[column as usize].at(row))
    }

    /// What the code of a cell means, which may be blank.
    #[inline(always)]
    fn optional<T: Copy>(&self, row: usize, column: C, codes: &Coded<'_, T>) -> Option<Option<T>> {
        match self.symbols[column as usize].at(row) {
            NO_CODE => Some(None),
            symbol => codes.at(symbol).map(Some),
        }
    }
}
