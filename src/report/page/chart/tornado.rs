//! Bars on both sides of a base, one for each assumption.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::axis::Axis;
use crate::report::page::chart::bars::legend;
use crate::report::page::chart::plot::Chart;
use crate::report::page::chart::svg::{Anchor, Canvas, FONT, LINE, text_width, wrap};
use crate::report::page::format::{Ruler, text};
use crate::report::page::words::Word;

/// How high a bar is.
const BAR: f64 = 20.0;

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart, base: &Value, lang: Lang) {
    let data = chart.data();
    // The last row is the base itself.
    let bars = &data[..data.len().saturating_sub(1)];
    let results: Vec<&Value> = bars
        .iter()
        .flat_map(|row| [row[3], row[4]])
        .chain([base])
        .collect();
    let ruler = Ruler::of(&results, chart.unit(3), lang);
    let Some(base) = base.to_f64() else {
        return;
    };
    let numbers: Vec<f64> = results.iter().filter_map(|value| value.to_f64()).collect();
    let label = numbers
        .iter()
        .map(|&value| text_width(&ruler.label(value)))
        .fold(0.0, f64::max)
        + 8.0;
    let ends = [
        numbers.iter().copied().fold(f64::INFINITY, f64::min),
        numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    ];
    let axis = Axis::exactly(ends).between(label, canvas.units() - label);
    let base_at = axis.at(base);
    let head = format!("{} {}", lang.word(Word::Base), ruler.with_unit(base));
    let half = text_width(&head) / 2.0;
    let head_at = base_at.clamp(half, canvas.units() - half);
    canvas.text("soft", [head_at, FONT], Anchor::Middle, &head);
    let mut y = LINE * 1.5;
    for row in bars {
        y = name(canvas, row, y, lang);
        y = swing(canvas, row, base, axis, y, &ruler) + LINE * 0.6;
    }
    let names = [
        lang.pick("at the higher value", "取高值"),
        lang.pick("at the lower value", "取低值"),
    ];
    canvas.height = legend(canvas, &names, y) + LINE * 0.3;
    let largest = bars.first().map(|row| text(row[0], lang)).unwrap_or_default();
    canvas.describe(format!("{head}; 1: {largest}"));
}

/// The assumption and its two values, above its bar. Where the bar begins.
fn name(canvas: &mut Canvas, row: &[&Value], y: f64, lang: Lang) -> f64 {
    let [low, high] = [row[1], row[2]].map(|value| text(value, lang));
    let words = format!("{} · {low} … {high}", text(row[0], lang));
    let lines = wrap(&words, canvas.units()).len();
    canvas.wrapped("strong", [0.0, y + FONT], canvas.units(), &words);
    y + LINE * lines as f64 + 2.0
}

/// The bars of an assumption: side by side if they point apart, one below the other if they point the same way. Where
/// they end.
fn swing(canvas: &mut Canvas, row: &[&Value], base: f64, axis: Axis, y: f64, ruler: &Ruler) -> f64 {
    let known = [(3, 1), (4, 0)].map(|(column, fill)| row[column].to_f64().map(|value| (value, fill)));
    let sides: Vec<bool> = known
        .iter()
        .flatten()
        .filter(|(value, _)| *value != base)
        .map(|(value, _)| *value > base)
        .collect();
    let same_side = sides.len() == 2 && sides[0] == sides[1];
    let mut below = y;
    for (value, fill) in known.into_iter().flatten().filter(|(value, _)| *value != base) {
        bar(
            canvas,
            [axis.at(base), axis.at(value), below],
            fill,
            &ruler.label(value),
        );
        if same_side {
            below += BAR + 2.0;
        }
    }
    let end = if same_side { below - 2.0 } else { y + BAR };
    canvas.line("zero", [axis.at(base), y - 3.0], [axis.at(base), end + 3.0]);
    end
}

/// A bar from the base to a result, with the result at its end.
fn bar(canvas: &mut Canvas, [from, to, y]: [f64; 3], fill: usize, label: &str) {
    canvas.filled(fill, [from.min(to), y], [(to - from).abs(), BAR]);
    let middle = y + BAR / 2.0 + FONT * 0.35;
    let (x, anchor) = if to < from {
        (to - 4.0, Anchor::End)
    } else {
        (to + 4.0, Anchor::Start)
    };
    canvas.text("", [x, middle], anchor, label);
}
