//! Late facts: what they change in a finished run, as cancellations, new settlements and entries of correction.
//!
//! There is no second way of settling. The facts before and the facts after are both settled whole by the one engine;
//! what differs is the change. So a resettlement ends where settling everything at once would have ended, fingerprint
//! included, and a chain of them does too.
//!
//! ```no_run
//! use std::path::Path;
//! use yibao::batch::previous::Previous;
//! use yibao::batch::resettle::Resettlement;
//! use yibao::data::Late;
//! let previous = Previous::read(Path::new("settled"))?;
//! let late = Late { claims: vec!["corrected.csv".into()], ..Late::default() };
//! let resettlement = Resettlement::of(&previous, &late, None, &|_, _| {})?;
//! println!("{} claims changed", resettlement.changes.changed.claims);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::batch::history::{Row, setl_id};
use crate::batch::previous::{Previous, PreviousError};
use crate::batch::run::{Keep, Origin, Run, RunError};
use crate::batch::tally::Sums;
use crate::benefit::claim::MedType;
use crate::benefit::settlement::Settlement;
use crate::data::source::Source;
use crate::data::{DataError, FileRole, Inputs, Late, Reject};
use crate::fund::correction::{Correction, TooManyDistricts};
use crate::fund::journal::Journal;
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::HashMap;
use std::path::PathBuf;

/// What late facts change in a finished run.
pub struct Resettlement {
    /// The directory of the run that is corrected.
    pub previous: PathBuf,
    /// The fingerprint that it ended with.
    pub previous_fingerprint: String,
    /// The state after: what settling everything at once gives.
    pub run: Run,
    /// The days on which the chain of late facts was posted, this one last; `None` where nothing had to be.
    pub posted: Vec<Option<NaiveDate>>,
    /// The settlements that are cancelled and made, by person, claim in the order of settlement, cancellation first.
    pub rows: Vec<ChangedRow>,
    /// What is booked: entries of correction, all on the day of posting.
    pub journal: Journal,
    /// The districts behind the indices of the journal.
    pub districts: Vec<String>,
    /// How many claims changed and by how much, by what happened to them.
    pub changes: Changes,
}

/// A settlement that is made, or one that stood and is cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRow {
    /// `mdtrt_id` of the claim.
    pub claim: String,
    /// `mdtrt_id` of the row that asks for it: the claim itself, or the reversal of it.
    pub request: String,
    /// `psn_no`: of a cancellation, whose settlement it was.
    pub person: String,
    /// `med_type`, in the same way.
    pub med_type: MedType,
    /// Which settlement of the claim it is, from 1, over the whole chain.
    pub generation: u32,
    /// Whether it cancels that settlement.
    pub cancels: bool,
    /// The amounts; mirrored in a cancellation.
    pub settlement: Settlement,
    /// When the claim settled by its own facts, for the order.
    settled_at: NaiveDateTime,
}

impl ChangedRow {
    /// What the rows are ordered by.
    fn order(&self) -> (&str, NaiveDateTime, &str, bool) {
        (&self.person, self.settled_at, &self.claim, !self.cancels)
    }

    /// `setl_id`, see [`Row::setl_id`].
    pub fn setl_id(&self) -> String {
        setl_id(&self.claim, self.generation, self.cancels)
    }

    /// `init_setl_id`: what a cancellation cancels.
    pub fn cancelled_id(&self) -> Option<String> {
        self.cancels.then(|| setl_id(&self.claim, self.generation, false))
    }
}

/// The change by what happened to claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Settled before and after, differently.
    pub changed: Change,
    /// Settled only now.
    pub new: Change,
    /// Settled before, and now rejected or reversed.
    pub withdrawn: Change,
}

/// Claims, and what their rows add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// How many claims.
    pub claims: u64,
    /// New settlements less cancelled ones.
    pub net: Sums,
}

impl Changes {
    /// Settlements that are cancelled.
    pub fn cancellations(&self) -> u64 {
        self.changed.claims + self.withdrawn.claims
    }

    /// Settlements that are made.
    pub fn settlements(&self) -> u64 {
        self.changed.claims + self.new.claims
    }

