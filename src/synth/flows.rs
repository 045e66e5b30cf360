//! What became of everyone in a year, and the sums of that: stocks and flows of the population.

use crate::insured::person::Sex;
use std::ops::AddAssign;

/// Age bands of five years, the last one open.
pub const AGE_BANDS: usize = 21;

/// The age band of a completed age: 0 is 0 to 4 years, the last is 100 and older.
#[inline]
pub const fn age_band(age: usize) -> usize {
    if age / 5 < AGE_BANDS {
        age / 5
    } else {
        AGE_BANDS - 1
    }
}

/// What became of the person of a slot in the year drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Not born or arrived yet.
    NotYet,
    /// A resident of the year.
    Resident {
        /// Since when.
        entry: Entry,
        /// Whether they died in the year.
        died: bool,
    },
    /// A resident of the year before who left when it ended.
    Left(Departure),
    /// Left in an earlier year, and has not come back.
    Away(Departure),
    /// Died in an earlier year, as a resident or away.
    Dead,
}

/// How a resident of the year came to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A resident of the year before, or there at the base.
    Stayed,
    /// Born in the year.
    Born,
    /// Arrived at its opening, by the stream of this index.
    Arrived(u8),
    /// Had left, and is back from its opening on because the share of members, by age and year, has risen again.
    Returned,
}

/// Why a resident left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The share of members, by age and year, fell below the person's own mark.
    Membership,
    /// The years of the stream were over.
    YearsOver,
}

impl Departure {
    /// Every cause, in the order of their indices.
    pub const ALL: [Departure; 2] = [Departure::Membership, Departure::YearsOver];
}

/// Persons by sex (male, female) and age band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads(pub [[u64; AGE_BANDS]; 2]);

impl Heads {
    /// Heads of both sexes and all ages.
    pub fn all(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// Everyone of a sex: male, female.
    fn by_sex(&self) -> [u64; 2] {
        self.0.map(|bands| bands.iter().sum())
    }

    #[inline]
    fn count(&mut self, sex: Sex, age: usize) {
        self.0[usize::from(sex == Sex::Female)][age_band(age)] += 1;
    }
}

impl AddAssign<&Heads> for Heads {
    fn add_assign(&mut self, more: &Heads) {
        let all = self.0.as_flattened_mut();
        for (heads, more) in all.iter_mut().zip(more.0.as_flattened()) {
            *heads += more;
        }
    }
}

/// The population of a year: `closing = opening + born + arrived + returned - died - left`, for each sex.
///
/// Whoever arrives, returns or leaves does so at the opening of the year, after `opening` is counted. So `opening` is the
/// `closing` of the year before, to the person. Ages are those completed at the opening of the year, and in `closing`
/// at the opening of the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// Residents of the year before that lived to its end; in the base year those insured at the base.
    pub opening: Heads,
    /// Born in the year.
    pub born: Heads,
    /// Arrived, by stream.
    pub arrived: Vec<Heads>,
    /// Came back.
    pub returned: Heads,
    /// Died in the year.
    pub died: Heads,
    /// Left, by cause in the order of [`Departure::ALL`].
    pub left: [Heads; 2],
    /// Residents of the year that lived to its end.
    pub closing: Heads,
}

impl Flows {
    /// Nobody, with so many streams.
    pub(super) fn of_streams(streams: usize) -> Flows {
        Flows {
            arrived: vec![Heads::default(); streams],
            ..Flows::default()
        }
    }

    /// Adds one person, of a completed age at the opening of the year.
    #[inline]
    pub(super) fn count(&mut self, fate: Fate, sex: Sex, age: usize) {
        match fate {
            Fate::NotYet | Fate::Away(_) | Fate::Dead => {}
            Fate::Left(cause) => {
                self.opening.count(sex, age);
                self.left[cause as usize].count(sex, age);
            }
            Fate::Resident { entry, died } => {
                match entry {
                    Entry::Stayed => self.opening.count(sex, age),
                    Entry::Born => self.born.count(sex, age),
                    Entry::Arrived(stream) => self.arrived[usize::from(stream)].count(sex, age),
                    Entry::Returned => self.returned.count(sex, age),
                }
                if died {
                    self.died.count(sex, age);
                } else {
                    self.closing.count(sex, age + usize::from(entry != Entry::Born));
                }
            }
        }
    }

    /// Adds the people of other slots of the same year.
    pub fn add(&mut self, more: &Flows) {
        if self.arrived.len() < more.arrived.len() {
            self.arrived.resize(more.arrived.len(), Heads::default());
        }
        self.opening += &more.opening;
        self.born += &more.born;
        for (heads, more) in self.arrived.iter_mut().zip(&more.arrived) {
            *heads += more;
        }
        self.returned += &more.returned;
        self.died += &more.died;
        for (heads, more) in self.left.iter_mut().zip(&more.left) {
            *heads += more;
        }
        self.closing += &more.closing;
    }

    /// Whether stocks and flows agree, for each sex.
    pub fn balances(&self) -> bool {
        let mut came = self.opening;
        let arrived = self.arrived.iter();
        for heads in [&self.born, &self.returned].into_iter().chain(arrived) {
            came += heads;
        }
        let mut went = self.closing;
        for heads in [&self.died].into_iter().chain(&self.left) {
            went += heads;
        }
        came.by_sex() == went.by_sex()
    }
}
