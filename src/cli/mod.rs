//! The command line: one file per command, each of which parses, calls the library and prints.

mod backtest;
mod bench;
mod boundaries;
mod calibrate;
mod check;
mod compare;
mod completions;
mod console;
mod cover;
mod diff;
mod explain;
mod inputs;
mod interrupt;
mod keys;
mod outcome;
mod parts;
mod people;
mod progress;
mod project;
mod report;
mod reserve;
mod resettle;
mod rule;
mod run;
mod schema;
mod sensitivity;
mod settle;
mod solve;
mod sweep;
mod synth;
mod test;
mod verify;

use clap::{Parser, Subcommand};
use outcome::Done;
use std::process::ExitCode;

/// Settlement simulator for China's resident medical insurance (居民医保).
///
/// Settles claims to the fen under a city's rules, explains each of them article by article, and books the fund as a
/// double-entry ledger. Jinan's rules (济政字〔2019〕90号) are built in.
#[derive(Parser)]
#[command(
    name = "yibao",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
To begin with:
  yibao run                                            a city, settled and booked
  yibao synth --persons 20000 --out city --format csv  the same as files
  yibao keys deductible                                what the rules say
  yibao COMMAND --help                                 more of each, with examples

Exit codes: 0 done; 1 done, but something wants a look (rejected rows, for one); 2 could not run.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Each says of itself what it does: a comment here would hide that.
#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Settle(settle::Args),
    Project(project::Args),
    Sensitivity(sensitivity::Args),
    Solve(solve::Args),
    Compare(compare::Args),
    Sweep(sweep::Args),
    Resettle(resettle::Args),
    Reserve(reserve::Args),
    Explain(explain::Args),
    Cover(cover::Args),
    Check(check::Args),
    Diff(diff::Args),
    Keys(keys::Args),
    Schema(schema::Args),
    Rule(rule::Args),
    Test(test::Args),
    Boundaries(boundaries::Args),
    Verify(verify::Args),
    Synth(synth::Args),
    Calibrate(calibrate::Args),
    Backtest(backtest::Args),
    Bench(bench::Args),
    Completions(completions::Args),
}

/// Parses the command line, runs the command and reports on it.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    #[cfg(feature = "parquet")]
    crate::data::quieten_decoder_panics();
    let done = match cli.command {
        Command::Run(args) => run::run(args),
        Command::Settle(args) => settle::run(args),
        Command::Project(args) => project::run(args),
        Command::Sensitivity(args) => sensitivity::run(args),
        Command::Solve(args) => solve::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::Resettle(args) => resettle::run(args),
        Command::Reserve(args) => reserve::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Cover(args) => cover::run(args),
        Command::Check(args) => check::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Keys(args) => keys::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Rule(args) => rule::run(args),
        Command::Test(args) => test::run(args),
        Command::Boundaries(args) => boundaries::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Synth(args) => synth::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Backtest(args) => backtest::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Completions(args) => completions::run::<Cli>(args),
    };
    match done {
        Ok(Done::Clean) => ExitCode::SUCCESS,
        Ok(Done::Look) => ExitCode::from(1),
        Err(failure) => {
            interrupt::settle_down();
            failure.tell();
            ExitCode::from(2)
        }
    }
}
