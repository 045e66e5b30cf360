//! The report of a run for the terminal: claims, who paid, the fund's year, what people paid.

use crate::batch::run::{CityOrigin, Origin, Run};
use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::data::{FileRole, RejectSum};
use crate::figure::Provenance;
use crate::fund::statement::FundStatement;
use crate::money::{Fen, Rate, Rounding};
use crate::report::enrolment;
use crate::report::fund_lines;
use crate::report::number::{about, count, percent, whole_yuan, yuan};
use crate::report::table::Table;
use crate::scenario::Layer;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The report of a finished run.
pub fn render(run: &Run) -> String {
    let mut text = String::new();
    heading(&mut text, run);
    enrolment::section(&mut text, run);
    claims(&mut text, run);
    payers(&mut text, run);
    benefits(&mut text, run);
    fund(&mut text, run);
    districts(&mut text, run);
    persons(&mut text, run);
    let _ = writeln!(text, "\nFingerprint {}", run.outcome.fingerprint);
    text
}

fn heading(text: &mut String, run: &Run) {
    let scenario = &run.scenario;
    let _ = writeln!(
        text,
        "{} · {} · {}",
        scenario.title(),
        scenario.title_in_chinese(),
        scenario.regulation()
    );
    let founded_on = |provenance: Provenance| {
        let figures = run.figures();
        figures.filter(|figure| figure.provenance == provenance).count()
    };
    let placeholders = founded_on(Provenance::Placeholder);
    let _ = writeln!(
        text,
        "{placeholders} of the {} figures used are placeholders: unverified; --out and --report list them.",
        run.figures().count()
    );
    let proposals = founded_on(Provenance::Proposal);
    if scenario.layers().len() > 1 {
        let over = scenario.layers().iter().skip(1);
        let over: Vec<String> = over.map(Layer::place).collect();
        let _ = writeln!(
            text,
            "{proposals} of them are proposals, not rules in force: {} changed by {}.",
            scenario.source().name,
            over.join(", ")
        );
    }
    if run.caseload.enrolments.is_none() {
        let _ = writeln!(
            text,
            "No enrolments file: every person counts as enrolled on time for each year that a claim of theirs touches."
        );
    }
}

fn claims(text: &mut String, run: &Run) {
    let tally = &run.outcome.tally;
    let mut table = Table::new();
    let _ = writeln!(text, "\nClaims");
    table.row(["", "rows", "bill, yuan"]);
    match &run.origin {
        Origin::Files { totals, .. } => {
            for (name, rows) in [("read", totals.read), ("skipped, other years", totals.skipped)] {
                if name == "read" || rows.rows > 0 {
                    table.row([name.to_string(), count(rows.rows as i64), yuan(rows.sum)]);
                }
            }
        }
        Origin::City(CityOrigin { persons, seed, year }) => {
            let _ = writeln!(
                text,
                "  synthetic: {} persons, year {year}, seed {seed}",
                count(i64::from(*persons))
            );
        }
    }
    for (status, sums) in tally.statuses() {
        let name = match status.reason() {
            "" => status.name().to_string(),
            reason => format!("{}, {reason}", status.name()),
        };
        table.row([name, count(sums.claims), yuan(sums.total)]);
    }
    reversals(&mut table, run);
    if let Origin::Files { totals, .. } = &run.origin {
        let of_claims = run
            .rejected
            .iter()
            .filter(|((role, _), _)| *role == FileRole::Claims);
        table.row([
            unread("rejected".to_string(), of_claims.map(|(_, of)| of.unread).sum()),
            count(totals.rejected.rows as i64),
            yuan(totals.rejected.sum),
        ]);
        // Those of payments are told with the payments.
        let others = run
            .rejected
            .iter()
            .filter(|((role, _), _)| *role != FileRole::Enrolments);
        let by_reason: BTreeMap<(&str, &str), (FileRole, &RejectSum)> = others
            .map(|((role, reason), of)| ((role.name(), reason.name()), (*role, of)))
            .collect();
        for ((role, reason), (of_role, of)) in by_reason {
            let name = format!("  {role}: {reason}");
            let (name, sum) = match of_role {
                FileRole::Claims if of.unread == of.rows => (name, "unknown".to_string()),
                FileRole::Claims => (unread(name, of.unread), yuan(of.sum)),
                // Their rows have no bill.
                _ => (name, String::new()),
            };
            table.row([name, count(of.rows as i64), sum]);
        }
    }
    text.push_str(&table.render());
}

/// The name of a sum of bills, of which so many could not be read.
fn unread(name: String, bills: u64) -> String {
    match bills {
        0 => name,
        1 => format!("{name} (1 bill unknown)"),
        _ => format!("{name} ({bills} bills unknown)"),
    }
}

/// Reversals and what they cancelled: together with what stands, every row that was accepted.
fn reversals(table: &mut Table, run: &Run) {
    let requests = || {
        run.caseload
            .claims
            .iter()
            .filter(|entry| entry.reverses.is_some())
    };
    let (count_of, sum) = (
        requests().count() as i64,
        requests().map(|entry| entry.claim.total).sum::<Fen>(),
    );
    if count_of > 0 {
        table.row(["cancelled by a reversal".to_string(), count(count_of), yuan(sum)]);
        table.row(["reversals".to_string(), count(count_of), yuan(-sum)]);
    }
}