    /// What all rows add up to.
    pub fn net(&self) -> Sums {
        let mut net = Sums::default();
        for change in [&self.changed, &self.new, &self.withdrawn] {
            net.merge(&change.net);
        }
        net
    }
}

/// Why late facts cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ResettleError {
    /// The earlier run cannot be read again.
    #[error(transparent)]
    Previous(#[from] PreviousError),
    /// A file of late facts cannot be used, or there is a year without figures of the fund.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Late facts from standard input.
    #[error("the late {role} cannot come from standard input")]
    StandardInput {
        /// The role.
        role: FileRole,
    },
    /// The earlier run cannot be repeated.
    #[error("settling `{path}` again gives the fingerprint {found}, but {recorded} was recorded")]
    OtherFingerprint {
        /// The directory.
        path: String,
        /// As in its record.
        recorded: String,
        /// What settling gives.
        found: String,
    },
    /// There is something to post, and no day to post it on.
    #[error("there is no date in the late facts to post the change on")]
    NoDate,
    /// More districts had a change than a ledger can tell apart.
    #[error(transparent)]
    TooManyDistricts(#[from] TooManyDistricts),
}

impl From<DataError> for ResettleError {
    fn from(error: DataError) -> ResettleError {
        ResettleError::Run(error.into())
    }
}

impl ResettleError {
    /// What the person at the keyboard can do about it, if there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            ResettleError::Previous(error) => return error.hint(),
            ResettleError::Run(RunError::Data(error)) => return error.hint(),
            ResettleError::StandardInput { .. } => "give it as a file: the next resettlement reads it again",
            ResettleError::OtherFingerprint { .. } => {
                "it was made by another version of this program, so settle it anew and resettle that"
            }
            ResettleError::NoDate => "say the day with --posted-on",
            ResettleError::Run(_) | ResettleError::TooManyDistricts(_) => return None,
        };
        Some(hint.to_string())
    }
}

impl Resettlement {
    /// Takes late facts into a finished run. The change is posted on `posted_on`, or else on the latest day that the
    /// late facts tell of: of a payment, an event, a settlement or a death. `progress` is told persons done and persons
    /// in all, anew each time that everything is settled.
    ///
    /// # Errors
    /// A file that cannot be used or has changed, a run that cannot be repeated, or a change without a date.
    ///
    /// # Panics
    /// If the rows of the change do not add up to the difference of the sums: a defect of the program, never of the
    /// input.
    pub fn of(
        previous: &Previous,
        late: &Late,
        posted_on: Option<NaiveDate>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Resettlement, ResettleError> {
        if let Some((role, _)) = late.files().find(|(_, file)| file.is_stdin()) {
            return Err(ResettleError::StandardInput { role });
        }
        let (mut sources, late) = (previous.open()?, late.open()?);
        let mut batches = std::mem::take(&mut sources.late);
        let chain = Chain {
            previous,
            sources,
            progress,
        };
        let (before, mut generations) = chain.replay(&batches)?;
        batches.push(late);
        let after = chain.settle(&batches)?;
        let (rows, changes) = compare(&before, &after, &mut generations);
        assert_adds_up(&before, &after, &changes.net());
        let correction = Correction::between(
            (&before.journal, &before.caseload.districts),
            (&after.journal, &after.caseload.districts),
        );
        let posted_on = posted_on.or_else(|| latest(&after, batches.len()));
        let (journal, districts) = match posted_on {
            Some(day) => correction.post(day)?,
            None if rows.is_empty() && correction.is_empty() => Default::default(),
            None => return Err(ResettleError::NoDate),
        };
        let mut posted = previous.posted.clone();
        posted.push(posted_on);
        Ok(Resettlement {
            previous: previous.directory.clone(),
            previous_fingerprint: previous.fingerprint.clone(),
            run: after,
            posted,
            rows,
            journal,
            districts,
            changes,
        })
    }

    /// The day on which the change is posted; `None` if there is none and no day is known.
    pub fn posted_on(&self) -> Option<NaiveDate> {
        self.posted.last().copied().flatten()
    }

    /// The rejects that are rows of the late facts taken in now.
    pub fn late_rejects(&self) -> impl Iterator<Item = &Reject> {
        let late = self.posted.len();
        let (rejects, origin) = (self.run.rejects.iter(), &self.run.origin);
        rejects.filter(move |reject| {
            let file = origin.file(reject.role, reject.file);
            file.is_some_and(|file| file.batch as usize == late)
        })
    }
}

/// The files of a run, to be settled with ever more late facts.
struct Chain<'a> {
    previous: &'a Previous,
    /// Without late facts.
    sources: Inputs<Source>,
    progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl Chain<'_> {
    /// Settles what was known once `late` was.
    fn settle(&self, late: &[Late<Source>]) -> Result<Run, RunError> {
        let sources = Inputs {
            late: late.to_vec(),
            ..self.sources.clone()
        };
        let keep = Keep {
            rows: true,
            claim_entries: false,
            no_hashes: false,
        };
        let previous = self.previous;
        Run::of_sources(
            previous.scenario.clone(),
            sources,
            previous.only_year,
            keep,
            None,
            self.progress,
        )
    }

