//! What a scenario is made of: a base, overlays over it, and values set on the command line, merged into one document.

use crate::data::source::sha256_hex;
use crate::nearest::nearest;
use crate::scenario::merge::{self, Merge, is_by_year, is_figure, value_keys};
use crate::scenario::source::{Diagnostic, SET, ScenarioError, Source, Texts};
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml_edit::{Document, Item, Table, TableLike, Value};

/// The scenarios that need no file: name, file and text.
const EMBEDDED: [(&str, &str, &str); 5] = [
    ("jinan", "jinan.toml", include_str!("../../scenarios/jinan.toml")),
    (
        "china",
        "china.toml",
        include_str!("../../scenarios/china/china.toml"),
    ),
    (
        "china-2020",
        "china-2020.toml",
        include_str!("../../scenarios/china/china-2020.toml"),
    ),
    (
        "china-base",
        "china.base.toml",
        include_str!("../../scenarios/china/china.base.toml"),
    ),
    (
        "china-2020-base",
        "china-2020.base.toml",
        include_str!("../../scenarios/china/china-2020.base.toml"),
    ),
];

/// The name of the scenario that every command uses when none is named.
pub(crate) const DEFAULT: &str = EMBEDDED[0].0;

/// Whether a scenario of this name is built in.
pub(crate) fn is_built_in(name: &str) -> bool {
    EMBEDDED.iter().any(|(known, _, _)| *known == name)
}

/// The name of the built-in scenario that has a file name.
pub(crate) fn built_in(file: &str) -> Option<&'static str> {
    let found = EMBEDDED.into_iter().find(|(_, known, _)| *known == file);
    found.map(|(name, _, _)| name)
}

/// Which scenario: one, or some stacked, and what is set on top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioSpec {
    /// `jinan` or another that is built in, or the path of a file; or several with `+` between them, all but the first overlays.
    pub scenario: String,
    /// `KEY=VALUE` each; a later one goes before an earlier one.
    pub sets: Vec<String>,
}

impl ScenarioSpec {
    /// The scenario of a name or path, or of several with `+` between them, as it is.
    pub fn named(scenario: &str) -> ScenarioSpec {
        ScenarioSpec {
            scenario: scenario.to_string(),
            sets: Vec::new(),
        }
    }
}

impl Default for ScenarioSpec {
    fn default() -> ScenarioSpec {
        ScenarioSpec {
            scenario: DEFAULT.to_string(),
            sets: Vec::new(),
        }
    }
}

/// One of the texts that a scenario is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// The text and its name.
    pub source: Arc<Source>,
    /// The file that it was read from; `None` if it is embedded or was given as a text.
    pub path: Option<PathBuf>,
    /// The short name.
    pub name: String,
    /// The title in English.
    pub title: String,
    /// The title in Chinese, or that in English where there is none.
    pub title_zh: String,
    /// Who wrote it, if it says so.
    pub author: Option<String>,
    /// Why, if it says so.
    pub reason: Option<String>,
    /// Which element of the stack it came with, so that what an overlay does to its own base is no conflict.
    element: usize,
    /// The paths that it gives a value.
    touched: Vec<String>,
}

impl Layer {
    /// The file, or `--set KEY=VALUE`.
    pub fn place(&self) -> String {
        match self.kind {
            LayerKind::Set => format!("{SET} {}", self.source.text),
            _ => self.source.name.clone(),
        }
    }

    /// Whether it gives a value to a key, or to a part of it.
    fn touches(&self, key: &str) -> bool {
        let mut touched = self.touched.iter();
        touched.any(|touched| is_under(touched, key) || is_under(key, touched))
    }

    /// SHA-256 of the text.
    pub fn sha256(&self) -> String {
        sha256_hex(self.source.text.as_bytes())
    }
}

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// A whole scenario.
    Base,
    /// A file that says what it changes.
    Overlay,
    /// One value, set on the command line or by a program.
    Set,
}

