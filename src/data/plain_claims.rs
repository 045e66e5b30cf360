//! Claims whose cells say plainly what they are: made of whole columns, many times as fast as cell by cell.
//!
//! As in `known`, every reading here is certain, or there is none: then the row is read by itself (`claims`), which also
//! finds what is wrong with it. What is a claim here is the same claim there.

use crate::benefit::claim::{Claim, Delivery, Exclusion, HospLv, Referral, Stated};
use crate::data::block::{Block, Values};
use crate::data::claim_codes::ClaimCodes;
use crate::data::columns::{ClaimColumn as C, Column, ColumnKind};
use crate::data::fields::Coded;
use crate::data::institutions::{Institution, Institutions};
use crate::data::known::{NO_AMOUNT, NO_CODE, NO_DAY, UNTOLD_DAY, told_amount, told_day};
use crate::data::options::LoadOptions;
use crate::data::scope::{SCOPE_COLUMNS, Scope, from_header};
use crate::money::Fen;
use chrono::{NaiveDate, NaiveTime};

const COLUMNS: usize = C::SPECS.len();

/// The columns of a block of claims.
pub(super) struct PlainClaims<'b> {
    codes: &'b ClaimCodes<'b>,
    institutions: &'b Institutions,
    options: &'b LoadOptions<'b>,
    /// The first year whose claims are settled, and by bits which from that one on.
    years: (i32, u64),
    // Of each kind there is a place for every column, so that a column's is known when this is compiled.
    amounts: [Values<'b, i64>; COLUMNS],
    days: [Values<'b, NaiveDate>; COLUMNS],
    symbols: [Values<'b, u16>; COLUMNS],
    /// Per row, whether any of [`RARE_COLUMNS`] says something.
    is_rare: Vec<bool>,
}

/// Columns that most files lack, or leave blank in nearly all rows.
const RARE_COLUMNS: [C; 10] = [
    C::ExclRea,
    C::TtpPayAmt,
    C::MatnType,
    C::SetlTime,
    C::HospLv,
    C::OtpErReflFlag,
    C::ReflDate,
    C::SelectedInstitution,
    C::TrumFlag,
    C::RefdSetlFlag,
];

/// What the cells of [`RARE_COLUMNS`] say of a row.
struct Rare {
    exclusion: Option<Exclusion>,
    third_party: Option<Fen>,
    delivery: Option<Delivery>,
    settled: Option<NaiveDate>,
    hosp_lv: Option<HospLv>,
    referral: Referral,
    selected: Stated,
    accident: Stated,
}

impl Rare {
    /// That nothing is said.
    const NOTHING: Rare = Rare {
        exclusion: None,
        third_party: None,
        delivery: None,
        settled: None,
        hosp_lv: None,
        referral: Referral::NOT_STATED,
        selected: Stated::Not,
        accident: Stated::Not,
    };
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
    /// The claims of a block whose codes were looked up.
    pub(super) fn of(
        block: &'b Block<'b>,
        codes: &'b ClaimCodes<'b>,
        institutions: &'b Institutions,
        options: &'b LoadOptions<'b>,
    ) -> PlainClaims<'b> {
        let is_wanted = |year: &i32| options.only_year.is_none_or(|only| only == *year);
        let years = options.years.iter().copied().filter(is_wanted);
        let first = years.clone().min().unwrap_or_default();
        let bit = |year: i32| 1u64.checked_shl(year.wrapping_sub(first) as u32);
        let mut claims = PlainClaims {
            codes,
            institutions,
            options,
            years: (first, years.filter_map(bit).fold(0, |all, bit| all | bit)),
            amounts: std::array::from_fn(|column| block.amounts(column)),
            days: std::array::from_fn(|column| block.days(column)),
            symbols: std::array::from_fn(|column| block.symbols(column)),
            is_rare: vec![false; block.len()],
        };
        for column in RARE_COLUMNS.map(Column::index) {
            match C::SPECS[column].kind {
                ColumnKind::Amount => claims.amounts[column].mark_others(NO_AMOUNT, &mut claims.is_rare),
                ColumnKind::Day => claims.days[column].mark_others(NO_DAY, &mut claims.is_rare),
                _ => claims.symbols[column].mark_others(NO_CODE, &mut claims.is_rare),
            }
        }
        claims
    }

    /// The claim that a row without a flaw is, if that is plain.
    #[inline(always)]
    pub(super) fn claim(&self, row: usize) -> Option<PlainClaim> {
        let codes = self.codes;
        let day = |column: C| self.days[column as usize].at(row);
        let (begin, end) = (day(C::Begntime), day(C::Endtime));
        // A blank comes before all days, and what is untold behind them.
        if begin == NO_DAY || end < begin || end == UNTOLD_DAY {
            return None;
        }
        let rare = match self.is_rare.get(row) {
            Some(false) => Rare::NOTHING,
            _ => self.rare(row, begin)?,
        };
        let book = self.options.codebook;
        let year = book.year_of.year(begin, end);
        let settled = rare.settled.unwrap_or(end);
        if settled < begin || !self.is_wanted(year) {
            return None;
        }
        let person = self.code(row, C::PsnNo, &codes.person)?;
        let med_type = self.code(row, C::MedType, &codes.med_type)?;
        let (institution, known) = self.code(row, C::FixmedinsCode, &codes.institution)?;
        let Institution::Listed(listed) = known else {
            return None;
        };
        self.optional(row, C::Insutype, &codes.insutype)?;
        let (total, scope) = self.scope(row)?;
        if rare.delivery.is_none() && book.delivery_types.contains(&med_type) {
            return None;
        }
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
            third_party: rare.third_party,
            med_type,
            hosp_lv: rare.hosp_lv.unwrap_or(listed.hosp_lv),
            institution_kind: listed.kind,
            institution,
            designated: self.institutions.designated(known, begin),
            out_of_area: self.code(row, C::OutOfArea, &codes.out_of_area)?,
            exclusion: rare.exclusion,
            delivery: rare.delivery,
            special_account: flag(C::SpecialAccount, &codes.special_account)?.unwrap_or(false),
            disease: self.code(row, C::DiseCodg, &codes.disease)?,
            family_doctor: flag(C::SignedFamilyDoctor, &codes.family_doctor)?.unwrap_or(false),
            referral: rare.referral,
            selected: rare.selected,
            accident: rare.accident,
        };
        Some(PlainClaim { person, year, claim })
    }

    /// Whether claims of this year are settled; never of one long after the first.
    #[inline(always)]
    fn is_wanted(&self, year: i32) -> bool {
        let (first, years) = self.years;
        let from_this = years.checked_shr(year.wrapping_sub(first) as u32);
        from_this.is_some_and(|years| years & 1 == 1)
    }

    /// What the rare columns say of a row that is no reversal, of a claim that began on `begin`.
    fn rare(&self, row: usize, begin: NaiveDate) -> Option<Rare> {
        let codes = self.codes;
        if self.optional(row, C::RefdSetlFlag, &codes.reversal)? == Some(true) {
            return None;
        }
        let exclusion = self.optional(row, C::ExclRea, &codes.exclusion)?;
        Some(Rare {
            exclusion,
            third_party: self.third_party(row, exclusion)?,
            delivery: self.optional(row, C::MatnType, &codes.delivery)?,
            settled: self.day(row, C::SetlTime)?,
            hosp_lv: self.optional(row, C::HospLv, &codes.hosp_lv)?,
            referral: Referral::of(
                self.optional(row, C::OtpErReflFlag, &codes.referral)?,
                self.day(row, C::ReflDate)?,
                begin,
            )?,
            selected: Stated::from(self.optional(row, C::SelectedInstitution, &codes.selected)?),
            accident: Stated::from(self.optional(row, C::TrumFlag, &codes.accident)?),
        })
    }

    /// The total, which is above zero, and the four scope amounts, of which none is below zero and which agree with it.
    #[inline(always)]
    fn scope(&self, row: usize) -> Option<(Fen, Scope)> {
        let fen = |column: C| self.amounts[column as usize].at(row);
        let (total, in_scope) = (fen(C::MedfeeSumamt), fen(C::InscpScpAmt));
        let (own_pay, over_limit) = (fen(C::FulamtOwnpayAmt), fen(C::OverlmtSelfpay));
        let first_share = fen(C::PreselfpayAmt);
        // As most files give them; a blank and what is untold are far below zero.
        let none_below_zero = total | own_pay | over_limit | first_share | in_scope >= 0;
        let sum = own_pay.wrapping_add(over_limit).wrapping_add(first_share);
        let sum = sum.wrapping_add(in_scope);
        if !none_below_zero || sum != total || total == 0 {
            return self.odd_scope(row);
        }
        let scope = Scope {
            own_pay: Fen::new(own_pay),
            over_limit: Fen::new(over_limit),
            first_share: Fen::new(first_share),
            in_scope: Fen::new(in_scope),
            hospital_borne: Fen::ZERO,
        };
        Some((Fen::new(total), scope))
    }

    /// The same of amounts of which some may be blank.
    #[inline(never)]
    fn odd_scope(&self, row: usize) -> Option<(Fen, Scope)> {
        let total = self.amount(row, C::MedfeeSumamt)?;
        let total = total.filter(|&total| total > Fen::ZERO)?;
        let mut given = [None; 4];
        for (part, column) in given.iter_mut().zip(SCOPE_COLUMNS) {
            *part = self.amount(row, column)?;
        }
        let below_zero = given.iter().flatten().any(|&part| part < Fen::ZERO);
        let scope = from_header(total, given).ok().filter(|_| !below_zero)?;
        Some((total, scope))
    }

    /// What a third party is liable for; nothing unless one is.
    fn third_party(&self, row: usize, exclusion: Option<Exclusion>) -> Option<Option<Fen>> {
        match (exclusion, self.amount(row, C::TtpPayAmt)?) {
            (_, None) => Some(None),
            (Some(Exclusion::ThirdParty), amount) => (amount >= Some(Fen::ZERO)).then_some(amount),
            (_, Some(amount)) => amount.is_zero().then_some(None),
        }
    }

    /// The amount of a cell, which may be blank.
    #[inline(always)]
    fn amount(&self, row: usize, column: C) -> Option<Option<Fen>> {
        told_amount(self.amounts[column as usize].at(row))
    }

    /// The day of a cell, which may be blank.
    #[inline(always)]
    fn day(&self, row: usize, column: C) -> Option<Option<NaiveDate>> {
        told_day(self.days[column as usize].at(row))
    }

    /// What the code of a cell means, or that there is none.
    #[inline(always)]
    fn code<T: Copy>(&self, row: usize, column: C, codes: &Coded<'_, T>) -> Option<T> {
        codes.at(self.symbols[column as usize].at(row))
    }

    /// What the code of a cell means, which may be blank.
    #[inline(always)]
    fn optional<T: Copy>(&self, row: usize, column: C, codes: &Coded<'_, T>) -> Option<Option<T>> {
        codes.optional_at(self.symbols[column as usize].at(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Inputs;
    use crate::data::id_check::Elsewhere;
    use crate::data::load::{Loaded, load_part};
    use crate::data::source::Source;
    use crate::scenario::Scenario;

    /// What a column of the claims file holds: mostly the first, else one of the others.
    fn cells(column: &str) -> &'static [&'static str] {
        match column {
            "psn_no" => &["P1", "P2", "", "P3", " P1"],
            "insutype" => &["390", "", "310"],
            "med_type" => &["21", "11", "14", "52", "", "99"],
            "fixmedins_code" => &["H1", "H2", "H3", "", "H1 "],
            "begntime" => &[
                "2023-03-01",
                "2023-07-01",
                "2022-12-30",
                "",
                "2023-03-01 10:00:00",
                "1.3.2023",
            ],
            "endtime" => &[
                "2023-07-08",
                "2023-03-01",
                "2024-01-02",
                "2022-12-31",
                "",
                "2023-07-08 09:30:00",
            ],
            "setl_time" => &["", "2023-07-09", "2023-02-01", "2023-07-09 08:00:00", "x"],
            "medfee_sumamt" => &["100.00", "100", "0.00", "-100.00", "", "1,00", "123456789.00"],
            "fulamt_ownpay_amt" => &["10.00", "", "-1.00", "0", "x"],
            "overlmt_selfpay" | "preselfpay_amt" => &["5.00", "", "0.00", "5.001"],
            "inscp_scp_amt" => &["80.00", "", "85.00", "-80.00"],
            "out_of_area" => &["local", "", "filed", "emergency", "far"],
            "excl_rea" => &["", "third-party", "cosmetic", "x"],
            "ttp_pay_amt" => &["", "0", "0.00", "20.00", "-1.00"],
            "matn_type" => &["", "1", "2", "9"],
            "dise_codg" => &["", "M01", "a text of more than fifteen bytes"],
            "hosp_lv" => &["", "02", "11", "2"],
            "refl_date" => &["", "2023-02-20", "2023-09-01", "x"],
            "init_setl_id" => &["", "C000"],
            // The flags.
            _ => &["", "0", "1", "2"],
        }
    }

    /// Rows, each of the first of the cells but for some columns, which have others of theirs.
    fn claims(rows: &[Vec<(usize, usize)>]) -> String {
        let names: Vec<&str> = C::SPECS.iter().map(|spec| spec.name).collect();
        let mut text = names.join(",") + "\n";
        for (index, others) in rows.iter().enumerate() {
            let id = format!("C{index:03}");
            let cell = |(column, &name): (usize, &&str)| {
                let cells = match name {
                    "mdtrt_id" => &[id.as_str(), "", "C000", "C001"],
                    name => cells(name),
                };
                let other = others.iter().find(|(of, _)| *of == column);
                cells[other.map_or(0, |(_, place)| place % cells.len())].to_string()
            };
            let cells: Vec<String> = names.iter().enumerate().map(cell).collect();
            text += &(cells.join(",") + "\n");
        }
        text
    }

    fn loaded(claims: &str, elsewhere: &Elsewhere, only_year: Option<i32>) -> Loaded {
        let scenario = Scenario::jinan().unwrap();
        let source = |name: &str, text: &str| Source::from_reader(name, text.as_bytes()).unwrap();
        let institutions = "fixmedins_code,hosp_lv,designated_from\nH1,02,2023-06-01\nH2,11,\n";
        let sources = Inputs {
            institutions: vec![source("institutions.csv", institutions)],
            ..Inputs::new(
                source("persons.csv", "psn_no,brdy\nP1,1980-01-01\nP2,2010-02-02\n"),
                source("claims.csv", claims),
            )
        };
        let options = LoadOptions {
            codebook: scenario.codebook(),
            years: &[2022, 2023],
            only_year,
        };
        load_part(sources, &options, elsewhere).unwrap()
    }

    #[test]
    fn the_first_of_the_cells_make_a_claim() {
        let found = loaded(&claims(&[Vec::new()]), &Elsewhere::default(), None);
        assert_eq!((found.caseload.claims.len(), found.rejects.len()), (1, 0));
    }

    /// Row by row is what they are read where rows of other persons have to do with them. Every two cells that are not the
    /// first of their columns come together in a row.
    #[test]
    fn claims_of_columns_are_those_of_rows() {
        let odd = |column: usize| (1..6).map(move |place| (column, place));
        let odd: Vec<(usize, usize)> = (0..COLUMNS).flat_map(odd).collect();
        let pairs = odd
            .iter()
            .flat_map(|one| odd.iter().map(|other| vec![*one, *other]));
        let text = claims(&pairs.collect::<Vec<_>>());
        for only_year in [None, Some(2023)] {
            let of_columns = loaded(&text, &Elsewhere::default(), only_year);
            let of_rows = loaded(&text, &Elsewhere::of_no_row(), only_year);
            assert!(of_columns.caseload.claims.len() > 2_000 && of_columns.rejects.len() > 2_000);
            assert!(
                format!("{of_columns:?}") == format!("{of_rows:?}"),
                "{only_year:?}"
            );
        }
    }
}
