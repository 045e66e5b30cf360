//! A city's rules: a file, checked whole, and compiled per benefit year into what the engine reads.
//!
//! Structure is code, figures are data. A [`Scenario`] is only ever complete: every key known, every figure with its
//! unit, provenance and source, every benefit year compiled. Whatever is wrong is reported at once, with line and key
//! ([`ScenarioError`]).

mod compile;
mod enrolment;
mod funding;
mod other_cities;
pub(crate) mod reader;
mod source;

pub(crate) use compile::KINDS;
pub(crate) use source::nearest;
pub use source::{Diagnostic, ScenarioError, Source};

use crate::benefit::claim::{Claim, MedType, YearOf};
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Tariff;
use crate::data::codebook::CodeBook;
use crate::figure::FigureNote;
use crate::fund::terms::FundTerms;
use crate::insured::person::Identity;
use crate::insured::terms::EnrolmentTerms;
use crate::money::Rounding;
use crate::synth::{CityModel, FigureError, FigureProblem};
use reader::{Node, Reader};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The scenario that every command uses when none is named.
const JINAN: &str = include_str!("../../scenarios/jinan.toml");

/// The tables of a scenario, so that none is taken for unknown because an error kept it from being read.
const TABLES: [&str; 9] = [
    "scenario",
    "insured",
    "enrolment",
    "funding",
    "fund",
    "scope",
    "levels",
    "benefit",
    "income",
];

/// A city's rules, ready to settle by.
#[derive(Clone, Debug)]
pub struct Scenario {
    name: String,
    title: String,
    title_zh: String,
    regulation: String,
    source: Arc<Source>,
    rounding: Rounding,
    default_year: i32,
    adult_age_years: u32,
    enrolments: BTreeMap<i32, EnrolmentTerms>,
    codebook: CodeBook,
    figures: Arc<[FigureNote]>,
    tariffs: BTreeMap<i32, Arc<Tariff>>,
    fund_terms: BTreeMap<i32, FundTerms>,
    cities: BTreeMap<i32, Arc<CityModel>>,
}

impl Scenario {
    /// The embedded default: Jinan, 2020 to 2024.
    ///
    /// # Errors
    /// None in practice: a test holds the embedded file to its checks.
    pub fn jinan() -> Result<Scenario, ScenarioError> {
        Scenario::from_source(Source {
            name: "jinan.toml".into(),
            text: JINAN.into(),
        })
    }

    /// The scenario of a file.
    ///
    /// # Errors
    /// That the file cannot be read, or everything that is wrong in it.
    pub fn from_file(path: &Path) -> Result<Scenario, ScenarioError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Scenario::from_source(Source { name, text }),
            Err(error) => {
                let source = Source {
                    name,
                    text: String::new(),
                };
                let message = format!("the scenario cannot be read: {error}");
                Err(ScenarioError {
                    diagnostics: vec![source.diagnostic(None, "", message)],
                })
            }
        }
    }

    /// The scenario of a text.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn from_source(source: Source) -> Result<Scenario, ScenarioError> {
        let document = toml_edit::Document::parse(source.text.as_str()).map_err(|error| {
            let message = format!("this is not TOML: {}", error.message());
            ScenarioError {
                diagnostics: vec![source.diagnostic(error.span(), "", message)],
            }
        })?;
        let mut reader = Reader::new(&source);
        Node::root(&reader, document.as_table()).knows(&TABLES);
        let header = read_header(&Node::root(&reader, document.as_table()));
        let mut parts = Vec::new();
        for &year in &header.years {
            reader.year = year;
            parts.push(read_year(&Node::root(&reader, document.as_table()), &header));
        }
        Node::root(&reader, document.as_table()).complain_of_unknown_keys();
        let (diagnostics, notes, institution_kinds) = reader.into_parts();
        if !diagnostics.is_empty() {
            return Err(ScenarioError { diagnostics });
        }
        header.finish(source, parts, notes.into(), institution_kinds)
    }

    /// The short name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The title in English.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The title in Chinese.
    pub fn title_in_chinese(&self) -> &str {
        &self.title_zh
    }

    /// The number of the regulation that it puts into figures.
    pub fn regulation(&self) -> &str {
        &self.regulation
    }

    /// The text that it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The benefit year of commands that need one and are not told.
    pub fn default_year(&self) -> i32 {
        self.default_year
    }

    /// How shares are rounded.
    pub fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// The age from which a resident is an adult (Art. 2).
    pub fn adult_age_years(&self) -> u32 {
        self.adult_age_years
    }

    /// How it reads the codes of the interchange files.
    pub fn codebook(&self) -> &CodeBook {
        &self.codebook
    }

    /// The notes of its figures.
    pub fn figures(&self) -> &[FigureNote] {
        &self.figures
    }

    /// The benefit years with figures (Art. 32), ascending.
    pub fn years(&self) -> Vec<i32> {
        self.tariffs.keys().copied().collect()
    }

    /// The tariff of a benefit year, or `None` for a year without figures.
    pub fn tariff(&self, year: i32) -> Option<&Arc<Tariff>> {
        self.tariffs.get(&year)
    }

    /// The figures of enrolment of a benefit year, or `None` for a year without figures.
    pub fn enrolment(&self, year: i32) -> Option<&EnrolmentTerms> {
        self.enrolments.get(&year)
    }

    /// The figures of enrolment by benefit year.
    pub fn enrolments(&self) -> &BTreeMap<i32, EnrolmentTerms> {
        &self.enrolments
    }

    /// The figures of the fund by benefit year.
    pub fn fund_terms(&self) -> &BTreeMap<i32, FundTerms> {
        &self.fund_terms
    }

    /// The synthetic city of a benefit year; `None` where the scenario describes no population.
    pub fn city(&self, year: i32) -> Option<&CityModel> {
        self.cities.get(&year).map(Arc::as_ref)
    }

    /// The benefit year of a claim (Art. 14(1)).
    pub fn year_of(&self, claim: &Claim) -> i32 {
        self.codebook.year_of.year(claim.begin, claim.end)
    }
}