    /// Settles stage by stage, to know which settlement of each claim stands, and checks where that ends.
    fn replay(&self, late: &[Late<Source>]) -> Result<(Run, Generations), ResettleError> {
        let mut run = self.settle(&[])?;
        let mut generations = Generations::of(&run);
        for known in 1..=late.len() {
            let next = self.settle(&late[..known])?;
            compare(&run, &next, &mut generations);
            run = next;
        }
        let (recorded, found) = (&self.previous.fingerprint, run.outcome.fingerprint.to_string());
        if *recorded != found {
            return Err(ResettleError::OtherFingerprint {
                path: self.previous.directory.display().to_string(),
                recorded: recorded.clone(),
                found,
            });
        }
        Ok((run, generations))
    }
}

/// The latest day that the accepted rows of a batch tell of.
fn latest(run: &Run, batch: usize) -> Option<NaiveDate> {
    let Origin::Files { files, .. } = &run.origin else {
        return None;
    };
    let late = files.iter().filter(|file| file.batch as usize == batch);
    late.filter_map(|file| file.latest).max()
}

/// Which settlements a chain has made of each claim so far.
struct Generations(HashMap<String, Generation>);

#[derive(Clone, Copy, Default)]
struct Generation {
    /// The settlement that stands, from 1; of no account where none does.
    standing: u32,
    /// How many there were.
    largest: u32,
}

impl Generations {
    /// Those of a run by itself, its own reversals included.
    fn of(run: &Run) -> Generations {
        let mut generations: HashMap<String, Generation> = HashMap::new();
        for row in &run.outcome.rows {
            let claim = run.caseload.claim_ids.get(row.claim);
            let generation = Generation {
                standing: row.generation,
                largest: row.generation,
            };
            // Rows of a claim come in order, so the last generation is the largest, and stands if any does.
            match generations.get_mut(claim) {
                Some(known) => *known = generation,
                None => {
                    generations.insert(claim.to_string(), generation);
                }
            }
        }
        Generations(generations)
    }

    /// The generation of a claim that stands.
    fn standing(&self, claim: &str) -> u32 {
        self.0.get(claim).map_or(1, |generation| generation.standing)
    }

    /// The generation of a new settlement, which then stands.
    fn next(&mut self, claim: &str) -> u32 {
        let generation = self.0.entry(claim.to_string()).or_default();
        generation.largest += 1;
        generation.standing = generation.largest;
        generation.largest
    }
}

/// The settlements that stand at the end of a run.
struct Standing<'r> {
    run: &'r Run,
    /// By claim.
    rows: Vec<Option<&'r Row>>,
    /// The row that reverses each claim, by index in the caseload.
    reversed_by: Vec<Option<u32>>,
    /// The index of each claim, reversals left out.
    index: HashMap<&'r str, u32>,
}

