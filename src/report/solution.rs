//! What the solver found, for people and for programs.

use crate::projection::quantity::Quantity;
use crate::projection::question::{Answer, Question, Sureness};
use crate::projection::solve::{Evaluation, Outcome, Side};
use crate::report::table::Table;
use std::fmt::Write;

/// What was found, in words.
pub(crate) fn text(question: &Question<'_>, opening_known: bool, answers: &[Answer]) -> String {
    let mut out = String::new();
    let goal = question.target.goal;
    let quantity = Quantity::from_name(&question.target.quantity);
    let counts_from_opening = quantity.is_some_and(Quantity::counts_from_opening);
    let side = match goal.side {
        Side::AtLeast => "at least",
        Side::AtMost => "at most",
    };
    let sure = match question.sureness {
        Sureness::Central => "with the assumptions as they are".to_string(),
        Sureness::Paths { paths, share } => {
            format!("on {} of {paths} futures", percent(f64::from(share.ppm()) / 1e6))
        }
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "`{}` of {} {side} {}, {sure}\nA sample of {} persons, seed {}.",
        question.target.quantity,
        question.plan.to,
        number(goal.bound),
        question.plan.persons,
        question.plan.seed
    );
    if !opening_known && counts_from_opening {
        let _ = writeln!(
            out,
            "The fund's balance before {from} is not known and counts as nothing: --set fund.opening_balance.yuan.{from}=AMOUNT states it.",
            from = question.plan.from
        );
    }
    for answer in answers {
        let (what, at) = outcome(&answer.solution.outcome);
        let _ = writeln!(out, "\n{what}");
        let mut table = Table::left_aligned();
        for key in &answer.keys {
            let [before, after] = [key.before, key.after].map(|value| key.unit.format(value));
            table.row([format!("`{}`", key.key), before, "->".into(), after]);
        }
        out.push_str(&table.render());
        let _ = writeln!(
            out,
            "  `{}` of {}: {}",
            question.target.quantity,
            question.plan.to,
            number(at.result)
        );
        if let (Outcome::Reached { short, .. }, Some(first)) = (&answer.solution.outcome, answer.keys.first())
        {
            let _ = writeln!(
                out,
                "  one step short, at {}: {}",
                first.unit.format(short.value),
                number(short.result)
            );
        }
        let _ = writeln!(out, "  Values tried: {}.", answer.solution.trace.len());
        if let Some(share) = answer.sample_error {
            let _ = writeln!(
                out,
                "  The sample leaves the benefits of {} open by ± {:.1} % (95 %), and the answer with them: more --persons narrow it.",
                question.plan.to,
                share * 100.0
            );
        }
    }
    out
}

fn outcome(outcome: &Outcome) -> (&'static str, Evaluation) {
    let words = match outcome {
        Outcome::AsItIs { .. } => "It is reached as things are.",
        Outcome::Reached { .. } => "It is reached with",
        Outcome::Everywhere { .. } => "It is reached with every value in the range; nearest to it comes",
        Outcome::Nowhere { .. } => "No value in the range reaches it; the nearest is",
    };
    (words, outcome.at())
}

/// What was found, as JSON.
pub(crate) fn json(question: &Question<'_>, opening_known: bool, answers: &[Answer]) -> String {
    let answers: Vec<serde_json::Value> = answers
        .iter()
        .map(|answer| {
            let keys: Vec<serde_json::Value> = answer
                .keys
                .iter()
                .map(|key| {
                    let [before, after] = [key.before, key.after].map(|value| key.unit.format(value));
                    serde_json::json!({ "key": key.key, "unit": key.unit, "before": before, "after": after })
                })
                .collect();
            serde_json::json!({ "keys": keys, "solution": answer.solution, "sample_error": answer.sample_error })
        })
        .collect();
    let paths = match question.sureness {
        Sureness::Central => None,
        Sureness::Paths { paths, share } => Some((paths, f64::from(share.ppm()) / 1e6)),
    };
    let record = serde_json::json!({
        "target": question.target,
        "plan": question.plan,
        "opening_balance_known": opening_known,
        "paths": paths.map(|(paths, share)| serde_json::json!({ "paths": paths, "share": share })),
        "answers": answers,
    });
    format!("{record:#}\n")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A number with as many digits as it deserves.
fn number(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        crate::report::number::count(value.round() as i64)
    } else {
        format!("{value:.3}")
    }
}
