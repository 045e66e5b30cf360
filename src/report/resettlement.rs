//! The report of a resettlement for the terminal: what the late facts changed, by count and by money.

use crate::batch::resettle::{Change, Resettlement};
use crate::fund::accounts::{Account, Class};
use crate::fund::journal::Balances;
use crate::money::Fen;
use crate::report::number::{count, yuan};
use crate::report::table::Table;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The report of a resettlement.
pub(crate) fn render(resettlement: &Resettlement) -> String {
    let mut text = String::new();
    let previous = resettlement.previous.display();
    let _ = match resettlement.posted_on() {
        Some(day) => writeln!(text, "Resettlement of `{previous}`, posted on {day}"),
        None => writeln!(text, "Resettlement of `{previous}`: nothing to post"),
    };
    claims(&mut text, resettlement);
    fund(&mut text, resettlement);
    rejects(&mut text, resettlement);
    let (before, after) = (
        &resettlement.previous_fingerprint,
        resettlement.run.outcome.fingerprint,
    );
    let _ = writeln!(text, "\nBefore      {before}\nFingerprint {after}");
    text
}

/// What became of claims, and the net change in what the fund and the persons pay.
fn claims(text: &mut String, resettlement: &Resettlement) {
    let changes = &resettlement.changes;
    let all = Change {
        claims: changes.changed.claims + changes.new.claims + changes.withdrawn.claims,
        net: changes.net(),
    };
    let mut table = Table::new();
    table.row(["", "claims", "bills, yuan", "funds", "persons"]);
    for (name, change) in [
        ("settled differently", &changes.changed),
        ("settled only now", &changes.new),
        ("no longer settled", &changes.withdrawn),
        ("together", &all),
    ] {
        table.row([
            name.to_string(),
            count(change.claims as i64),
            yuan(change.net.total),
            yuan(change.net.fund()),
            yuan(change.net.person),
        ]);
    }
    let (cancelled, made) = (changes.cancellations(), changes.settlements());
    let _ = write!(
        text,
        "\nWhat the late facts change\n{}  {} settlements cancelled, {} made.\n",
        table.render(),
        count(cancelled as i64),
        count(made as i64)
    );
}

/// What was booked: income and benefits of the fund by its own books, transfers between them left out.
fn fund(text: &mut String, resettlement: &Resettlement) {
    let (mut income, mut benefits) = (Fen::ZERO, Fen::ZERO);
    let balances = Balances::of(resettlement.journal.entries());
    for (book, account, _) in balances.lines().filter(|(book, ..)| book.is_fund()) {
        let change = balances.get(book, account);
        match (account, account.class()) {
            (Account::TransferIn | Account::TransferOut, _) => {}
            (_, Class::Income) => income += change,
            (_, Class::Expense) => benefits += change,
            (_, Class::Asset | Class::Liability | Class::Equity) => {}
        }
    }
    let mut table = Table::new();
    for (name, amount) in [
        ("income", income),
        ("benefits", benefits),
        ("balance", income - benefits),
    ] {
        table.row([name.to_string(), yuan(amount)]);
    }
    let entries = count(resettlement.journal.len() as i64);
    let _ = write!(
        text,
        "\nThe fund, change in yuan (entries of correction: {entries})\n{}",
        table.render()
    );
}

/// The rejects of the state after, and those of the late rows by reason.
fn rejects(text: &mut String, resettlement: &Resettlement) {
    let (all, late) = (
        resettlement.run.rejects.len(),
        resettlement.late_rejects().count(),
    );
    let _ = writeln!(
        text,
        "\nRejected rows: {}, of which {} of the late facts",
        count(all as i64),
        count(late as i64)
    );
    let mut by_reason = BTreeMap::<(&str, &str), i64>::new();
    for reject in resettlement.late_rejects() {
        *by_reason
            .entry((reject.role.name(), reject.reason.name()))
            .or_default() += 1;
    }
    let mut table = Table::new();
    for ((role, reason), rows) in by_reason {
        table.row([format!("{role}: {reason}"), count(rows)]);
    }
    text.push_str(&table.render());
}
