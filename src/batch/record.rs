//! `run.json`: what went in, under which rules, and what came out, so that anyone can check it.

use crate::batch::resettle::Resettlement;
use crate::batch::run::{CityOrigin, Origin, Run};
use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::data::source::sha256_hex;
use crate::figure::{FigureNote, Provenance};
use crate::scenario::{Layer, LayerKind, Scenario};
use crate::synth::City;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// What went into a run and what came out, as `run.json` has it.
#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    /// Always `yibao`: a directory with this record may be replaced by a later run.
    pub program: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The command line, word by word; files by the paths given, so that it can be repeated.
    pub command: Vec<String>,
    /// Which rules were settled by, with hashes.
    pub scenario: ScenarioRecord,
    /// Where the claims came from.
    #[serde(flatten)]
    pub origin: OriginRecord,
    /// How cover was decided.
    pub enrolment: EnrolmentRecord,
    /// Settlements by status and reason.
    pub statuses: Vec<StatusRecord>,
    /// Sums over everything, in fen.
    pub totals: SumsRecord,
    /// Sums over settled claims by kind of benefit, in fen.
    pub totals_by_kind: BTreeMap<&'static str, SumsRecord>,
    /// One number over every settled row.
    pub fingerprint: String,
    /// What tells the key from others, if the outputs call persons by pseudonyms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudonym_key: Option<String>,
    /// What a resettlement changed in the run before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<ChangesRecord>,
    /// SHA-256 of the files beside the record, by their names; empty until they are written.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, String>,
    /// What the run took of the machine: the only part of a record that differs from run to run.
    pub resources: ResourcesRecord,
}

/// What a run took of the machine.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourcesRecord {
    /// `--memory`, in bytes, if it was given.
    pub memory_limit_bytes: Option<u64>,
    /// The most memory that the program has held at a time, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// Parts that larger inputs were cut into.
    pub parts: Option<usize>,
}

impl ResourcesRecord {
    /// What the program has taken so far.
    pub(crate) fn now() -> ResourcesRecord {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        ResourcesRecord {
            peak_memory_bytes: kib.map(|kib| kib * 1024),
            ..ResourcesRecord::default()
        }
    }
}

/// What a resettlement changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangesRecord {
    /// The directory of the run before.
    pub previous: String,
    /// The fingerprint that the run before ended with.
    pub previous_fingerprint: String,
    /// The day on which the change was posted, if there was one.
    pub posted_on: Option<NaiveDate>,
    /// Claims that settled before and settle after, differently.
    pub claims_changed: u64,
    /// Claims that settle only now.
    pub claims_new: u64,
    /// Claims that settled before, and are now rejected or reversed.
    pub claims_withdrawn: u64,
    /// Settlements that stood and are cancelled.
    pub cancellations: u64,
    /// Settlements that are made in their place, or are new.
    pub settlements: u64,
    /// Entries of correction in the ledger, all of the day of posting.
    pub entries: usize,
    /// By how much the totals have changed, in fen.
    pub net: SumsRecord,
}

/// The rules of a run.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioRecord {
    /// The short name.
    pub name: String,
    /// The file; of a stack, that of the base.
    pub file: String,
    /// SHA-256 of its text.
    pub sha256: String,
    /// What was asked for, if it is more than the base: `a+b`, as `--scenario` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// What lies over the base, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayRecord>,
    /// What was set on top, `KEY=VALUE` each, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<String>,
    /// SHA-256 of the list of the hashes of all these, if there is more than the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_sha256: Option<String>,
    /// The keys for which two of these have a value that were not written for each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<OverriddenRecord>,
    /// The number of the regulation, such as 济政字〔2019〕90号.
    pub regulation: String,
    /// How many of its figures such a run uses.
    pub figures: usize,
    /// Those of them that are placeholders.
    pub placeholders: Vec<String>,
    /// Those of them that are proposals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<String>,
}

/// An overlay of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct OverlayRecord {
    /// The short name.
    pub name: String,
    /// The title in English.
    pub title: String,
    /// Who wrote it, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Why it was written, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The file as it was named.
    pub file: String,
    /// SHA-256 of its text.
    pub sha256: String,
}