/// A key for which two layers have a value that were not written for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The key.
    pub key: String,
    /// The index of the layer whose value holds.
    pub by: usize,
    /// The index of the layer whose value does not.
    pub of: usize,
}

/// The layers of a scenario, and what they come to.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub texts: Texts,
    pub layers: Vec<Layer>,
    /// What the merge has to complain of.
    pub diagnostics: Vec<Diagnostic>,
    /// What was asked for, but for what was set: names or paths, with `+` between them.
    pub given: String,
    /// The merged document.
    root: Table,
}

/// A text, and where it came from.
struct Opened {
    source: Source,
    path: Option<PathBuf>,
}

fn failed(diagnostic: Diagnostic) -> ScenarioError {
    ScenarioError {
        diagnostics: vec![diagnostic],
    }
}

/// What is wrong with a scenario that there is no text of.
fn not_there(name: &str, message: String, hint: Option<String>) -> ScenarioError {
    let source = Source {
        name: name.to_string(),
        text: String::new(),
    };
    failed(source.diagnostic(None, "", message).with_hint(hint))
}

fn read(path: &Path) -> Result<Opened, ScenarioError> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Opened {
            source: Source { name, text },
            path: Some(path.to_path_buf()),
        }),
        Err(error) => {
            let message = format!("the scenario cannot be read: {error}");
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let hint = missing.then(|| format!("check the path; {}", names_built_in()));
            Err(not_there(&name, message, hint))
        }
    }
}

fn embedded(name: &str) -> Option<Opened> {
    let (_, file, text) = EMBEDDED.into_iter().find(|(known, _, _)| *known == name)?;
    Some(Opened {
        source: Source {
            name: file.to_string(),
            text: text.to_string(),
        },
        path: None,
    })
}

/// What a name may mean.
fn names_built_in() -> String {
    let names = EMBEDDED.map(|(name, _, _)| name);
    format!(
        "`{}` are built in; anything else is the path of a file",
        names.join("`, `")
    )
}

/// Opens what is meant by a name: an embedded scenario, or the path of a file, seen from `folder`.
fn open(name: &str, folder: Option<&Path>) -> Result<Opened, ScenarioError> {
    if let Some(opened) = embedded(name) {
        return Ok(opened);
    }
    let path = folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
    if !path.exists() && path.extension().is_none() {
        let names = EMBEDDED.map(|(name, _, _)| name);
        let near = nearest(name, names).map(|near| format!("did you mean `{near}`? "));
        let hint = format!("{}{}", near.unwrap_or_default(), names_built_in());
        let message = format!("there is no built-in scenario `{name}`");
        return Err(not_there(name, message, Some(hint)));
    }
    read(&path)
}

/// A key of the header, before anything is checked.
fn header<'a>(root: &'a dyn TableLike, key: &str) -> Option<&'a Item> {
    root.get("scenario")?.as_table_like()?.get(key)
}

fn parse(text: &str, texts: &Texts) -> Result<Table, ScenarioError> {
    match Document::parse(text) {
        Ok(document) => Ok(document.as_table().clone()),
        Err(error) => {
            let message = format!("this is not TOML: {}", error.message());
            Err(failed(texts.diagnostic(error.span(), "", message)))
        }
    }
}

/// A text with all that it lies over, the base first.
fn with_bases(top: Opened) -> Result<Vec<Opened>, ScenarioError> {
    let mut chain = vec![top];
    while let Some(lowest) = chain.last() {
        let mut texts = Texts::default();
        let table = parse(&texts.add(Arc::new(lowest.source.clone())), &texts)?;
        let Some(item) = header(&table, "base") else { break };
        let complain = |message: String, hint| {
            let diagnostic = texts.diagnostic(item.span(), "scenario.base", message);
            failed(diagnostic.with_hint(hint))
        };
        let Some(name) = item.as_str() else {
            return Err(complain("must be a text in quotes".to_string(), None));
        };
        let folder = Path::new(&lowest.source.name).parent();
        let base = open(name, folder).map_err(|error| {
            let why = error.diagnostics.into_iter().next();
            let (message, hint) = why.map(|why| (why.message, why.hint)).unwrap_or_default();
            complain(format!("`{name}`: {message}"), hint)
        })?;
        let is_same = |opened: &Opened| same_file(opened, &base);
        if chain.iter().any(is_same) {
            return Err(complain("it lies over itself".to_string(), None));
        }
        chain.push(base);
    }
    chain.reverse();
    Ok(chain)
}