/// What does not depend on the year.
struct Header {
    name: String,
    title: String,
    title_zh: String,
    regulation: String,
    years: Vec<i32>,
    rounding: Option<Rounding>,
    year_of: Option<YearOf>,
    default_year: Option<i32>,
    identities: BTreeMap<String, Identity>,
    hospital_bears_unconsented: bool,
}

fn read_header(root: &Node<'_>) -> Header {
    let node = root.table("scenario");
    let text = |key: &str| {
        node.as_ref()
            .and_then(|node| node.text(key))
            .unwrap_or_default()
            .to_string()
    };
    let rounding = [
        ("half-up", Rounding::HalfUp),
        ("half-even", Rounding::HalfEven),
        ("down", Rounding::Down),
    ];
    let year_of = [("discharge", YearOf::Discharge), ("admission", YearOf::Admission)];
    let insured = root.table("insured");
    if let Some(insured) = &insured {
        insured.knows(&["adult_age"]); // read with the years, if there are any
    }
    let identities = insured.and_then(|node| node.optional_table("identity"));
    let borne_by = [("hospital", true), ("person", false)];
    Header {
        name: text("name"),
        title: text("title"),
        title_zh: text("title_zh"),
        regulation: text("regulation"),
        years: node.as_ref().map(read_years).unwrap_or_default(),
        rounding: node.as_ref().and_then(|node| node.choice("rounding", &rounding)),
        year_of: node.as_ref().and_then(|node| node.choice("year_of", &year_of)),
        default_year: node.as_ref().and_then(read_default_year),
        identities: identities
            .map(|table| read_identities(&table))
            .unwrap_or_default(),
        hospital_bears_unconsented: root
            .table("scope")
            .and_then(|node| node.choice("unconsented_borne_by", &borne_by))
            .unwrap_or_default(),
    }
}

/// The benefit years that the figures must cover; none after a complaint.
fn read_years(node: &Node<'_>) -> Vec<i32> {
    let Some(table) = node.table("years") else {
        return Vec::new();
    };
    let (Some(from), Some(to)) = (table.whole_number("from"), table.whole_number("to")) else {
        return Vec::new();
    };
    if !(1900..=2200).contains(&from) || !(from..=from + 100).contains(&to) {
        node.complain("years", format!("{from} to {to} is not a range of benefit years"));
        return Vec::new();
    }
    (from as i32..=to as i32).collect()
}

fn read_default_year(node: &Node<'_>) -> Option<i32> {
    let year = node.whole_number("default_year")?;
    let years = read_years(node);
    let known = years.iter().copied().find(|&known| i64::from(known) == year);
    // Years that cannot be read have been complained of already.
    if known.is_none() && !years.is_empty() {
        node.complain(
            "default_year",
            format!("{year} is not one of the scenario's years"),
        );
    }
    known
}

fn read_identities(node: &Node<'_>) -> BTreeMap<String, Identity> {
    let classes = Identity::ALL.map(|class| (class.name(), class));
    let keys = node.keys();
    keys.into_iter()
        .filter_map(|code| node.choice(&code, &classes).map(|class| (code, class)))
        .collect()
}

/// What one walk yields for its year.
struct YearParts {
    tariff: Option<Tariff>,
    enrolment: Option<EnrolmentTerms>,
    fund_terms: Option<FundTerms>,
    city: Option<CityModel>,
    diseases: compile::Diseases,
    tiers: funding::Tiers,
    adult_age_years: Option<u32>,
}