fn payers(text: &mut String, run: &Run) {
    let all = run.outcome.tally.all();
    let pool = run.outcome.tally.outpatient_pool();
    let subsidy = run.outcome.tally.subsidy();
    let lines = [
        ("basic fund", all.basic - pool),
        ("outpatient pool", pool),
        ("critical illness insurance", all.critical_illness),
        ("medical assistance", all.assistance),
        ("special accounts", all.special - subsidy),
        ("government's subsidy", subsidy),
        ("hospitals", all.hospital),
        ("persons", all.person),
    ];
    let mut table = Table::new();
    table.row(["", "yuan", "share"]);
    for (name, amount) in lines {
        // Few cities have it.
        if name == "government's subsidy" && amount.is_zero() {
            continue;
        }
        table.row([
            name.to_string(),
            yuan(amount),
            percent(amount.get(), all.total.get()),
        ]);
    }
    table.row([
        "the bills".to_string(),
        yuan(all.total),
        percent(all.total.get(), all.total.get()),
    ]);
    let _ = write!(text, "\nWho paid the bills\n{}", table.render());
}

fn benefits(text: &mut String, run: &Run) {
    let tally = &run.outcome.tally;
    let mut table = Table::new();
    table.row([
        "",
        "claims",
        "in scope, yuan",
        "fund, yuan",
        "of in scope",
        "of the bill",
    ]);
    let mut line = |name: String, sums: &Sums| {
        if *sums != Sums::default() {
            let (fund, scope) = (
                percent(sums.basic.get(), sums.in_scope.get()),
                percent(sums.basic.get(), sums.total.get()),
            );
            table.row([
                name,
                count(sums.claims),
                yuan(sums.in_scope),
                yuan(sums.basic),
                fund,
                scope,
            ]);
        }
    };
    for kind in BenefitKind::ALL {
        line(kind.name().to_string(), &tally.kind(kind));
        for (index, [name, _]) in level_names(run).iter().enumerate() {
            line(format!("  {name}"), tally.kind_at(kind, Level(index as u8)));
        }
    }
    let _ = write!(
        text,
        "\nReimbursement by the basic fund and the outpatient pool\n{}",
        table.render()
    );
}

pub(super) fn level_names(run: &Run) -> Vec<[String; 2]> {
    let years = run.scenario.years();
    let tariff = years.first().and_then(|&year| run.scenario.tariff(year));
    tariff
        .map(|tariff| tariff.level_names.clone())
        .unwrap_or_default()
}

fn fund(text: &mut String, run: &Run) {
    let mut table = Table::new();
    let statements = &run.statements;
    if statements.is_empty() {
        return;
    }
    let insured = |statement: &FundStatement| run.outcome.enrolled.collection.insured(statement.year);
    let line = |name: &str, cell: &dyn Fn(&FundStatement) -> String| {
        std::iter::once(name.to_string())
            .chain(statements.iter().map(cell))
            .collect::<Vec<_>>()
    };
    table.row(line("yuan", &|statement| statement.year.to_string()));
    table.row(line("Insured", &|statement| count(insured(statement) as i64)));
    for of in fund_lines::shown(statements) {
        table.row(line(of.english, &|statement| {
            yuan(Fen::new((of.amount)(statement)))
        }));
    }
    // A year nobody is insured in has no income of its own: what was settled in it belongs to another.
    table.row(line("Closing balance in months of benefits", &|statement| {
        let months = statement
            .consolidated
            .months_of_reserve
            .filter(|_| insured(statement) > 0);
        months.map_or("–".into(), |months| format!("{months:.1}"))
    }));
    let opening = match fund_lines::states_opening(run) {
        true => "the opening balance that the scenario states is for projections alone",
        false => "no opening balance is known",
    };
    let _ = write!(
        text,
        "\nThe fund ({opening}: the balances are what these years add)\n{}",
        table.render()
    );
}

/// Art. 3, 27: one pool, told by district where the persons have one.
fn districts(text: &mut String, run: &Run) {
    let insured = |statement: &&FundStatement| {
        let named = statement.districts.iter().filter(|of| of.district.is_some());
        named.map(|of| of.insured).sum::<u64>() > 0
    };
    for statement in run.statements.iter().filter(insured) {
        let mut table = Table::new();
        table.row([
            "yuan",
            "insured",
            "persons",
            "others (Art. 7)",
            "subsidy",
            "refunded",
            "work funds",
        ]);
        for of in &statement.districts {
            let amounts = [
                of.individual_person_fen,
                of.individual_finance_fen + of.individual_township_fen + of.individual_employer_fen,
                of.subsidy_fen,
                of.refunded_fen,
                of.work_funds_fen,
            ];
            let name = of.district.as_deref().unwrap_or("none given");
            let cells = [name.to_string(), count(of.insured as i64)];
            table.row(cells.into_iter().chain(amounts.map(|fen| yuan(Fen::new(fen)))));
        }
        let year = statement.year;
        let _ = write!(text, "\nRaised by district, {year}\n{}", table.render());
    }
}

fn persons(text: &mut String, run: &Run) {
    let paid = &run.outcome.out_of_pocket;
    let (Some(mean), Some(largest)) = (paid.mean(Rounding::HalfUp), paid.max()) else {
        return;
    };
    let mut table = Table::new();
    table.row(["persons with claims".to_string(), count(paid.count() as i64)]);
    table.row(["paid on average".to_string(), whole_yuan(mean)]);
    for (of_them, percent) in [("half of them", 50), ("nine in ten", 90), ("99 in 100", 99)] {
        let most = paid
            .quantile(Rate::from_ppm(percent * 10_000))
            .unwrap_or_default();
        table.row([format!("{of_them} paid at most"), about(most)]);
    }
    table.row(["the most".to_string(), whole_yuan(largest)]);
    let _ = write!(text, "\nWhat people paid themselves, yuan\n{}", table.render());
}