/// Whether both are the same text by place, or, without a place, by name and text.
fn same_file(one: &Opened, other: &Opened) -> bool {
    match (&one.path, &other.path) {
        (Some(one), Some(other)) => {
            one == other
                || one
                    .canonicalize()
                    .is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
        }
        (None, None) => one.source == other.source,
        _ => false,
    }
}

impl Stack {
    pub(super) fn load(spec: &ScenarioSpec) -> Result<Stack, ScenarioError> {
        let whole = Path::new(&spec.scenario).exists();
        let names: Vec<&str> = if whole {
            vec![&spec.scenario]
        } else {
            spec.scenario.split('+').collect()
        };
        let mut opened: Vec<(usize, Opened)> = Vec::new();
        for (element, name) in names.into_iter().enumerate() {
            let chain = with_bases(open(name, None)?)?;
            if let Some((_, base)) = opened.first() {
                check_stackable(name, &chain, base)?;
            }
            for layer in chain {
                if !opened.iter().any(|(_, other)| same_file(other, &layer)) {
                    opened.push((element, layer));
                }
            }
        }
        let mut stack = Stack::of(opened, spec.scenario.clone())?;
        for set in &spec.sets {
            stack.set(set)?;
        }
        Ok(stack)
    }

    pub(super) fn of_file(path: &Path) -> Result<Stack, ScenarioError> {
        Stack::of_one(read(path)?)
    }

    pub(super) fn of_source(source: Source) -> Result<Stack, ScenarioError> {
        Stack::of_one(Opened { source, path: None })
    }

    fn of_one(opened: Opened) -> Result<Stack, ScenarioError> {
        let given = opened.source.name.clone();
        let chain = with_bases(opened)?;
        Stack::of(chain.into_iter().map(|layer| (0, layer)).collect(), given)
    }

    /// The first is the base, the others overlays, each with the element of the stack that it came with.
    fn of(opened: Vec<(usize, Opened)>, given: String) -> Result<Stack, ScenarioError> {
        let mut stack = Stack {
            texts: Texts::default(),
            layers: Vec::new(),
            diagnostics: Vec::new(),
            given,
            root: Table::new(),
        };
        for (element, layer) in opened {
            let source = Arc::new(layer.source);
            let text = stack.texts.add(source.clone());
            let table = parse(&text, &stack.texts)?;
            let kind = if stack.layers.is_empty() {
                LayerKind::Base
            } else {
                LayerKind::Overlay
            };
            let text = |key: &str| header(&table, key).and_then(Item::as_str);
            stack.layers.push(Layer {
                kind,
                source,
                path: layer.path,
                name: text("name").unwrap_or_default().to_string(),
                title: text("title").unwrap_or_default().to_string(),
                title_zh: text("title_zh").or(text("title")).unwrap_or_default().to_string(),
                author: text("author").map(str::to_string),
                reason: text("reason").map(str::to_string),
                element,
                touched: Vec::new(),
            });
            match kind {
                LayerKind::Base => stack.root = table,
                _ => stack.lay(table),
            }
        }
        stack.join_names();
        Ok(stack)
    }

    pub(super) fn root(&self) -> &Table {
        &self.root
    }

