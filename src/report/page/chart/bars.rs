//! Bars: stacked, as a distribution, and winners beside losers.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::axis::Axis;
use crate::report::page::chart::plot::Chart;
use crate::report::page::chart::svg::{Anchor, Canvas, FONT, LINE, text_width};
use crate::report::page::format::{Ruler, text};

/// How high a bar is.
const BAR: f64 = 22.0;

/// A row of values for each bar, the parts one after the other.
pub(super) fn stacked(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    let data = chart.data();
    let sums: Vec<f64> = data
        .iter()
        .map(|row| row[1..].iter().filter_map(|value| value.to_f64()).sum())
        .collect();
    // A part of less than nothing has no length.
    let lengths = data
        .iter()
        .map(|row| row[1..].iter().map(|value| length(value)).sum());
    let largest = lengths.fold(0.0, f64::max);
    let ruler = ruler(&data, largest, chart.unit(1), lang);
    let room = sums
        .iter()
        .map(|&sum| text_width(&ruler.with_unit(sum)))
        .fold(0.0, f64::max);
    let axis = Axis::exactly([0.0, largest.max(f64::MIN_POSITIVE)]).between(0.0, canvas.units() - room - 8.0);
    let names: Vec<&str> = chart.table.columns[1..]
        .iter()
        .map(|column| column.header.as_str())
        .collect();
    let mut y = legend(canvas, &names, 0.0) + 6.0;
    for (row, &sum) in data.iter().zip(&sums) {
        let lines = canvas.wrapped("strong", [0.0, y + FONT], canvas.units(), &text(row[0], lang));
        y += LINE * lines as f64 + 2.0;
        let mut from = 0.0;
        for (fill, value) in row[1..].iter().enumerate() {
            let value = length(value);
            let (left, right) = (axis.at(from), axis.at(from + value));
            canvas.filled(fill, [left, y], [right - left, BAR]);
            from += value;
        }
        let sum = ruler.with_unit(sum);
        canvas.text(
            "",
            [axis.at(from) + 6.0, y + BAR / 2.0 + FONT * 0.35],
            Anchor::Start,
            &sum,
        );
        y += BAR + LINE * 0.6;
    }
    canvas.height = y;
    let told = data
        .iter()
        .zip(&sums)
        .map(|(row, &sum)| format!("{}: {}", text(row[0], lang), ruler.with_unit(sum)));
    canvas.describe(told.collect::<Vec<_>>().join("; "));
}

/// How long a bar is.
fn length(value: &Value) -> f64 {
    value.to_f64().unwrap_or_default().max(0.0)
}

/// A ruler for values of which the largest sum is `largest`.
fn ruler(data: &[Vec<&Value>], largest: f64, unit: &str, lang: Lang) -> Ruler {
    let values: Vec<&Value> = data.iter().flat_map(|row| row[1..].iter().copied()).collect();
    Ruler::for_size(&values, largest, unit, lang)
}

/// A sample of each fill with its name, in as many lines as they take. Where they end.
pub(super) fn legend(canvas: &mut Canvas, names: &[&str], y: f64) -> f64 {
    let (mut x, mut y) = (0.0, y + FONT);
    for (fill, name) in names.iter().enumerate() {
        let width = 28.0 + text_width(name) + 18.0;
        if x > 0.0 && x + width > canvas.units() + 18.0 {
            (x, y) = (0.0, y + LINE);
        }
        canvas.filled(fill, [x, y - 10.0], [22.0, 12.0]);
        canvas.text("soft", [x + 28.0, y], Anchor::Start, name);
        x += width;
    }
    y + LINE * 0.4
}

/// A column for each row; a bar, where columns are too narrow for their numbers.
pub(super) fn distribution(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    let data = chart.data();
    let values: Vec<&Value> = data.iter().map(|row| row[1]).collect();
    let ruler = Ruler::whole_yuan(&values, chart.unit(1))
        .unwrap_or_else(|| Ruler::telling_apart(&values, chart.unit(1), lang));
    let widest = values
        .iter()
        .map(|value| text_width(&shown(value, &ruler, lang)))
        .fold(0.0, f64::max);
    if widest > canvas.units() / data.len().max(1) as f64 {
        lying(canvas, chart, &data, &ruler, lang);
    } else {
        standing(canvas, chart, &data, &ruler, lang);
    }
    describe_rows(canvas, &data, &ruler, lang);
}

fn standing(canvas: &mut Canvas, chart: &Chart, data: &[Vec<&Value>], ruler: &Ruler, lang: Lang) {
    let (top, bottom) = (LINE * 2.4, 260.0);
    let numbers = data.iter().filter_map(|row| row[1].to_f64());
    let axis = Axis::over(numbers, true, 4.0).between(bottom, top);
    let slot = canvas.units() / data.len().max(1) as f64;
    canvas.text("soft", [0.0, FONT], Anchor::Start, ruler.unit());
    let zero = axis.at(0.0);
    for (index, row) in data.iter().enumerate() {
        let (left, middle) = (slot * index as f64, slot * (index as f64 + 0.5));
        let y = axis.at(row[1].to_f64().unwrap_or_default());
        canvas.filled(
            0,
            [left + slot * 0.12, y.min(zero)],
            [slot * 0.76, (zero - y).abs()],
        );
        let label = shown(row[1], ruler, lang);
        canvas.text("", [middle, y.min(zero) - 5.0], Anchor::Middle, &label);
        canvas.text(
            "soft",
            [middle, bottom + LINE],
            Anchor::Middle,
            &text(row[0], lang),
        );
    }
    canvas.line("zero", [0.0, zero], [canvas.units(), zero]);
    let below = [canvas.units() / 2.0, bottom + LINE * 2.0];
    canvas.text("soft", below, Anchor::Middle, &heading(chart));
    canvas.height = bottom + LINE * 2.5;
}

