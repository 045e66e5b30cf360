//! Lines by year with bands of percentiles.

use crate::report::lang::Lang;
use crate::report::page::cell::Value;
use crate::report::page::chart::axis::Axis;
use crate::report::page::chart::plot::{Chart, Lines};
use crate::report::page::chart::svg::{Anchor, Canvas, FONT, LINE, text_width, wrap};
use crate::report::page::format::Ruler;

/// How many series differ in colour and in dashes.
const STYLES: usize = 4;

/// The area that lines are drawn in, and its axes.
struct Area {
    years: Axis,
    values: Axis,
    right: f64,
    top: f64,
    bottom: f64,
}

pub(super) fn draw(canvas: &mut Canvas, chart: &Chart, lines: &[Lines], lang: Lang) {
    let data = chart.data();
    let columns = lines
        .iter()
        .flat_map(|line| std::iter::once(line.middle).chain(line.bands.iter().flat_map(|band| band.1)));
    let columns: Vec<usize> = columns.collect();
    let values: Vec<&Value> = data
        .iter()
        .flat_map(|row| columns.iter().map(|&column| row[column]))
        .collect();
    let ruler = Ruler::of(&values, chart.unit(1), lang);
    let Some((first, last)) = ends(&data) else {
        return;
    };
    let axis = Axis::over(
        values.iter().filter_map(|value| value.to_f64()),
        true,
        if canvas.is_narrow() { 4.0 } else { 5.0 },
    );
    let left = axis
        .ticks()
        .map(|tick| text_width(&ruler.tick(tick, axis.step)))
        .fold(0.0, f64::max)
        + 10.0;
    let names: Vec<String> = lines
        .iter()
        .flat_map(|line| {
            std::iter::once(line.name.clone()).chain(line.bands.iter().map(|band| band.0.clone()))
        })
        .collect();
    let widest = names.iter().map(|name| text_width(name)).fold(0.0, f64::max);
    let right = canvas.units() - widest.min(canvas.units() * 0.3) - 14.0;
    let (top, bottom) = (LINE * 1.6, if canvas.is_narrow() { 240.0 } else { 300.0 });
    let area = Area {
        years: Axis::exactly([first, last]).between(left + 6.0, right - 6.0),
        values: axis.between(bottom, top),
        right,
        top,
        bottom,
    };
    canvas.text("soft", [0.0, FONT], Anchor::Start, ruler.unit());
    grid(canvas, &area, &ruler, left);
    year_labels(canvas, &area, first as i32, last as i32);
    for (index, line) in lines.iter().enumerate() {
        bands(canvas, &area, &data, line, index % STYLES);
    }
    for (index, line) in lines.iter().enumerate() {
        middle(canvas, &area, &data, line, index % STYLES);
    }
    names_at_end(canvas, &area, &data, lines);
    canvas.height = bottom + LINE * 1.6;
    canvas.describe(description(&data, lines, &ruler));
}

/// The first and the last year.
fn ends(data: &[Vec<&Value>]) -> Option<(f64, f64)> {
    let year = |row: &Vec<&Value>| row.first().and_then(|value| value.to_f64());
    Some((year(data.first()?)?, year(data.last()?)?))
}

fn grid(canvas: &mut Canvas, area: &Area, ruler: &Ruler, left: f64) {
    let step = area.values.step;
    for tick in area.values.ticks() {
        let y = area.values.at(tick);
        let class = if tick == 0.0 { "zero" } else { "grid" };
        canvas.line(class, [left, y], [area.right, y]);
        let label = ruler.tick(tick, step);
        canvas.text("soft", [left - 6.0, y + FONT * 0.35], Anchor::End, &label);
    }
}

/// As many years as there is room for, the last one always.
fn year_labels(canvas: &mut Canvas, area: &Area, first: i32, last: i32) {
    let room = (area.years.at(f64::from(last)) - area.years.at(f64::from(first))) / 44.0;
    let every = (f64::from(last - first) / room.max(1.0)).ceil().max(1.0) as i32;
    for year in (first..=last).filter(|year| (last - year) % every == 0) {
        let x = area.years.at(f64::from(year));
        canvas.line("grid", [x, area.bottom], [x, area.bottom + 4.0]);
        canvas.text("soft", [x, area.bottom + LINE], Anchor::Middle, &year.to_string());
    }
}