    /// The place of a key, or of the innermost table on the way to it that is written somewhere.
    pub(super) fn diagnostic(&self, key: &str, message: String) -> Diagnostic {
        let (mut table, mut span): (&dyn TableLike, _) = (self.root(), None);
        for name in key.split('.') {
            let Some((key, item)) = table.get_key_value(name) else {
                break;
            };
            // A table that dotted keys make is written nowhere; what the merge put in has its key in some text.
            let own = item
                .span()
                .filter(|_| !item.as_table().is_some_and(Table::is_implicit));
            span = own.or(key.span()).or(span);
            if is_figure(item) {
                span = self.latest_value(item).or(span);
            }
            let Some(below) = item.as_table_like() else { break };
            table = below;
        }
        self.texts.diagnostic(span, key, message)
    }

    /// Where the latest part of a figure's value stands, if it is in a later text than the figure: an overlay's.
    fn latest_value(&self, figure: &Item) -> Option<Range<usize>> {
        let table = figure.as_table_like()?;
        let values = value_keys(table);
        let parts = values.iter().filter_map(|unit| table.get(unit));
        let spans = parts.flat_map(|value| {
            let by_year = value.as_table_like().filter(|table| is_by_year(*table));
            let years = by_year
                .into_iter()
                .flat_map(|table| table.iter().map(|(_, item)| item.span()));
            years.chain([value.span()]).collect::<Vec<_>>()
        });
        let text_of = |span: &Range<usize>| self.texts.index_of(span.start);
        let own = figure.span().map_or(0, |span| text_of(&span));
        let latest = spans.flatten().max_by_key(text_of)?;
        (text_of(&latest) > own).then_some(latest)
    }

    /// Lays the overlay that is the last layer over what there is.
    fn lay(&mut self, mut table: Table) {
        let source = header(&table, "source").and_then(Item::as_str);
        let source = source.unwrap_or_default().to_string();
        self.check_header(&table);
        self.keep_allowances(&mut table);
        if let Some(header) = table.get_mut("scenario").and_then(Item::as_table_like_mut) {
            if let (None, Some(title)) = (header.get("title_zh"), header.get("title").cloned()) {
                header.insert("title_zh", title);
            }
            for key in ["base", "author", "reason", "source"] {
                header.remove(key);
            }
        }
        self.merge(&table, source);
    }

    /// Puts what is allowed below before what the overlay allows: an overlay adds to these, while other lists are replaced.
    fn keep_allowances(&self, table: &mut Table) {
        let below = header(self.root(), "allow").and_then(Item::as_array);
        let over = table.get_mut("scenario").and_then(Item::as_table_like_mut);
        let over = over
            .and_then(|header| header.get_mut("allow"))
            .and_then(Item::as_array_mut);
        if let (Some(below), Some(over)) = (below, over) {
            for (index, allowance) in below.iter().enumerate() {
                over.insert_formatted(index, allowance.clone());
            }
        }
    }

    /// Gives a stack of overlays of equal rank a name and titles from all of them.
    fn join_names(&mut self) {
        let tops = self.layers.iter().enumerate().filter(|(index, layer)| {
            let next = self.layers.get(index + 1);
            layer.kind == LayerKind::Overlay && next.is_none_or(|next| next.element != layer.element)
        });
        let tops: Vec<&Layer> = tops.map(|(_, layer)| layer).collect();
        let join = |between: &str, text: fn(&Layer) -> &str| {
            let texts: Vec<&str> = tops.iter().map(|layer| text(layer)).collect();
            Item::Value(Value::from(texts.join(between)))
        };
        if tops.len() < 2 {
            return;
        }
        let names = [
            ("name", join("+", |layer| &layer.name)),
            ("title", join(" + ", |layer| &layer.title)),
            ("title_zh", join(" + ", |layer| &layer.title_zh)),
        ];
        if let Some(header) = self.root.get_mut("scenario").and_then(Item::as_table_like_mut) {
            for (key, text) in names {
                header.insert(key, text);
            }
        }
    }

