//! A city's rules: a file, checked whole, and compiled per benefit year into what the engine reads.
//!
//! Structure is code, figures are data. A [`Scenario`] is only ever complete: every key known, every figure with its
//! unit, provenance and source, every benefit year compiled. Whatever is wrong is reported at once, with line and key
//! ([`ScenarioError`]).
//!
//! A scenario may be a base and overlays that say only what they change ([`ScenarioSpec`]). They are merged key by key
//! before anything is read, so every check holds of the whole, and every complaint points at the text that says so.

mod allow;
mod changes;
mod compile;
mod enrolment;
mod funding;
mod hints;
mod keys;
mod kinds;
mod levels;
pub(crate) mod meaning;
mod merge;
mod mix;
mod other_cities;
mod projection;
pub(crate) mod reader;
mod schema;
mod source;
mod stack;

pub use allow::Allowance;
pub use changes::{Bearing, Change, ChangedValue};
pub use keys::{FigureValue, Key, KeyValue, Unit};
pub(crate) use kinds::KINDS;
pub use meaning::Meaning;
pub use mix::Mixer;
pub use schema::schema;
pub use source::{Diagnostic, SET, ScenarioError, Source};
pub(crate) use source::{Texts, nearest};
pub(crate) use stack::{DEFAULT, built_in, is_built_in};
pub use stack::{Layer, LayerKind, Override, ScenarioSpec};

use crate::benefit::claim::{Claim, MedType, YearOf};
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Tariff;
use crate::data::codebook::CodeBook;
use crate::figure::FigureNote;
use crate::fund::terms::FundTerms;
use crate::insured::person::Identity;
use crate::insured::terms::EnrolmentTerms;
use crate::money::{Fen, Rounding};
use crate::outlook::{Future, Outlook, Path as FuturePath};
use crate::synth::{CityModel, FigureError, FigureProblem};
use reader::{Node, Reader};
use stack::Stack;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

/// The tables of a scenario, so that none is taken for unknown because an error kept it from being read.
const TABLES: [&str; 12] = [
    "scenario",
    "insured",
    "enrolment",
    "funding",
    "fund",
    "scope",
    "levels",
    "benefit",
    "projection",
    "income",
    "population",
    "utilisation",
];

/// A city's rules, ready to settle by.
#[derive(Clone, Debug)]
pub struct Scenario {
    name: String,
    title: String,
    title_zh: String,
    regulation: String,
    stack: Arc<Stack>,
    rounding: Rounding,
    default_year: i32,
    adult_age_years: u32,
    enrolments: BTreeMap<i32, EnrolmentTerms>,
    codebook: CodeBook,
    figures: Arc<[FigureNote]>,
    tariffs: BTreeMap<i32, Arc<Tariff>>,
    fund_terms: BTreeMap<i32, FundTerms>,
    cities: BTreeMap<i32, Arc<CityModel>>,
    incomes: BTreeMap<i32, Fen>,
    outlook: Option<Arc<Outlook>>,
    allowances: Arc<[Allowance]>,
}

impl Scenario {
    /// The embedded default: Jinan, 2020 to 2024.
    ///
    /// # Errors
    /// None in practice: a test holds the embedded file to its checks.
    pub fn jinan() -> Result<Scenario, ScenarioError> {
        Scenario::load(&ScenarioSpec::default())
    }

    /// The scenario of a specification: a base, what lies over it, and what is set.
    ///
    /// # Errors
    /// That a file cannot be read, or everything that is wrong in the whole.
    pub fn load(spec: &ScenarioSpec) -> Result<Scenario, ScenarioError> {
        Scenario::compile(Arc::new(Stack::load(spec)?), None, None)
    }

    /// The scenario of a file, whole or an overlay.
    ///
    /// # Errors
    /// That the file cannot be read, or everything that is wrong in it.
    pub fn from_file(path: &Path) -> Result<Scenario, ScenarioError> {
        Scenario::compile(Arc::new(Stack::of_file(path)?), None, None)
    }