fn read_year(root: &Node<'_>, header: &Header) -> YearParts {
    let mut diseases = compile::Diseases::new();
    root.read_incomes();
    let adult_age = root
        .table("insured")
        .and_then(|node| node.count("adult_age", "years", 150));
    // Without a rounding there is no scenario, but the rest can still be checked.
    let rounding = header.rounding.unwrap_or(Rounding::HalfUp);
    let mut tiers = funding::Tiers::new();
    let fund_terms = funding::terms(root, rounding, &mut tiers);
    let contribution = fund_terms.as_ref().map(|terms| terms.contribution.clone());
    let adult_age_years = adult_age.map(|cited| cited.value);
    let enrolment = enrolment::terms(root, adult_age_years, contribution);
    let figures = enrolment.as_ref().map(enrolment::figures).unwrap_or_default();
    let tariff = compile::tariff(root, rounding, figures, &mut diseases);
    YearParts {
        tariff: tariff.map(|tariff| Tariff {
            figure_texts: root.reader.take_texts(),
            ..tariff
        }),
        enrolment,
        fund_terms,
        city: read_city(root),
        diseases,
        tiers,
        adult_age_years,
    }
}

/// The synthetic city, if the scenario describes one. Its figures are checked by the module that draws it.
fn read_city(root: &Node<'_>) -> Option<CityModel> {
    let (population, utilisation) = (
        root.foreign_table("population"),
        root.foreign_table("utilisation"),
    );
    if population.is_none() && utilisation.is_none() {
        return None;
    }
    let missing = |key: &str| root.complain(key, "this table is missing: a synthetic city needs both");
    let (Some(population), Some(utilisation)) = (population, utilisation) else {
        missing(if population.is_none() {
            "population"
        } else {
            "utilisation"
        });
        return None;
    };
    match CityModel::parse(population, utilisation, root.reader.year) {
        Ok(city) => {
            for note in &city.notes {
                root.reader.note(&note.path, note.provenance, &note.source);
            }
            Some(city)
        }
        Err(errors) => {
            for error in errors {
                complain_of_figure(root, error);
            }
            None
        }
    }
}

fn complain_of_figure(root: &Node<'_>, error: FigureError) {
    let hint = match &error.problem {
        FigureProblem::UnknownKey(known) => {
            let wrong = error.path.rsplit('.').next().unwrap_or_default();
            let near = nearest(wrong, known.iter().map(String::as_str));
            near.map(|near| format!("did you mean `{near}`?"))
        }
        _ => None,
    };
    let message = error.problem.to_string();
    let diagnostic = root.reader.source.diagnostic(error.span, &error.path, message);
    root.reader.complain_with(diagnostic.with_hint(hint));
}

/// The medical service types that a tariff pays by kind of delivery; the same in every year.
fn delivery_types(tariff: &Tariff) -> Vec<MedType> {
    let by_delivery = |kind: BenefitKind| {
        tariff.tiers[0].benefits[kind as usize]
            .as_ref()
            .is_some_and(|terms| terms.lump_sums.is_some())
    };
    MedType::all()
        .filter(|med_type| tariff.kinds[med_type.index()].is_some_and(by_delivery))
        .collect()
}

impl Header {
    /// Puts a scenario together that nothing was complained of.
    fn finish(
        self,
        source: Source,
        parts: Vec<YearParts>,
        figures: Arc<[FigureNote]>,
        institution_kinds: Vec<String>,
    ) -> Result<Scenario, ScenarioError> {
        let incomplete = |source: &Source| ScenarioError {
            diagnostics: vec![source.diagnostic(None, "", "the scenario is incomplete".into())],
        };
        let (Some(rounding), Some(year_of), Some(default_year)) =
            (self.rounding, self.year_of, self.default_year)
        else {
            return Err(incomplete(&source));
        };
        let (mut tariffs, mut fund_terms, mut cities) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut diseases, mut tiers, mut adult_age_years) = (BTreeMap::new(), BTreeMap::new(), None);
        let mut enrolments = BTreeMap::new();
        for (year, part) in self.years.into_iter().zip(parts) {
            let mut tariff = part.tariff.ok_or_else(|| incomplete(&source))?;
            tariff.figures = figures.clone();
            tariffs.insert(year, Arc::new(tariff));
            fund_terms.insert(year, part.fund_terms.ok_or_else(|| incomplete(&source))?);
            enrolments.insert(year, part.enrolment.ok_or_else(|| incomplete(&source))?);
            cities.extend(part.city.map(|city| (year, Arc::new(city))));
            (diseases, tiers) = (part.diseases, part.tiers);
            adult_age_years = part.adult_age_years;
        }
        let codebook = CodeBook {
            identities: self.identities,
            diseases,
            tiers,
            institution_kinds,
            hospital_bears_unconsented: self.hospital_bears_unconsented,
            rounding,
            delivery_types: tariffs
                .values()
                .next()
                .map(|tariff| delivery_types(tariff))
                .unwrap_or_default(),
            year_of,
        };
        Ok(Scenario {
            name: self.name,
            title: self.title,
            title_zh: self.title_zh,
            regulation: self.regulation,
            rounding,
            default_year,
            adult_age_years: adult_age_years.ok_or_else(|| incomplete(&source))?,
            enrolments,
            codebook,
            figures,
            tariffs,
            fund_terms,
            cities,
            source: Arc::new(source),
        })
    }
}