    /// Complains of a header that does not say what the overlay is.
    fn check_header(&mut self, table: &Table) {
        const NEEDED: [(&str, &str); 3] = [
            ("name", "a short name for tables and file names"),
            ("title", "what it changes, in one line"),
            ("source", "where its figures come from, or who proposes them"),
        ];
        let span = table.get("scenario").and_then(Item::span);
        for (key, what) in NEEDED {
            let item = header(table, key);
            if item.is_none() {
                let diagnostic = self.texts.diagnostic(
                    span.clone(),
                    &format!("scenario.{key}"),
                    "this key of an overlay is missing".to_string(),
                );
                self.diagnostics
                    .push(diagnostic.with_hint(format!("it says {what}")));
            }
        }
        for key in ["author", "reason", "source"] {
            let item = header(table, key).filter(|item| !item.is_str());
            if let Some(item) = item {
                let (key, message) = (format!("scenario.{key}"), "must be a text in quotes".to_string());
                self.diagnostics
                    .push(self.texts.diagnostic(item.span(), &key, message));
            }
        }
    }

    fn merge(&mut self, over: &dyn TableLike, source: String) {
        let mut merge = Merge {
            source,
            years: years(&[over, self.root()]),
            touched: Vec::new(),
            complaints: Vec::new(),
        };
        let mut root = Item::Table(std::mem::take(&mut self.root));
        merge.tables(&mut root, over, "");
        self.root = root.into_table().unwrap_or_default();
        for complaint in merge.complaints {
            let diagnostic = self
                .texts
                .diagnostic(complaint.span, &complaint.key, complaint.message);
            self.diagnostics.push(diagnostic.with_hint(complaint.hint));
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.touched = merge.touched;
        }
    }

    /// Lays one value over what there is, given as `KEY=VALUE`.
    pub(super) fn set(&mut self, text: &str) -> Result<(), ScenarioError> {
        let source = |text: String| Source {
            name: SET.to_string(),
            text,
        };
        let unreadable = |offset: usize, message: &str| {
            let span = Some(offset..offset);
            let hint = "write KEY=VALUE, such as `fund.interest=0.025`".to_string();
            let diagnostic = source(text.to_string()).diagnostic(span, "", message.to_string());
            Err(failed(diagnostic.with_hint(hint)))
        };
        let Some((key, value)) = text.split_once('=') else {
            return unreadable(0, "this sets nothing: there is no `=`");
        };
        if text.contains(['\n', '\r']) {
            return unreadable(0, "this is more than one line");
        }
        if value.trim().is_empty() {
            return unreadable(key.len() + 1, "there is no value after the `=`");
        }
        let mut parsed = parse(&self.texts.add(Arc::new(source(text.to_string()))), &self.texts);
        if parsed.is_err() {
            // A word need not be in quotes, which the shell would take away.
            let value = value.trim().replace('\\', "\\\\").replace('"', "\\\"");
            let quoted = format!("{key}=\"{value}\"");
            self.texts.remove_last();
            parsed = parse(&self.texts.add(Arc::new(source(quoted))), &self.texts);
        }
        let Ok(table) = parsed else {
            return unreadable(0, "the key is not a dotted path");
        };
        let Some(source) = self.texts.sources.last().cloned() else {
            return Ok(());
        };
        self.layers.push(Layer {
            kind: LayerKind::Set,
            source,
            path: None,
            name: text.to_string(),
            title: String::new(),
            title_zh: String::new(),
            author: None,
            reason: None,
            element: self.layers.len(), // no other has it: there are no more elements than layers
            touched: Vec::new(),
        });
        self.merge(&table, format!("{SET} {text}"));
        Ok(())
    }

