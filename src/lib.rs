//! yibao (医保): a settlement simulator for China's resident medical insurance (居民医保).
//!
//! A city's regulation fixes the structure, which is code; its figures are a scenario file, which is data. Claims go
//! in, and come out settled to the fen, each of them explainable article by article; the fund is a double-entry
//! journal. The worked case is Jinan (济政字〔2019〕90号), whose scenario is embedded.
//!
//! ```
//! use chrono::NaiveDate;
//! use yibao::prelude::*;
//!
//! let scenario = Scenario::jinan()?;
//! let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).unwrap();
//! // 42,000 yuan at a tertiary hospital, of which 38,500 are in scope.
//! let mut claim = Claim::simple("21", "02", day(5, 2), day(5, 9), Fen::from_yuan(42_000)).unwrap();
//! (claim.own_pay, claim.first_share) = (Fen::from_yuan(2_000), Fen::from_yuan(1_500));
//! claim.in_scope = Fen::from_yuan(38_500);
//! let settlement = settle_one(&scenario, &Person::born(day(1, 1).with_year(1980).unwrap()), &claim)?;
//! assert_eq!(settlement.basic, Fen::from_yuan(26_250)); // (38,500 - 1,000 deductible) x 70 %
//! assert_eq!(settlement.person, Fen::from_yuan(15_750));
//! # use chrono::Datelike;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The parts, in the order in which data meets them:
//!
//! - [`money`], [`schedule`], [`article`], [`figure`] and [`outlook`]: fen, rates and rounding; bands over an accumulator,
//!   the one primitive of every benefit; citations of the regulation and of figures; what becomes of figures in years to come.
//! - [`insured`] (chapters 1 and 2): persons, categories, cover.
//! - [`benefit`] (chapter 3): one file per rule, and [`benefit::settle::settle`], which reads like the waterfall.
//! - [`fund`] (chapter 2 and Art. 26): accounts, journal, contributions, interest, the year's statement.
//! - [`data`]: interchange files in and out; [`synth`]: a synthetic city.
//! - [`scenario`]: a file, checked whole and compiled per benefit year into what the parts above read.
//! - [`batch`]: persons in parallel, reversals, late facts, the run and its record, workloads to measure;
//!   [`report`]: what people read.
//! - [`projection`]: what is still to be settled, the statistics of many paths, and the solver.
//! - [`compare`]: scenarios side by side on the same people: winners and losers, bridges, contrasts, sweeps.
//! - [`cases`]: worked cases that a scenario is held to.
//! - [`lint`]: what a scenario may say, and hardly means.
//! - [`verify`]: whether the record of a run still holds.
//! - [`calibrate`]: figures of a synthetic population fitted to published totals, and projections held against them.
//! - [`cli`]: the `yibao` program.

// Not in Cargo.toml, where they would also hold the helpers of tests, which nothing outside can reach anyway, and long tests.
#![warn(unreachable_pub, clippy::too_many_lines)]

pub mod article;
pub mod batch;
pub mod benefit;
pub mod calibrate;
pub mod cases;
mod chacha;
pub mod cli;
pub mod compare;
mod conveyor;
pub mod data;
pub mod figure;
pub mod fund;
pub mod insured;
pub mod lint;
pub mod money;
mod nearest;
pub mod outlook;
mod parallel;
pub mod prelude;
pub mod projection;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod synth;
pub mod verify;
