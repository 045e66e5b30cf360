//! The charts of a report as files of their own: SVG, and `charts.json`, which lists them.

use crate::batch::output::write_json;
use crate::data::DataError;
use crate::data::staging::OutputDir;
use crate::report::page::{Block, Report};
use serde::Serialize;

/// What `charts.json` holds.
#[derive(Serialize)]
struct Record<'a> {
    program: &'static str,
    version: &'static str,
    command: String,
    report: &'a str,
    about: &'a str,
    charts: Vec<ChartRecord<'a>>,
}

#[derive(Serialize)]
struct ChartRecord<'a> {
    file: String,
    title: &'a str,
    method: &'a str,
    limits: &'a str,
}

/// Writes every chart of the report into `target`, numbered as they stand in it: `1-fan.svg`, `2-stacked.svg` and so on;
/// committing it is the caller's.
///
/// # Errors
/// What kept a file from being written.
pub(crate) fn write_charts(report: &Report, target: &OutputDir) -> Result<(), DataError> {
    let mut charts = Vec::new();
    let blocks = report.sections().iter().flat_map(|section| section.blocks());
    let all = blocks.filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        Block::Paragraph(_) | Block::Table(_) => None,
    });
    for chart in all {
        let file = format!("{}-{}.svg", charts.len() + 1, chart.kind());
        let path = target.file(&file);
        std::fs::write(&path, chart.to_svg(report.lang()))
            .map_err(|error| DataError::unwritable(target.shown(&file), error))?;
        charts.push(ChartRecord {
            file,
            title: &chart.table().title,
            method: chart.about_method(),
            limits: chart.about_limits(),
        });
    }
    let record = Record {
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        command: report.command_line(),
        report: report.title(),
        about: report.subtitle(),
        charts,
    };
    write_json(&target.file("charts.json"), &record).map_err(|error| target.shown_in(error))
}