    /// The scenario of a text, whole or an overlay; a base that is a path is looked for beside the text's name.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn from_source(source: Source) -> Result<Scenario, ScenarioError> {
        Scenario::compile(Arc::new(Stack::of_source(source)?), None, None)
    }

    /// This scenario with other values for some keys, as `--set KEY=VALUE` gives them: each a proposal. Of `value`, what
    /// it displays as is read, so an `i32`, an exact decimal or a text will do.
    ///
    /// Nothing is parsed again but the values, and what they do not touch of the synthetic cities is shared.
    ///
    /// ```
    /// # use yibao::scenario::Scenario;
    /// let jinan = Scenario::jinan()?;
    /// let dearer = jinan.with(&[("funding.individual.adult.2024", 450)])?;
    /// assert_eq!(jinan.figure("funding.individual.adult", 2024).unwrap().to_string(), "410 yuan");
    /// assert_eq!(dearer.figure("funding.individual.adult", 2024).unwrap().to_string(), "450 yuan");
    /// # Ok::<(), yibao::scenario::ScenarioError>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong in the whole, such as an unknown key or a value that does not fit.
    pub fn with<K: AsRef<str>, V: fmt::Display>(&self, sets: &[(K, V)]) -> Result<Scenario, ScenarioError> {
        let mut stack = Stack::clone(&self.stack);
        for (key, value) in sets {
            stack.set(&format!("{}={value}", key.as_ref()))?;
        }
        let same_city = stack.has_the_city_of(&self.stack);
        Scenario::compile(Arc::new(stack), same_city.then_some(&self.cities), None)
    }

    /// The same rules with figures for `years`, which may lie after those of the scenario: there they are what `path` makes
    /// of them. The result settles, draws and books like any other scenario.
    ///
    /// # Errors
    /// No `[projection]`, a year beyond its horizon, a figure that no assumption names, or one that grows into
    /// something impossible.
    pub fn projected(
        &self,
        years: RangeInclusive<i32>,
        path: &FuturePath,
    ) -> Result<Scenario, ScenarioError> {
        let wrong = |message: String| ScenarioError {
            diagnostics: vec![self.stack.texts.diagnostic(None, "projection", message)],
        };
        let outlook = self.needed_outlook()?;
        let (first, horizon) = (self.years().first().copied(), outlook.horizon);
        if first.is_none_or(|first| *years.start() < first) || *years.end() > horizon || years.is_empty() {
            let first = first.unwrap_or(horizon);
            let message = format!(
                "{} to {} cannot be projected: figures begin in {first}, and the assumptions are made to {horizon}",
                years.start(),
                years.end()
            );
            return Err(wrong(message));
        }
        let future = Future { outlook, path };
        let mut scenario = Scenario::compile(Arc::clone(&self.stack), None, Some((years, future)))?;
        scenario.outlook = self.outlook.clone();
        Ok(scenario)
    }

    /// Walks the merged whole, once for each year: those of the scenario, or those `ahead` in a future of its. Of these, `cities` that are
    /// known already are taken over.
    fn compile(
        stack: Arc<Stack>,
        cities: Option<&BTreeMap<i32, Arc<CityModel>>>,
        ahead: Option<(RangeInclusive<i32>, Future<'_>)>,
    ) -> Result<Scenario, ScenarioError> {
        let mut reader = Reader::new(&stack.texts);
        stack
            .diagnostics
            .iter()
            .cloned()
            .for_each(|diagnostic| reader.complain_with(diagnostic));
        let root = stack.root();
        Node::root(&reader, root).knows(&TABLES);
        let mut header = read_header(&Node::root(&reader, root));
        let is_ahead = ahead.is_some();
        if let Some((years, future)) = ahead {
            header.default_year = Some(*years.start());
            header.years = years.collect();
            reader.future = Some(future);
        }
        let mut parts = Vec::new();
        for &year in &header.years {
            reader.year = year;
            let city = cities.and_then(|cities| cities.get(&year));
            parts.push(read_year(&Node::root(&reader, root), &header, city));
        }
        let last_year = header.years.last().copied().filter(|_| !is_ahead);
        let outlook = last_year.and_then(|last_year| projection::read(&Node::root(&reader, root), last_year));
        Node::root(&reader, root).complain_of_unknown_keys();
        let (diagnostics, notes, institution_kinds) = reader.into_parts();
        if !diagnostics.is_empty() {
            let diagnostics = hints::hinting(&stack, diagnostics);
            return Err(ScenarioError { diagnostics });
        }
        let mut scenario = header.finish(Arc::clone(&stack), parts, notes.into(), institution_kinds)?;
        scenario.outlook = outlook.map(Arc::new);
        Ok(scenario)
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

    /// The text of its base.
    pub fn source(&self) -> &Source {
        &self.stack.texts.sources[0]
    }

    /// What it is made of: the base, then what lies over it, in order.
    pub fn layers(&self) -> &[Layer] {
        &self.stack.layers
    }

    /// What was asked for, as [`ScenarioSpec::scenario`] gives it.
    pub fn given(&self) -> &str {
        &self.stack.given
    }

    /// The keys for which more than one layer over the base has a value; the later one holds.
    pub fn overrides(&self) -> Vec<Override> {
        self.stack.overrides()
    }

    /// SHA-256 of the merged whole: of the text, if there is only one, else of the list of the hashes of all layers, in
    /// order, each on a line.
    pub fn sha256(&self) -> String {
        self.stack.sha256()
    }

    /// The files that it was read from.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.stack.layers.iter().filter_map(|layer| layer.path.as_deref())
    }

    /// What the header allows of what lints find.
    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// The place of a key, or of the innermost table on the way to it that is written somewhere, to say `message` of.
    pub(crate) fn diagnostic(&self, key: &str, message: String) -> Diagnostic {
        self.stack.diagnostic(key, message)
    }

    /// The articles that a key puts into figures; of a table, those of nothing.
    pub(crate) fn article_of(&self, key: &str) -> &'static str {
        meaning::of(key).map_or("", |meaning| meaning.article)
    }

    /// The place of a diagnostic in the order of the texts.
    pub(crate) fn order(&self, diagnostic: &Diagnostic) -> (usize, usize, usize) {
        self.stack.texts.order(diagnostic)
    }

    /// Every key of the merged whole with its value, unit, provenance and source, in the order of the file.
    pub fn keys(&self) -> Vec<Key> {
        keys::keys(&self.stack)
    }

    /// The keys that `after` has otherwise than this, in the order of its document: what was, what is, and in which years.
    ///
    /// ```
    /// # use yibao::scenario::Scenario;
    /// let jinan = Scenario::jinan()?;
    /// let dearer = jinan.with(&[("funding.individual.adult.2024", 450)])?;
    /// let changes = jinan.changes(&dearer);
    /// let [adult] = changes.as_slice() else { panic!() };
    /// assert_eq!(adult.path, "funding.individual.adult");
    /// assert_eq!(adult.values[0].years, [2024]);
    /// assert_eq!(adult.values[0].after.as_deref(), Some("450"));
    /// # Ok::<(), yibao::scenario::ScenarioError>(())
    /// ```
    pub fn changes(&self, after: &Scenario) -> Vec<Change> {
        changes::changes(&self.stack, &after.stack)
    }

    /// The value of a numeric key in a benefit year, or `None` if there is no such key, its value is not one number, or
    /// it has none for the year. A key may end in a year itself, as in `funding.individual.adult.2024`: then that year's.
    pub fn figure(&self, key: &str, year: i32) -> Option<FigureValue> {
        keys::figure(&self.stack, key, year)
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

    /// The notes of its figures. One that is a placeholder in one of its years is a placeholder here; see
    /// [`Scenario::figures_of`].
    pub fn figures(&self) -> &[FigureNote] {
        &self.figures
    }

    /// The same notes, with the provenance that each figure has in one benefit year.
    pub fn figures_of(&self, year: i32) -> impl Iterator<Item = &FigureNote> {
        let of_city = self.city(year).into_iter().flat_map(|city| &city.notes);
        let of_year: BTreeMap<&str, &FigureNote> = of_city.map(|note| (note.path.as_str(), note)).collect();
        let notes = self.figures.iter();
        notes.map(move |note| of_year.get(note.path.as_str()).copied().unwrap_or(note))
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

    /// Disposable income per head and year, by which burdens are measured; `None` where the scenario states none.
    pub fn income(&self, year: i32) -> Option<Fen> {
        self.incomes.get(&year).copied()
    }

    /// What becomes of the figures after the last year; `None` without `[projection]`.
    pub fn outlook(&self) -> Option<&Outlook> {
        self.outlook.as_deref()
    }

    /// The same, for what cannot do without it.
    ///
    /// # Errors
    /// The scenario has none.
    pub(crate) fn needed_outlook(&self) -> Result<&Outlook, ScenarioError> {
        self.outlook().ok_or_else(|| {
            let message = "the scenario has no `[projection]`: nothing says what becomes of its figures";
            let diagnostic = self.stack.texts.diagnostic(None, "projection", message.into());
            ScenarioError {
                diagnostics: vec![diagnostic],
            }
        })
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
    allowances: Vec<Allowance>,
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
        allowances: node.as_ref().map(allow::read).unwrap_or_default(),
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
    city: Option<Arc<CityModel>>,
    income: Option<Fen>,
    diseases: compile::Diseases,
    tiers: funding::Tiers,
    adult_age_years: Option<u32>,
}

fn read_year(root: &Node<'_>, header: &Header, city: Option<&Arc<CityModel>>) -> YearParts {
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
        city: read_city(root, city),
        income: projection::income(root),
        diseases,
        tiers,
        adult_age_years,
    }
}

/// The synthetic city, if the scenario describes one. Its figures are checked by the module that draws it, unless they are
/// `known` already.
fn read_city(root: &Node<'_>, known: Option<&Arc<CityModel>>) -> Option<Arc<CityModel>> {
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
    let city = match known {
        Some(city) => Ok(city.clone()),
        None => CityModel::parse(population, utilisation, root.reader.year, root.reader.future).map(Arc::new),
    };
    match city {
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
        stack: Arc<Stack>,
        parts: Vec<YearParts>,
        figures: Arc<[FigureNote]>,
        institution_kinds: Vec<String>,
    ) -> Result<Scenario, ScenarioError> {
        let incomplete = |stack: &Stack| ScenarioError {
            diagnostics: vec![
                stack
                    .texts
                    .diagnostic(None, "", "the scenario is incomplete".into()),
            ],
        };
        let (Some(rounding), Some(year_of), Some(default_year)) =
            (self.rounding, self.year_of, self.default_year)
        else {
            return Err(incomplete(&stack));
        };
        let (mut tariffs, mut fund_terms, mut cities) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut diseases, mut tiers, mut adult_age_years) = (BTreeMap::new(), BTreeMap::new(), None);
        let (mut enrolments, mut incomes) = (BTreeMap::new(), BTreeMap::new());
        for (year, part) in self.years.into_iter().zip(parts) {
            let mut tariff = part.tariff.ok_or_else(|| incomplete(&stack))?;
            tariff.figures = figures.clone();
            tariffs.insert(year, Arc::new(tariff));
            fund_terms.insert(year, part.fund_terms.ok_or_else(|| incomplete(&stack))?);
            enrolments.insert(year, part.enrolment.ok_or_else(|| incomplete(&stack))?);
            cities.extend(part.city.map(|city| (year, city)));
            incomes.extend(part.income.map(|income| (year, income)));
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
            adult_age_years: adult_age_years.ok_or_else(|| incomplete(&stack))?,
            enrolments,
            codebook,
            figures,
            tariffs,
            fund_terms,
            cities,
            incomes,
            outlook: None,
            allowances: self.allowances.into(),
            stack,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every scenario file of whole cities, and the smallest one.
    fn texts() -> Vec<Source> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder.join("scenarios")).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        let small = folder.join("tests/scenario/small.toml");
        let files = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
        let read = |path: std::path::PathBuf| Source {
            name: path.display().to_string(),
            text: std::fs::read_to_string(path).unwrap(),
        };
        let mut texts: Vec<Source> = files.chain([small]).map(read).collect();
        // What none of them has: empty tables are enough to see what is asked for.
        let rest = "enrolment.late enrolment.waiting funding.township funding.employer funding.tier.high.individual \
                    benefit.chronic.ratio benefit.chronic.ceiling benefit.chronic.disease.a.ratio \
                    benefit.chronic.disease.b.hospital.ratio";
        let tables = rest.split_whitespace().map(|table| format!("\n[{table}]\n"));
        let text = format!("{}{}", texts[texts.len() - 1].text, tables.collect::<String>());
        let name = "rest.toml".to_string();
        texts.push(Source { name, text });
        texts
    }

    /// The keys that the reader asks for in a scenario, whether they are there or not.
    fn asked(source: Source) -> BTreeSet<String> {
        let stack = Stack::of_source(source).unwrap();
        let mut reader = Reader::new(&stack.texts);
        let header = read_header(&Node::root(&reader, stack.root()));
        for &year in &header.years {
            reader.year = year;
            read_year(&Node::root(&reader, stack.root()), &header, None);
        }
        let last = header.years.last().copied().unwrap();
        projection::read(&Node::root(&reader, stack.root()), last);
        reader.asked_paths()
    }

    #[test]
    fn the_table_of_keys_is_what_the_reader_asks_for() {
        let asked: BTreeSet<String> = texts().into_iter().flat_map(asked).collect();
        assert!(asked.len() > 500, "{}", asked.len());
        let unknown: Vec<&String> = asked.iter().filter(|path| !meaning::is_known(path)).collect();
        assert!(unknown.is_empty(), "not in the table: {unknown:#?}");
        // An overlay's own keys are taken out before anything is read; the city's are read by itself.
        let apart = [
            "scenario.base",
            "scenario.author",
            "scenario.reason",
            "scenario.source",
        ];
        let rows = meaning::rows().map(|row| row.0);
        let never: Vec<&str> = rows
            .filter(|path| !path.starts_with("population.") && !path.starts_with("utilisation."))
            .filter(|path| !apart.contains(path))
            .filter(|pattern| !asked.iter().any(|path| meaning::matches(pattern, path)))
            .collect();
        assert!(never.is_empty(), "nobody asks for: {never:#?}");
    }
}
