//! A map of numbers: the number stands in every cell, and its ground is the darker the larger it is.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::plot::Chart;
use crate::report::page::chart::svg::{Anchor, Canvas, FONT, LINE, text_width};
use crate::report::page::format::{Ruler, text};

/// How high a cell is.
const CELL: f64 = 32.0;
/// How many shades there are; `chart.css` has a class for each.
const SHADES: usize = 6;

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart, lang: Lang) {
    let data = chart.data();
    let values: Vec<&Value> = data.iter().flat_map(|row| row[1..].iter().copied()).collect();
    let ruler = Ruler::telling_apart(&values, chart.unit(1), lang);
    let numbers = || values.iter().filter_map(|value| value.to_f64());
    let (low, high) = (
        numbers().fold(f64::INFINITY, f64::min),
        numbers().fold(f64::NEG_INFINITY, f64::max),
    );
    let columns = chart.table.columns.len() - 1;
    let names = data
        .iter()
        .map(|row| text_width(&text(row[0], lang)))
        .fold(0.0, f64::max);
    let left = (names + 8.0).min(canvas.units() * 0.3);
    let slot = (canvas.units() - left) / columns.max(1) as f64;
    let head = format!("{} · {}", chart.table.columns[0].header, ruler.unit());
    canvas.text("soft", [0.0, FONT], Anchor::Start, &head);
    let mut y = LINE * 2.4;
    for (index, column) in chart.table.columns[1..].iter().enumerate() {
        let x = left + slot * (index as f64 + 0.5);
        canvas.text("soft", [x, y - 5.0], Anchor::Middle, &column.header);
    }
    for row in &data {
        let middle = y + CELL / 2.0 + FONT * 0.35;
        canvas.text("", [left - 8.0, middle], Anchor::End, &text(row[0], lang));
        for (index, value) in row[1..].iter().enumerate() {
            let x = left + slot * index as f64;
            let number = value.to_f64();
            let shade = number.map(|number| shade(number, low, high));
            let class = shade.map_or("frame".to_string(), |shade| format!("s{shade}"));
            canvas.rect(&class, [x + 1.0, y + 1.0], [slot - 2.0, CELL - 2.0]);
            let label = number.map_or_else(|| text(value, lang), |number| ruler.label(number));
            let class = match shade {
                Some(shade) if shade >= SHADES / 2 => "over",
                _ => "",
            };
            canvas.text(class, [x + slot / 2.0, middle], Anchor::Middle, &label);
        }
        y += CELL;
    }
    canvas.height = y + 4.0;
    let ends = [low, high]
        .into_iter()
        .filter(|end| end.is_finite())
        .map(|end| ruler.with_unit(end));
    canvas.describe(ends.collect::<Vec<_>>().join(" … "));
}

/// Which of the shades a number has.
fn shade(number: f64, low: f64, high: f64) -> usize {
    if high <= low {
        return 0;
    }
    let share = (number - low) / (high - low);
    ((share * SHADES as f64) as usize).min(SHADES - 1)
}