/// A key for which two layers of a scenario have a value.
#[derive(Clone, Debug, Serialize)]
pub struct OverriddenRecord {
    /// The key.
    pub key: String,
    /// The file, or the `--set`, whose value holds.
    pub by: String,
    /// The one whose value does not.
    pub of: String,
}

/// How cover was decided.
#[derive(Clone, Debug, Serialize)]
pub struct EnrolmentRecord {
    /// `payments` or `presumed`.
    pub by: &'static str,
    /// Payments by what became of them: `read`, `accepted`, `rejected`, `skipped`; empty if cover is presumed.
    pub payments: BTreeMap<&'static str, PaymentsRecord>,
    /// Residents and insured by benefit year and category; empty if cover is presumed.
    pub coverage: Vec<CoverageRecord>,
}

/// A number of payments and their sum.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentsRecord {
    /// How many payments.
    pub rows: u64,
    /// Sum of `amount` in fen; what is due where it is blank.
    pub amount_fen: i64,
}

/// Residents and insured of a category in a benefit year.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageRecord {
    /// The benefit year.
    pub year: i32,
    /// The category (Art. 2): `student`, `minor` or `adult`.
    pub category: &'static str,
    /// Who could be enrolled.
    pub residents: u64,
    /// Who is covered on a day of the year.
    pub covered: u64,
}

/// Where the claims of a run came from.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum OriginRecord {
    /// Interchange files.
    Files {
        /// The only benefit year that was settled, if one was asked for.
        year: Option<i32>,
        /// The files.
        inputs: Vec<InputRecord>,
        /// What became known later, in the order in which it did; empty unless it is a resettlement.
        late: Vec<LateRecord>,
        /// Claim rows by what became of them.
        claim_rows: BTreeMap<&'static str, RowsRecord>,
        /// Rejected rows by reason, of all files.
        rejects: BTreeMap<&'static str, u64>,
        /// What was tolerated.
        warnings: Vec<String>,
    },
    /// A synthetic city.
    City(CityOrigin),
}

/// `run.json` of a synthetic city that was written as files.
#[derive(Clone, Debug, Serialize)]
pub struct CityRecord {
    program: &'static str,
    version: &'static str,
    command: Vec<String>,
    scenario: ScenarioRecord,
    #[serde(flatten)]
    origin: CityOrigin,
    persons_written: usize,
    claims_written: usize,
}

impl CityRecord {
    /// The record of a city that `command` asked for.
    pub fn of(scenario: &Scenario, origin: CityOrigin, city: &City, command: Vec<String>) -> CityRecord {
        CityRecord {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command,
            scenario: scenario_record(scenario, scenario.figures_of(origin.year)),
            origin,
            persons_written: city.caseload.persons.len(),
            claims_written: city.caseload.claims.len(),
        }
    }
}

/// An input file.
#[derive(Clone, Debug, Serialize)]
pub struct InputRecord {
    /// What it was read as.
    pub role: &'static str,
    /// Its path as given, or as found in a folder or by a glob.
    pub path: String,
    /// Keys and values in the names of its folders, the outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partition: Vec<(String, String)>,
    /// SHA-256 of its bytes; `None` if the run was made without.
    pub sha256: Option<String>,
    /// Rows after the header.
    pub rows: u64,
    /// Rows that became records.
    pub accepted: u64,
    /// Rows in `rejects.csv`.
    pub rejected: u64,
    /// Good rows that were not wanted.
    pub skipped: u64,
    /// Rows in whose place a later file has another one.
    pub replaced: u64,
}

/// Late facts that a resettlement took in.
#[derive(Clone, Debug, Serialize)]
pub struct LateRecord {
    /// The day on which the change was posted, if there was one.
    pub posted_on: Option<NaiveDate>,
    /// The files.
    pub inputs: Vec<InputRecord>,
}

/// A number of claim rows and their sum.
#[derive(Clone, Debug, Serialize)]
pub struct RowsRecord {
    /// How many rows.
    pub rows: u64,
    /// Sum of `medfee_sumamt` in fen.
    pub medfee_sumamt_fen: i64,
}

/// Settlements with one status and reason.
#[derive(Clone, Debug, Serialize)]
pub struct StatusRecord {
    /// `status` of the settlements file, such as `not-covered`.
    pub status: &'static str,
    /// `reason` of the settlements file; empty where the status needs none.
    pub reason: &'static str,
    /// Settlements that stand.
    pub claims: i64,
    /// Sum of `medfee_sumamt` in fen.
    pub medfee_sumamt_fen: i64,
}