/// A place for the value in a column, where there is one.
fn place(area: &Area, row: &[&Value], column: usize) -> Option<[f64; 2]> {
    Some([
        area.years.at(row[0].to_f64()?),
        area.values.at(row[column].to_f64()?),
    ])
}

/// Stretches of rows that have a value in every one of the columns.
fn stretches<'a, 'b>(data: &'a [Vec<&'b Value>], columns: &[usize]) -> Vec<&'a [Vec<&'b Value>]> {
    let known = |row: &Vec<&Value>| columns.iter().all(|&column| row[column].to_f64().is_some());
    data.chunk_by(|one, other| known(one) == known(other))
        .filter(|rows| known(&rows[0]))
        .collect()
}

fn bands(canvas: &mut Canvas, area: &Area, data: &[Vec<&Value>], line: &Lines, style: usize) {
    for (_, [low, high]) in &line.bands {
        for rows in stretches(data, &[*low, *high]) {
            let lower = rows.iter().filter_map(|row| place(area, row, *low));
            let upper = rows.iter().rev().filter_map(|row| place(area, row, *high));
            let outline: Vec<[f64; 2]> = lower.chain(upper).collect();
            canvas.path(&format!("b{style}"), &outline, true);
        }
    }
}

fn middle(canvas: &mut Canvas, area: &Area, data: &[Vec<&Value>], line: &Lines, style: usize) {
    for rows in stretches(data, &[line.middle]) {
        let points: Vec<[f64; 2]> = rows
            .iter()
            .filter_map(|row| place(area, row, line.middle))
            .collect();
        canvas.path(&format!("l{style}"), &points, false);
        for &point in &points {
            canvas.dot(
                &format!("d{style}"),
                point,
                if points.len() > 1 { 2.4 } else { 4.0 },
            );
        }
    }
}

/// What each line and the upper edge of each band is, at its right end: moved apart where they meet.
fn names_at_end(canvas: &mut Canvas, area: &Area, data: &[Vec<&Value>], lines: &[Lines]) {
    let Some(last) = data.last() else {
        return;
    };
    let room = canvas.units() - area.right - 6.0;
    let mut names: Vec<(f64, &str, Vec<String>)> = Vec::new();
    for line in lines {
        let of = place(area, last, line.middle);
        names.extend(of.map(|[_, y]| (y, "strong", wrap(&line.name, room))));
        for (name, [_, high]) in &line.bands {
            let of = place(area, last, *high);
            names.extend(of.map(|[_, y]| (y, "soft", wrap(name, room))));
        }
    }
    names.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = area.top - LINE;
    let mut below: f64 = names.iter().map(|(_, _, lines)| LINE * lines.len() as f64).sum();
    for (y, class, lines) in names {
        let mut y = y.min(area.bottom - below + LINE).max(free);
        below -= LINE * lines.len() as f64;
        for line in lines {
            canvas.text(class, [area.right + 6.0, y + FONT * 0.35], Anchor::Start, &line);
            y += LINE;
        }
        free = y;
    }
}

/// The first and the last value of each line.
fn description(data: &[Vec<&Value>], lines: &[Lines], ruler: &Ruler) -> String {
    let (Some(first), Some(last)) = (data.first(), data.last()) else {
        return String::new();
    };
    let at = |row: &Vec<&Value>, column: usize| {
        let year = row[0].to_f64().unwrap_or_default();
        let value = row[column]
            .to_f64()
            .map_or("–".to_string(), |value| ruler.with_unit(value));
        format!("{year:.0}: {value}")
    };
    let told = lines.iter().map(|line| {
        format!(
            "{} {}, {}",
            line.name,
            at(first, line.middle),
            at(last, line.middle)
        )
    });
    told.collect::<Vec<_>>().join("; ")
}