    /// The same layers read again with their texts behind `texts`.
    pub(super) fn behind(&self, texts: &Texts) -> Result<Stack, ScenarioError> {
        let mut stack = Stack {
            texts: texts.clone(),
            layers: Vec::new(),
            diagnostics: Vec::new(),
            given: self.given.clone(),
            root: Table::new(),
        };
        for layer in &self.layers {
            let text = stack.texts.add(Arc::clone(&layer.source));
            let table = parse(&text, &stack.texts)?;
            stack.layers.push(layer.clone());
            match layer.kind {
                LayerKind::Base => stack.root = table,
                LayerKind::Overlay => stack.lay(table),
                LayerKind::Set => stack.merge(&table, format!("{SET} {}", layer.name)),
            }
        }
        Ok(stack)
    }

    /// `below` with the keys as this has them, or without them where this has none. The texts of `below` must stand
    /// before those of this.
    pub(super) fn between(&self, below: &Stack, keys: &[&str]) -> Stack {
        let mut root = Item::Table(below.root.clone());
        for key in keys {
            merge::take_over(&mut root, &self.root, key);
        }
        Stack {
            texts: self.texts.clone(),
            layers: below.layers.iter().chain(&self.layers).cloned().collect(),
            diagnostics: Vec::new(),
            given: below.given.clone(),
            root: root.into_table().unwrap_or_default(),
        }
    }

    /// Whether this is `below` with other values for some keys, none of which bears on the synthetic city.
    pub(super) fn has_the_city_of(&self, below: &Stack) -> bool {
        let bears = |path: &String| {
            let table = path.split('.').next().unwrap_or_default();
            ["population", "utilisation"].contains(&table)
        };
        let more = self.layers.get(below.layers.len()..);
        self.layers.starts_with(&below.layers)
            && more.is_some_and(|more| !more.iter().flat_map(|layer| &layer.touched).any(bears))
    }

    pub(super) fn sha256(&self) -> String {
        if let [base] = self.layers.as_slice() {
            return base.sha256();
        }
        let mut hashes = String::new();
        for layer in &self.layers {
            let _ = writeln!(hashes, "{}", layer.sha256());
        }
        sha256_hex(hashes.as_bytes())
    }

    pub(super) fn overrides(&self) -> Vec<Override> {
        let mut overrides = Vec::new();
        for (by, later) in self.layers.iter().enumerate() {
            let keys = later.touched.iter();
            for key in keys.filter(|key| !key.starts_with("scenario.")) {
                let mut earlier = self.layers[..by].iter();
                let of = earlier
                    .rposition(|layer| layer.element != later.element && layer.touches(key))
                    .map(|of| Override {
                        key: key.clone(),
                        by,
                        of,
                    });
                overrides.extend(of);
            }
        }
        overrides
    }

    /// The index of the highest layer that gives a value to a key, or to a part of it.
    pub(super) fn layer_of(&self, key: &str) -> usize {
        self.layers
            .iter()
            .rposition(|layer| layer.touches(key))
            .unwrap_or(0)
    }
}

/// The benefit years of documents of which the first goes before the others; none if they cannot be read.
pub(super) fn years(documents: &[&dyn TableLike]) -> Vec<i32> {
    let year = |key: &str| {
        documents.iter().find_map(|root| {
            let header = root.get("scenario")?.as_table_like()?;
            header.get("years")?.as_table_like()?.get(key)?.as_integer()
        })
    };
    match (year("from"), year("to")) {
        (Some(from), Some(to)) if 1900 <= from && to <= 2300 => (from as i32..=to as i32).collect(),
        _ => Vec::new(),
    }
}

/// Whether a path is another one, or lies below it.
pub(super) fn is_under(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Complains of an element that cannot lie on a stack over `base`.
fn check_stackable(name: &str, chain: &[Opened], base: &Opened) -> Result<(), ScenarioError> {
    let Some(own) = chain.first() else { return Ok(()) };
    let message = if chain.len() == 1 {
        format!("`{name}` is a whole scenario: of a stack, all but the first are overlays")
    } else if same_file(own, base) {
        return Ok(());
    } else {
        format!(
            "`{name}` lies over `{}`, the stack over `{}`",
            own.source.name, base.source.name
        )
    };
    Err(not_there(name, message, None))
}