/// Sums in fen by national element names.
#[derive(Clone, Debug, Serialize)]
pub struct SumsRecord {
    claims: i64,
    medfee_sumamt_fen: i64,
    fulamt_ownpay_amt_fen: i64,
    overlmt_selfpay_fen: i64,
    preselfpay_amt_fen: i64,
    inscp_scp_amt_fen: i64,
    act_pay_dedc_fen: i64,
    hifp_pay_fen: i64,
    hifmi_pay_fen: i64,
    maf_pay_fen: i64,
    oth_pay_fen: i64,
    fund_pay_sumamt_fen: i64,
    psn_part_amt_fen: i64,
    hosp_part_amt_fen: i64,
}

impl From<&Sums> for SumsRecord {
    fn from(sums: &Sums) -> SumsRecord {
        SumsRecord {
            claims: sums.claims,
            medfee_sumamt_fen: sums.total.get(),
            fulamt_ownpay_amt_fen: sums.own_pay.get(),
            overlmt_selfpay_fen: sums.over_limit.get(),
            preselfpay_amt_fen: sums.first_share.get(),
            inscp_scp_amt_fen: sums.in_scope.get(),
            act_pay_dedc_fen: sums.deductible.get(),
            hifp_pay_fen: sums.basic.get(),
            hifmi_pay_fen: sums.critical_illness.get(),
            maf_pay_fen: sums.assistance.get(),
            oth_pay_fen: sums.special.get(),
            fund_pay_sumamt_fen: sums.fund().get(),
            psn_part_amt_fen: sums.person.get(),
            hosp_part_amt_fen: sums.hospital.get(),
        }
    }
}

impl RunRecord {
    /// The record of a run that `command` asked for.
    pub fn of(run: &Run, command: Vec<String>) -> RunRecord {
        let tally = &run.outcome.tally;
        let by_kind = BenefitKind::ALL.map(|kind| (kind.name(), SumsRecord::from(&tally.kind(kind))));
        let statuses = tally.statuses().map(|(status, sums)| StatusRecord {
            status: status.name(),
            reason: status.reason(),
            claims: sums.claims,
            medfee_sumamt_fen: sums.total.get(),
        });
        RunRecord {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command,
            scenario: scenario_record(&run.scenario, run.figures()),
            origin: origin_record(run),
            enrolment: enrolment_record(run),
            statuses: statuses.collect(),
            totals: SumsRecord::from(&tally.all()),
            totals_by_kind: by_kind.into_iter().collect(),
            fingerprint: run.outcome.fingerprint.to_string(),
            pseudonym_key: None,
            changes: None,
            outputs: BTreeMap::new(),
            resources: ResourcesRecord::now(),
        }
    }

    /// The record of a resettlement that `command` asked for: that of the state after, and what has changed.
    pub(crate) fn of_resettlement(resettlement: &Resettlement, command: Vec<String>) -> RunRecord {
        let mut record = RunRecord::of(&resettlement.run, command);
        if let OriginRecord::Files { late, .. } = &mut record.origin {
            for (late, posted_on) in late.iter_mut().zip(&resettlement.posted) {
                late.posted_on = *posted_on;
            }
        }
        let changes = &resettlement.changes;
        record.changes = Some(ChangesRecord {
            previous: resettlement.previous.display().to_string(),
            previous_fingerprint: resettlement.previous_fingerprint.clone(),
            posted_on: resettlement.posted_on(),
            claims_changed: changes.changed.claims,
            claims_new: changes.new.claims,
            claims_withdrawn: changes.withdrawn.claims,
            cancellations: changes.cancellations(),
            settlements: changes.settlements(),
            entries: resettlement.journal.len(),
            net: SumsRecord::from(&changes.net()),
        });
        record
    }
}

