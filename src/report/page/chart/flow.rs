//! Where money comes from and where it goes: sources to the left, uses to the right, ribbons as wide as the amounts.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::plot::Chart;
use crate::report::page::chart::svg::{Anchor, Canvas, FILLS, FONT, LINE, wrap};
use crate::report::page::format::{Ruler, text};
use crate::report::page::table::Role;

/// How wide a bar is.
const BAR: f64 = 14.0;
/// Between one bar and the next.
const GAP: f64 = 8.0;
/// Half the width of the pool between sources and uses.
const POOL: f64 = 5.0;

/// One end of the ribbons.
struct Stop {
    label: String,
    amount: f64,
    fill: usize,
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    // A sum of all is no flow.
    let items = chart.table.rows().iter().zip(chart.data());
    let items = items.filter(|(row, _)| row.role != Role::Total);
    let data: Vec<Vec<&Value>> = items.map(|(_, values)| values).collect();
    let values: Vec<&Value> = data.iter().flat_map(|row| [row[1], row[2]]).collect();
    let sides = [true, false].map(|is_source| stops(&data, is_source, lang));
    let totals = sides
        .each_ref()
        .map(|side| side.iter().map(|stop| stop.amount).sum::<f64>());
    let total = totals[0].max(totals[1]);
    if total <= 0.0 {
        return;
    }
    let ruler = Ruler::for_size(&values, total, chart.unit(1), lang);
    let words = canvas.units() * if canvas.is_narrow() { 0.36 } else { 0.27 };
    let labels = sides.each_ref().map(|side| {
        side.iter()
            .map(|stop| label(stop, &values, words, lang))
            .collect::<Vec<_>>()
    });
    // The scale is such that the side with the most to say has room.
    let tallest = labels
        .iter()
        .map(|side| {
            side.iter()
                .map(|lines| LINE * lines.len() as f64 + GAP)
                .sum::<f64>()
        })
        .fold(0.0, f64::max);
    let body = if canvas.is_narrow() { 220.0f64 } else { 260.0 }.max(tallest * 0.6);
    let top = LINE * 1.6;
    let heads = [lang.pick("from", "来源"), lang.pick("to", "去向")];
    canvas.text("soft", [0.0, FONT], Anchor::Start, heads[0]);
    canvas.text("soft", [canvas.units(), FONT], Anchor::End, heads[1]);
    let middle = ruler.with_unit(total);
    canvas.text("soft", [canvas.units() / 2.0, FONT], Anchor::Middle, &middle);
    let sides_at = [
        (words + 6.0, Anchor::End),
        (canvas.units() - words - 6.0 - BAR, Anchor::Start),
    ];
    let mut lowest = top + body;
    for ((side, labels), (x, anchor)) in sides.iter().zip(&labels).zip(sides_at) {
        let per_unit = body / total;
        lowest = lowest.max(draw_side(canvas, side, labels, (x, anchor), [top, per_unit]));
    }
    let half = canvas.units() / 2.0;
    canvas.rect("pool", [half - POOL, top], [2.0 * POOL, body]);
    canvas.height = lowest;
    let told = sides
        .iter()
        .zip(heads)
        .map(|(side, head)| format!("{head}: {}", told(side, &ruler)));
    canvas.describe(told.collect::<Vec<_>>().join("; "));
}

/// The stops of a side in words.
fn told(side: &[Stop], ruler: &Ruler) -> String {
    let stops = side
        .iter()
        .map(|stop| format!("{} {}", stop.label, ruler.with_unit(stop.amount)));
    stops.collect::<Vec<_>>().join(", ")
}

/// Bars with their labels, and ribbons between them and the pool. How far down they reach.
fn draw_side(
    canvas: &mut Canvas,
    side: &[Stop],
    labels: &[Vec<String>],
    (x, anchor): (f64, Anchor),
    [top, per_unit]: [f64; 2],
) -> f64 {
    let is_source = anchor == Anchor::End;
    let (words_at, edge) = if is_source {
        (x - 6.0, x + BAR)
    } else {
        (x + BAR + 6.0, x)
    };
    let half = canvas.units() / 2.0;
    let (mut y, mut inner) = (top, top);
    for (stop, lines) in side.iter().zip(labels) {
        let height = (stop.amount * per_unit).max(1.0);
        let inner_end = inner + stop.amount * per_unit;
        let class = format!("r{}", stop.fill % FILLS);
        let (outer, pool) = ([edge, y, y + height], [inner, inner_end]);
        if is_source {
            canvas.ribbon(&class, outer, [half - POOL, pool[0], pool[1]]);
        } else {
            canvas.ribbon(&class, [half + POOL, pool[0], pool[1]], outer);
        }
        canvas.filled(stop.fill, [x, y], [BAR, height]);
        for (index, line) in lines.iter().enumerate() {
            let class = if index + 1 == lines.len() { "soft" } else { "" };
            let down = FONT * 0.9 + LINE * index as f64;
            canvas.text(class, [words_at, y + down], anchor, line);
        }
        inner = inner_end;
        y += height.max(LINE * lines.len() as f64) + GAP;
    }
    y.max(inner)
}

/// Its name, and the amount on a line of its own.
fn label(stop: &Stop, values: &[&Value], width: f64, lang: Lang) -> Vec<String> {
    let mut lines = wrap(&stop.label, width);
    // Each in its own power of ten, so that a small one is not nothing.
    let ruler = Ruler::for_size(values, stop.amount, "", lang);
    lines.push(ruler.with_unit(stop.amount));
    lines
}

/// What came in, or what went out.
fn stops(data: &[Vec<&Value>], is_source: bool, lang: Lang) -> Vec<Stop> {
    let column = if is_source { 1 } else { 2 };
    let rows = data
        .iter()
        .filter_map(|row| Some((row, row[column].to_f64().filter(|&amount| amount > 0.0)?)));
    rows.enumerate()
        .map(|(index, (row, amount))| Stop {
            label: text(row[0], lang),
            amount,
            fill: index + if is_source { 0 } else { 3 },
        })
        .collect()
}
