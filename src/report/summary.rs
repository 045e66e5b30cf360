//! The report of a run for the terminal: claims, who paid, the fund's year, what people paid.

use crate::batch::run::{CityOrigin, Origin, Run};
use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::data::FileRole;
use crate::figure::Provenance;
use crate::fund::statement::FundStatement;
use crate::money::{Fen, Rate, Rounding};
use crate::report::enrolment;
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
        "{placeholders} of the {} figures used are placeholders: unverified, listed in run.json.",
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
        table.row([
            "rejected".to_string(),
            count(totals.rejected.rows as i64),
            yuan(totals.rejected.sum),
        ]);
        // Those of payments are told with the payments.
        let by_reason: BTreeMap<(&str, &str), (u64, Fen)> = run
            .rejected
            .iter()
            .filter(|((role, _), _)| *role != FileRole::Enrolments)
            .map(|((role, reason), &sums)| ((role.name(), reason.name()), sums))
            .collect();
        for ((role, reason), (rows, sum)) in by_reason {
            table.row([format!("  {role}: {reason}"), count(rows as i64), yuan(sum)]);
        }
    }
    text.push_str(&table.render());
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
    let lines = [
        ("basic fund", all.basic - pool),
        ("outpatient pool", pool),
        ("critical illness insurance", all.critical_illness),
        ("medical assistance", all.assistance),
        ("special accounts", all.special),
        ("hospitals", all.hospital),
        ("persons", all.person),
    ];
    let mut table = Table::new();
    table.row(["", "yuan", "share"]);
    for (name, amount) in lines {
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

fn level_names(run: &Run) -> Vec<[String; 2]> {
    let years = run.scenario.years();
    let tariff = years.first().and_then(|&year| run.scenario.tariff(year));
    tariff
        .map(|tariff| tariff.level_names.clone())
        .unwrap_or_default()
}

/// A line of the fund's table: its name, and where its amount stands in a statement.
type FundLine = (&'static str, fn(&FundStatement) -> i64);

const FUND_LINES: [FundLine; 31] = [
    ("Income", |s| s.consolidated.income.total_fen),
    ("  individual contributions, persons", |s| {
        s.consolidated.income.individual_person_fen
    }),
    ("  individual contributions, finance (Art. 7)", |s| {
        s.consolidated.income.individual_finance_fen
    }),
    ("  individual contributions, townships (Art. 7)", |s| {
        s.consolidated.income.individual_township_fen
    }),
    ("  individual contributions, employers (Art. 7)", |s| {
        s.consolidated.income.individual_employer_fen
    }),
    ("  government subsidy", |s| s.consolidated.income.subsidy_fen),
    ("    central", |s| {
        s.consolidated.income.subsidy_by_level.central_fen
    }),
    ("    provincial", |s| {
        s.consolidated.income.subsidy_by_level.provincial_fen
    }),
    ("    municipal", |s| {
        s.consolidated.income.subsidy_by_level.municipal_fen
    }),
    ("    district", |s| {
        s.consolidated.income.subsidy_by_level.district_fen
    }),
    ("  interest", |s| s.consolidated.income.interest_fen),
    ("Benefits", |s| s.consolidated.benefits.total_fen),
    ("  inpatient", |s| s.consolidated.benefits.inpatient_fen),
    ("  chronic", |s| s.consolidated.benefits.chronic_fen),
    ("  maternity", |s| s.consolidated.benefits.maternity_fen),
    ("  general outpatient", |s| {
        s.consolidated.benefits.general_outpatient_fen
    }),
    ("  critical illness insurance", |s| {
        s.consolidated.benefits.critical_illness_fen
    }),
    ("Balance of the year", |s| s.consolidated.current_balance_fen),
    ("Closing balance", |s| s.consolidated.cumulative_balance_fen),
    ("  basic fund", |s| closing(s, "basic")),
    ("  outpatient pool", |s| closing(s, "outpatient")),
    ("  critical illness insurance", |s| closing(s, "critical-illness")),
    ("Treasury special account", |s| {
        s.consolidated.closing.treasury_account_fen
    }),
    ("Owed to institutions", |s| s.consolidated.closing.payable_fen),
    ("Owed for cover that begins later (Art. 8)", |s| {
        s.consolidated.closing.prepaid_fen
    }),
    ("Refunded before cover began (Art. 9)", |s| {
        s.districts.iter().map(|district| district.refunded_fen).sum()
    }),
    ("Moved within the fund, to the outpatient pool", |s| {
        transfer_in(s, "outpatient")
    }),
    ("  and to critical illness insurance", |s| {
        transfer_in(s, "critical-illness")
    }),
    ("Outside the fund: medical assistance", |s| {
        granted(s, "assistance")
    }),
    ("  special accounts (Art. 31)", |s| granted(s, "special")),
    ("  work funds of the districts (Art. 27)", |s| {
        s.districts.iter().map(|district| district.work_funds_fen).sum()
    }),
];

/// The lines that are left out if they are nothing in every year.
const SELDOM: [&str; 4] = [
    "  individual contributions, townships (Art. 7)",
    "  individual contributions, employers (Art. 7)",
    "Owed for cover that begins later (Art. 8)",
    "Refunded before cover began (Art. 9)",
];

fn granted(statement: &FundStatement, book: &str) -> i64 {
    statement
        .outside
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.granted_fen)
        .sum()
}

fn transfer_in(statement: &FundStatement, book: &str) -> i64 {
    statement
        .books
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.transfer_in_fen)
        .sum()
}

fn closing(statement: &FundStatement, book: &str) -> i64 {
    statement
        .books
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.cumulative_balance_fen)
        .sum()
}

fn fund(text: &mut String, run: &Run) {
    let mut table = Table::new();
    let statements = &run.statements;
    let insured = |statement: &FundStatement| run.outcome.enrolled.collection.insured(statement.year);
    let line = |name: &str, cell: &dyn Fn(&FundStatement) -> String| {
        std::iter::once(name.to_string())
            .chain(statements.iter().map(cell))
            .collect::<Vec<_>>()
    };
    table.row(line("yuan", &|statement| statement.year.to_string()));
    table.row(line("Insured", &|statement| count(insured(statement) as i64)));
    for (name, amount) in FUND_LINES {
        if SELDOM.contains(&name) && statements.iter().all(|statement| amount(statement) == 0) {
            continue;
        }
        table.row(line(name, &|statement| yuan(Fen::new(amount(statement)))));
    }
    // A year nobody is insured in has no income of its own: what was settled in it belongs to another.
    table.row(line("Months of reserve", &|statement| {
        let months = statement
            .consolidated
            .months_of_reserve
            .filter(|_| insured(statement) > 0);
        months.map_or("–".into(), |months| format!("{months:.1}"))
    }));
    let _ = write!(
        text,
        "\nThe fund (no opening balance is known: the balances are what these years add)\n{}",
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