/// The record of a scenario, with the notes of the figures that were used.
pub(crate) fn scenario_record<'a>(
    scenario: &Scenario,
    figures: impl Iterator<Item = &'a FigureNote>,
) -> ScenarioRecord {
    let figures: Vec<&FigureNote> = figures.collect();
    let paths_of = |provenance: Provenance| {
        let found = figures.iter().filter(|figure| figure.provenance == provenance);
        found.map(|figure| figure.path.clone()).collect()
    };
    let layers = scenario.layers();
    let of_kind = |kind: LayerKind| layers.iter().filter(move |layer| layer.kind == kind);
    let place = |index: usize| layers.get(index).map(Layer::place).unwrap_or_default();
    let overrides = scenario.overrides().into_iter();
    ScenarioRecord {
        name: scenario.name().to_string(),
        file: scenario.source().name.clone(),
        sha256: sha256_hex(scenario.source().text.as_bytes()),
        given: (layers.len() > 1).then(|| scenario.given().to_string()),
        overlays: of_kind(LayerKind::Overlay)
            .map(|layer| OverlayRecord {
                name: layer.name.clone(),
                title: layer.title.clone(),
                author: layer.author.clone(),
                reason: layer.reason.clone(),
                file: layer.source.name.clone(),
                sha256: layer.sha256(),
            })
            .collect(),
        sets: of_kind(LayerKind::Set)
            .map(|layer| layer.source.text.clone())
            .collect(),
        stack_sha256: (layers.len() > 1).then(|| scenario.sha256()),
        overridden: overrides
            .map(|override_| OverriddenRecord {
                key: override_.key,
                by: place(override_.by),
                of: place(override_.of),
            })
            .collect(),
        regulation: scenario.regulation().to_string(),
        figures: figures.len(),
        placeholders: paths_of(Provenance::Placeholder),
        proposals: paths_of(Provenance::Proposal),
    }
}

fn enrolment_record(run: &Run) -> EnrolmentRecord {
    if run.caseload.enrolments.is_none() {
        return EnrolmentRecord {
            by: "presumed",
            payments: BTreeMap::new(),
            coverage: Vec::new(),
        };
    }
    let totals = &run.payments;
    let payments = [
        ("read", totals.read),
        ("accepted", totals.accepted),
        ("rejected", totals.rejected),
        ("skipped", totals.skipped),
    ];
    let payments = payments.map(|(name, tally)| {
        let record = PaymentsRecord {
            rows: tally.rows,
            amount_fen: tally.sum.get(),
        };
        (name, record)
    });
    let coverage = run.outcome.enrolled.coverage.iter();
    EnrolmentRecord {
        by: "payments",
        payments: payments.into_iter().collect(),
        coverage: coverage
            .map(|(&(year, category), coverage)| CoverageRecord {
                year,
                category: category.name(),
                residents: coverage.residents,
                covered: coverage.covered,
            })
            .collect(),
    }
}

fn origin_record(run: &Run) -> OriginRecord {
    match &run.origin {
        Origin::City(origin) => OriginRecord::City(*origin),
        Origin::Files {
            files,
            totals,
            warnings,
            only_year,
        } => {
            let mut by_reason = BTreeMap::new();
            for ((_, reason), of) in &run.rejected {
                *by_reason.entry(reason.name()).or_insert(0) += of.rows;
            }
            let rows = |tally: crate::data::Tally| RowsRecord {
                rows: tally.rows,
                medfee_sumamt_fen: tally.sum.get(),
            };
            let claim_rows = [
                ("read", totals.read),
                ("accepted", totals.accepted),
                ("rejected", totals.rejected),
                ("skipped", totals.skipped),
                ("replaced", totals.replaced),
            ];
            let of_batch = |batch: u32| {
                let files = files.iter().filter(move |file| file.batch == batch);
                files.map(input_record).collect::<Vec<_>>()
            };
            let batches = files.iter().map(|file| file.batch).max().unwrap_or(0);
            let late = (1..=batches).map(|batch| LateRecord {
                posted_on: None,
                inputs: of_batch(batch),
            });
            OriginRecord::Files {
                year: *only_year,
                inputs: of_batch(0),
                late: late.collect(),
                claim_rows: claim_rows
                    .into_iter()
                    .map(|(name, tally)| (name, rows(tally)))
                    .collect(),
                rejects: by_reason,
                warnings: warnings.clone(),
            }
        }
    }
}

fn input_record(file: &crate::data::FileRecord) -> InputRecord {
    InputRecord {
        role: file.role.name(),
        path: file.path.clone(),
        partition: file.constants.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows,
        accepted: file.accepted,
        rejected: file.rejected,
        skipped: file.skipped,
        replaced: file.replaced,
    }
}
