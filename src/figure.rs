//! Figures of a scenario: a value travels with the id of its note, so that whoever uses it can name key, provenance and
//! source without a second look-up.

/// Index of a figure's note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureId(pub u16);

/// Where a figure stands and how far it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureNote {
    /// Dotted path of the key in the scenario.
    pub path: String,
    /// How well the figure is founded.
    pub provenance: Provenance,
    /// Where it comes from.
    pub source: String,
}

/// How well a figure is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provenance {
    /// Published text of the city.
    Official,
    /// A national notice or statistic.
    National,
    /// Fitted to published totals by a command (`yibao calibrate`) that anyone can run again.
    Calibrated,
    /// Unverified or from memory: editable, and every report says so.
    Placeholder,
    /// What somebody proposes or tries out: no claim about the world, and every report says so.
    Proposal,
}

impl Provenance {
    /// Every provenance, the best founded first.
    pub const ALL: [Provenance; 5] = [
        Provenance::Official,
        Provenance::National,
        Provenance::Calibrated,
        Provenance::Placeholder,
        Provenance::Proposal,
    ];

    /// The word in scenarios and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Provenance::Official => "official",
            Provenance::National => "national",
            Provenance::Calibrated => "calibrated",
            Provenance::Placeholder => "placeholder",
            Provenance::Proposal => "proposal",
        }
    }

    /// The provenance of a scenario's word for it.
    pub fn from_name(name: &str) -> Option<Provenance> {
        Provenance::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// A value and the id of its note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cited<T> {
    /// The value.
    pub value: T,
    /// Its note.
    pub figure: FigureId,
}