fn lying(canvas: &mut Canvas, chart: &Chart, data: &[Vec<&Value>], ruler: &Ruler, lang: Lang) {
    let lines = canvas.wrapped("soft", [0.0, FONT], canvas.units(), &heading(chart));
    let mut y = LINE * (lines as f64 + 0.4);
    let names = data.iter().map(|row| text_width(&text(row[0], lang)));
    let left = names.fold(0.0, f64::max) + 8.0;
    let labels = data.iter().map(|row| text_width(&shown(row[1], ruler, lang)));
    let right = canvas.units() - labels.fold(0.0, f64::max) - 8.0;
    let numbers = || data.iter().filter_map(|row| row[1].to_f64());
    let (low, high) = numbers().fold((0.0f64, 0.0f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let axis = Axis::exactly([low, high.max(low + f64::MIN_POSITIVE)]).between(left, right.max(left + 1.0));
    for row in data {
        let (zero, end) = (axis.at(0.0), axis.at(row[1].to_f64().unwrap_or_default()));
        let baseline = y + BAR / 2.0 + FONT * 0.35;
        canvas.text("soft", [left - 8.0, baseline], Anchor::End, &text(row[0], lang));
        canvas.filled(0, [zero.min(end), y], [(end - zero).abs(), BAR]);
        let label = shown(row[1], ruler, lang);
        canvas.text("", [zero.max(end) + 5.0, baseline], Anchor::Start, &label);
        y += BAR + 5.0;
    }
    canvas.line(
        "zero",
        [axis.at(0.0), y - 5.0],
        [axis.at(0.0), LINE * (lines as f64 + 0.4)],
    );
    canvas.height = y + 2.0;
}

/// What the rows are, in which unit.
fn heading(chart: &Chart) -> String {
    let column = &chart.table.columns[0];
    match column.unit.as_deref().unwrap_or_default() {
        "" => column.header.clone(),
        unit => format!("{}, {unit}", column.header),
    }
}

/// The first and the last row.
fn describe_rows(canvas: &mut Canvas, data: &[Vec<&Value>], ruler: &Ruler, lang: Lang) {
    let told = [data.first(), data.last()].into_iter().flatten().map(|row| {
        let value = row[1]
            .to_f64()
            .map_or_else(|| text(row[1], lang), |value| ruler.with_unit(value));
        format!("{}: {value}", text(row[0], lang))
    });
    canvas.describe(told.collect::<Vec<_>>().join("; "));
}

/// Losers to the left and winners to the right of a line, a bar for each group.
pub(super) fn winners(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    let data = chart.data();
    let values: Vec<&Value> = data.iter().flat_map(|row| [row[1], row[2]]).collect();
    let ruler = Ruler::of(&values, chart.unit(1), lang);
    let numbers = || values.iter().filter_map(|value| value.to_f64());
    let label = values
        .iter()
        .map(|value| text_width(&shown(value, &ruler, lang)))
        .fold(0.0, f64::max)
        + 8.0;
    let largest = numbers().fold(0.0, f64::max);
    let middle = canvas.units() / 2.0;
    let axis = Axis::exactly([0.0, largest.max(f64::MIN_POSITIVE)]).between(0.0, middle - label);
    let names = [&chart.table.columns[1].header, &chart.table.columns[2].header];
    canvas.text(
        "soft",
        [middle - 8.0, FONT],
        Anchor::End,
        &format!("← {}", names[1]),
    );
    canvas.text(
        "soft",
        [middle + 8.0, FONT],
        Anchor::Start,
        &format!("{} →", names[0]),
    );
    let mut y = LINE * 1.4;
    for row in &data {
        let lines = canvas.wrapped("strong", [0.0, y + FONT], canvas.units(), &text(row[0], lang));
        y += LINE * lines as f64 + 2.0;
        let baseline = y + BAR / 2.0 + FONT * 0.35;
        let [won, lost] = [row[1], row[2]].map(|value| axis.at(length(value)));
        canvas.filled(0, [middle, y], [won, BAR]);
        canvas.filled(1, [middle - lost, y], [lost, BAR]);
        canvas.text(
            "",
            [middle + won + 5.0, baseline],
            Anchor::Start,
            &shown(row[1], &ruler, lang),
        );
        canvas.text(
            "",
            [middle - lost - 5.0, baseline],
            Anchor::End,
            &shown(row[2], &ruler, lang),
        );
        canvas.line("zero", [middle, y - 3.0], [middle, y + BAR + 3.0]);
        y += BAR + LINE * 0.6;
    }
    canvas.text("soft", [middle, y + FONT * 0.6], Anchor::Middle, ruler.unit());
    canvas.height = y + LINE;
    let told = data.iter().map(|row| {
        let [won, lost] = [row[1], row[2]].map(|value| shown(value, &ruler, lang));
        format!("{}: {} {won}, {} {lost}", text(row[0], lang), names[0], names[1])
    });
    canvas.describe(told.collect::<Vec<_>>().join("; "));
}

/// A number by the ruler, anything else in words.
fn shown(value: &Value, ruler: &Ruler, lang: Lang) -> String {
    value
        .to_f64()
        .map_or_else(|| text(value, lang), |number| ruler.label(number))
}