impl<'r> Standing<'r> {
    fn of(run: &'r Run) -> Standing<'r> {
        let (caseload, mut index) = (&run.caseload, HashMap::new());
        let mut rows = vec![None; caseload.claims.len()];
        let mut reversed_by = vec![None; caseload.claims.len()];
        for (place, claim) in (0..).zip(&caseload.claims) {
            match claim.reverses {
                Some(original) => reversed_by[original as usize] = Some(place),
                None => {
                    index.insert(caseload.claim_ids.get(place), place);
                }
            }
        }
        for row in &run.outcome.rows {
            rows[row.claim as usize] = (!row.cancels).then_some(row);
        }
        Standing {
            run,
            rows,
            reversed_by,
            index,
        }
    }

    /// The settlement of a claim that stands.
    fn row(&self, claim: &str) -> Option<&'r Row> {
        let index = self.index.get(claim)?;
        self.rows[*index as usize]
    }

    /// Whose settlement it is, and of which kind.
    fn owner(&self, row: &Row) -> (&'r str, MedType) {
        let claim = &self.run.caseload.claims[row.claim as usize];
        let person = self.run.caseload.person_ids.get(claim.person);
        (person, claim.claim.med_type)
    }

    /// The `mdtrt_id` of the row that reverses a claim.
    fn reversal(&self, claim: &str) -> Option<&'r str> {
        let index = self.index.get(claim)?;
        let reversal = self.reversed_by[*index as usize]?;
        Some(self.run.caseload.claim_ids.get(reversal))
    }

    /// A row of the change: the settlement, or its cancellation.
    fn changed(&self, row: &Row, request: &str, generation: u32, cancels: bool) -> ChangedRow {
        let caseload = &self.run.caseload;
        let (person, med_type) = self.owner(row);
        ChangedRow {
            claim: caseload.claim_ids.get(row.claim).to_string(),
            request: request.to_string(),
            person: person.to_string(),
            med_type,
            generation,
            cancels,
            settlement: if cancels {
                row.settlement.reversed()
            } else {
                row.settlement.clone()
            },
            settled_at: caseload.claims[row.claim as usize].claim.settled_at,
        }
    }
}

/// What leads from the settlements that stand in one run to those of another; `generations` moves on.
fn compare(before: &Run, after: &Run, generations: &mut Generations) -> (Vec<ChangedRow>, Changes) {
    let (was, is) = (Standing::of(before), Standing::of(after));
    let (mut rows, mut changes) = (Vec::new(), Changes::default());
    let gone = was.index.keys().filter(|claim| !is.index.contains_key(*claim));
    for &claim in is.index.keys().chain(gone) {
        let (old, new) = (was.row(claim), is.row(claim));
        let change = match (old, new) {
            (None, None) => continue,
            (Some(old_row), Some(new_row)) => {
                let same_owner = was.owner(old_row) == is.owner(new_row);
                if same_owner && new_row.settlement.same_row(&old_row.settlement) {
                    continue;
                }
                &mut changes.changed
            }
            (None, Some(_)) => &mut changes.new,
            (Some(_), None) => &mut changes.withdrawn,
        };
        change.claims += 1;
        if let Some(row) = old {
            let request = is.reversal(claim).unwrap_or(claim);
            let cancellation = was.changed(row, request, generations.standing(claim), true);
            change.net.add(&cancellation.settlement, -1);
            rows.push(cancellation);
        }
        if let Some(row) = new {
            let settlement = is.changed(row, claim, generations.next(claim), false);
            change.net.add(&settlement.settlement, 1);
            rows.push(settlement);
        }
    }
    // The order of the map is nobody's business.
    rows.sort_by(|a, b| a.order().cmp(&b.order()));
    (rows, changes)
}

/// Checks, in release builds too, that the rows of the change lead from the sums before to the sums after.
///
/// # Panics
/// If they do not: a defect of the program, never of the input.
fn assert_adds_up(before: &Run, after: &Run, net: &Sums) {
    let columns = |sums: &Sums| {
        let amounts = [
            sums.total,
            sums.own_pay,
            sums.over_limit,
            sums.first_share,
            sums.in_scope,
            sums.deductible,
            sums.basic,
            sums.critical_illness,
            sums.assistance,
            sums.special,
            sums.hospital,
            sums.person,
        ];
        (sums.claims, amounts)
    };
    let mut reached = before.outcome.tally.all();
    reached.merge(net);
    let wanted = after.outcome.tally.all();
    assert!(
        columns(&reached) == columns(&wanted),
        "the change does not lead from the sums before to those after: {reached:?} instead of {wanted:?}"
    );
}
