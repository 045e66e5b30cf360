//! What becomes of an amount, step by step: a bar for each step, beginning where the one above it ended.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::axis::Axis;
use crate::report::page::chart::plot::Chart;
use crate::report::page::chart::svg::{Anchor, Canvas, FONT, LINE, text_width};
use crate::report::page::format::{Ruler, text};
use crate::report::page::table::Role;

/// How high a bar is.
const BAR: f64 = 20.0;

/// A bar: from where to where, and whether it stands for what is left.
struct Step {
    from: f64,
    to: f64,
    is_level: bool,
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    let data = chart.data();
    let steps = steps(chart, &data);
    let values: Vec<&Value> = data.iter().map(|row| row[1]).collect();
    let largest = steps
        .iter()
        .map(|step| step.from.abs().max(step.to.abs()))
        .fold(0.0, f64::max);
    // What becomes of a bill is told to the fen.
    let ruler = Ruler::to_the_fen(&values, chart.unit(1))
        .unwrap_or_else(|| Ruler::for_size(&values, largest, chart.unit(1), lang));
    let labels: Vec<String> = data
        .iter()
        .map(|row| {
            row[1]
                .to_f64()
                .map_or_else(|| text(row[1], lang), |value| ruler.label(value))
        })
        .collect();
    let room = labels.iter().map(|label| text_width(label)).fold(0.0, f64::max) + 8.0;
    let ends = steps.iter().flat_map(|step| [step.from, step.to]).chain([0.0]);
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), end| (low.min(end), high.max(end)));
    let axis = Axis::exactly([low, high.max(low + f64::MIN_POSITIVE)]).between(0.0, canvas.units() - room);
    canvas.text("soft", [0.0, FONT], Anchor::Start, ruler.unit());
    let mut y = LINE * 1.3;
    for ((row, step), label) in data.iter().zip(&steps).zip(&labels) {
        let class = if step.is_level { "strong" } else { "" };
        let lines = canvas.wrapped(class, [0.0, y + FONT], canvas.units(), &text(row[0], lang));
        y += LINE * lines as f64 + 2.0;
        let (left, right) = (axis.at(step.from.min(step.to)), axis.at(step.from.max(step.to)));
        let fill = match step {
            Step { is_level: true, .. } => 0,
            Step { from, to, .. } if to < from => 1,
            Step { .. } => 2,
        };
        canvas.filled(fill, [left, y], [(right - left).max(1.0), BAR]);
        canvas.text(
            class,
            [right + 6.0, y + BAR / 2.0 + FONT * 0.35],
            Anchor::Start,
            label,
        );
        y += BAR;
        canvas.line("mark", [axis.at(step.to), y], [axis.at(step.to), y + LINE * 0.5]);
        y += LINE * 0.5;
    }
    canvas.height = y + 4.0;
    let told = data
        .iter()
        .zip(&labels)
        .map(|(row, label)| format!("{}: {label}", text(row[0], lang)));
    canvas.describe(told.collect::<Vec<_>>().join("; "));
}

/// A sum stands for itself and sets the level; any other row moves it.
fn steps(chart: &Chart, data: &[Vec<&Value>]) -> Vec<Step> {
    let mut level = 0.0;
    let rows = chart.table.rows().iter().zip(data);
    rows.map(|(row, values)| {
        let amount = values[1].to_f64().unwrap_or_default();
        let is_level = row.role == Role::Total;
        let from = if is_level { 0.0 } else { level };
        level = from + amount;
        Step {
            from,
            to: level,
            is_level,
        }
    })
    .collect()
}
