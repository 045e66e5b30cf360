//! The reserve at a date for the terminal and as tables.

use crate::money::{Fen, Rounding};
use crate::projection::development::{FundReserve, Payer, Period, ReserveAt};
use crate::projection::reserve::{ChainLadder, Expected};
use crate::report::number::{count, yuan};
use crate::report::table::Table;
use std::fmt::Write;

/// How many origins and developments a terminal shows.
const SHOWN: usize = 13;

/// The report, under the scenario's title.
pub(crate) fn render(title: &str, reserve: &ReserveAt) -> String {
    let mut text = format!(
        "{title}\nIncurred by {} and not yet settled, by {}, chain ladder\n",
        reserve.at,
        reserve.by.name()
    );
    if let Some(all) = reserve.funds.first() {
        triangle(&mut text, reserve, all);
        origins(&mut text, reserve, all);
    }
    funds(&mut text, reserve);
    text
}

/// The last rows of the triangle and the first of its columns.
fn triangle(text: &mut String, reserve: &ReserveAt, fund: &FundReserve) {
    let periods = reserve.origins.len();
    let (first, columns) = (periods.saturating_sub(SHOWN), periods.min(SHOWN));
    let mut table = Table::new();
    let ages = (0..columns).map(|age| age.to_string());
    table.row(std::iter::once("visits ended".to_string()).chain(ages));
    for (origin, row) in reserve.origins.iter().zip(&fund.triangle).skip(first) {
        let paid = row.iter().take(columns).map(|&paid| thousand_yuan(paid));
        table.row(std::iter::once(origin.to_string()).chain(paid));
    }
    if let Some(ladder) = &fund.ladder {
        let factors = ladder
            .factors
            .iter()
            .take(columns)
            .map(|factor| format!("{factor:.4}"));
        table.row(["factor".to_string(), String::new()].into_iter().chain(factors));
    }
    let of_all = if periods > SHOWN {
        format!(" (the last {SHOWN} of {periods}; all of it with --csv triangle)")
    } else {
        String::new()
    };
    let _ = write!(
        text,
        "\nSettled by all funds so many {}s after the visits ended, cumulative, 1,000 yuan{of_all}\n{}",
        reserve.by.name(),
        table.render()
    );
}

/// What is expected of each origin, all funds together.
fn origins(text: &mut String, reserve: &ReserveAt, fund: &FundReserve) {
    let Some(ladder) = &fund.ladder else {
        let problem = fund.problem.as_deref().unwrap_or_default();
        let _ = writeln!(text, "\nNo reserve for all funds together: {problem}");
        return;
    };
    let mut table = Table::new();
    table.row(heads("visits ended", reserve.run_off_to));
    for (index, origin) in ladder.origins.iter().enumerate() {
        let since = fund.settled_since_fen.as_ref().map(|since| since[index]);
        table.row(cells(&reserve.origins[index].to_string(), origin, since));
    }
    table.row(cells("all", &ladder.total, fund.settled_since()));
    let _ = write!(text, "\nReserve of all funds, yuan\n{}", table.render());
    if ladder.factors.iter().all(|&factor| factor == 1.0) {
        let by = reserve.by.name();
        let _ = writeln!(
            text,
            "  Nothing settled later than the {by} in which its visit ended. A claim without setl_time settles on that day."
        );
    }
    if let Some(beyond) = errors_beyond(ladder, fund) {
        let _ = writeln!(
            text,
            "  What was settled since is {beyond:.2} standard errors from the reserve."
        );
    }
}

/// How many standard errors the run-off is away from the reserve.
fn errors_beyond(ladder: &ChainLadder, fund: &FundReserve) -> Option<f64> {
    let error = ladder.total.standard_error_fen.filter(|&error| error > 0.0)?;
    let missed = fund.settled_since()? - ladder.total.reserve_fen;
    Some(missed.get().unsigned_abs() as f64 / error)
}

/// The reserve of each fund.
fn funds(text: &mut String, reserve: &ReserveAt) {
    let mut table = Table::new();
    table.row(heads("fund", reserve.run_off_to));
    let mut problems = Vec::new();
    for fund in &reserve.funds {
        let name = title_of(fund.payer);
        match &fund.ladder {
            Some(ladder) => {
                table.row(cells(name, &ladder.total, fund.settled_since()));
            }
            None => problems.push(format!("{name}: {}", fund.problem.as_deref().unwrap_or_default())),
        }
    }
    let _ = write!(
        text,
        "\nReserve by fund, yuan (a triangle for each, so the parts need not add up to the whole)\n{}",
        table.render()
    );
    for problem in problems {
        let _ = writeln!(text, "  No reserve for {problem}");
    }
}

fn heads(first: &str, run_off_to: Option<Period>) -> Vec<String> {
    let known = [first, "settled", "ultimate", "reserve", "standard error"].map(str::to_string);
    let since = run_off_to.map(|until| format!("settled since, to {until}"));
    known.into_iter().chain(since).collect()
}

fn cells(name: &str, expected: &Expected, since: Option<Fen>) -> Vec<String> {
    let error = expected.standard_error_fen;
    let known = [
        name.to_string(),
        yuan(expected.settled_fen),
        yuan(expected.ultimate_fen),
        yuan(expected.reserve_fen),
        error.map_or_else(|| "–".into(), |error| yuan(whole_fen(error))),
    ];
    known.into_iter().chain(since.map(yuan)).collect()
}

/// A part of the fund, as the other reports call it.
const fn title_of(payer: Payer) -> &'static str {
    match payer {
        Payer::AllFunds => "all funds",
        Payer::Basic => "basic fund",
        Payer::Outpatient => "outpatient pool",
        Payer::CriticalIllness => "critical illness insurance",
    }
}

/// An error to the nearest fen.
fn whole_fen(error_fen: f64) -> Fen {
    Fen::new(error_fen.round() as i64)
}

fn thousand_yuan(amount: Fen) -> String {
    count(Rounding::HalfUp.quotient(amount.get().into(), 100_000))
}

/// The triangles as rows of `fund,origin,development,settled_yuan`.
pub(crate) fn triangle_csv(reserve: &ReserveAt) -> String {
    let mut text = String::from("fund,origin,development,settled_yuan\n");
    for fund in &reserve.funds {
        for (origin, row) in reserve.origins.iter().zip(&fund.triangle) {
            for (development, paid) in row.iter().enumerate() {
                let _ = writeln!(text, "{},{origin},{development},{paid}", fund.payer.name());
            }
        }
    }
    text
}

/// The reserves as rows of `fund,origin,...`; what is not known is empty.
pub(crate) fn reserves_csv(reserve: &ReserveAt) -> String {
    let mut text = String::from(
        "fund,origin,settled_yuan,ultimate_yuan,reserve_yuan,standard_error_yuan,settled_since_yuan\n",
    );
    for fund in &reserve.funds {
        let Some(ladder) = &fund.ladder else { continue };
        for (index, origin) in ladder.origins.iter().enumerate() {
            let error = origin
                .standard_error_fen
                .map(|error| whole_fen(error).to_string());
            let since = fund
                .settled_since_fen
                .as_ref()
                .map(|since| since[index].to_string());
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{}",
                fund.payer.name(),
                reserve.origins[index],
                origin.settled_fen,
                origin.ultimate_fen,
                origin.reserve_fen,
                error.unwrap_or_default(),
                since.unwrap_or_default()
            );
        }
    }
    text
}
