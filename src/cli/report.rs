//! The arguments of reports, and their files.

use crate::cli::console::note;
use crate::cli::inputs::as_it_will_be;
use crate::cli::interrupt;
use crate::cli::outcome::Failure;
use crate::data::output_file::{Output, OutputFile};
use crate::data::staging::OutputDir;
use crate::report::lang::Lang;
use crate::report::page::chart::files::write_charts;
use crate::report::page::{Report, html};
use clap::ArgGroup;
use std::path::{Path, PathBuf};

#[cfg(feature = "xlsx")]
use crate::report::page::xlsx;

/// Where to write a report that can be handed on, and in which language: for commands that print in one.
#[derive(clap::Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    files: ReportFileArgs,
    /// Language of the report [default: en]
    #[arg(long, value_name = "LANG", value_parser = ["en", "zh"], requires = "reports")]
    lang: Option<String>,
}

/// Where to write a report that can be handed on.
#[derive(clap::Args)]
#[command(group = ArgGroup::new("reports").multiple(true))]
pub(super) struct ReportFileArgs {
    /// Also write a report to hand on: one HTML file that needs no network; an earlier one is replaced
    #[arg(long, value_name = "FILE", group = "reports")]
    report: Option<PathBuf>,
    /// Also write the report's tables as a workbook (.xlsx); an earlier one is replaced
    #[cfg(feature = "xlsx")]
    #[arg(long, value_name = "FILE", group = "reports")]
    xlsx: Option<PathBuf>,
    /// Also write the report's charts into this directory, as SVG files; an earlier one is replaced as a whole
    #[arg(long, value_name = "DIR", group = "reports")]
    charts: Option<PathBuf>,
}

/// A page.
const PAGE: Output = Output {
    what: "report of this program",
    is_ours: html::is_ours,
};

/// A workbook.
#[cfg(feature = "xlsx")]
const WORKBOOK: Output = Output {
    what: "workbook of this program",
    is_ours: xlsx::is_ours,
};

/// How a report is rendered into a file.
type Rendering = fn(&Report) -> Result<Vec<u8>, Failure>;

/// The files of a report, written but not yet in place.
#[must_use]
pub(super) struct ReportFiles {
    files: Vec<OutputFile>,
    charts: Option<OutputDir>,
}

impl ReportArgs {
    /// As [`ReportFileArgs::check`].
    pub(super) fn check<'a>(
        &'a self,
        directories: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Failure> {
        self.files.check(directories)
    }

    /// Whether any report is wanted.
    pub(super) fn is_wanted(&self) -> bool {
        !self.files.wanted().is_empty() || self.files.charts.is_some()
    }

    /// As [`ReportFileArgs::write`].
    pub(super) fn write(&self, make: impl FnOnce(Lang) -> Report) -> Result<ReportFiles, Failure> {
        let lang = if self.lang.as_deref() == Some("zh") {
            Lang::Zh
        } else {
            Lang::En
        };
        self.files.write(|| make(lang))
    }
}

impl ReportFileArgs {
    /// The files that are wanted.
    fn wanted(&self) -> Vec<(&Path, Output, Rendering)> {
        let mut wanted: Vec<(&Path, Output, Rendering)> = Vec::new();
        if let Some(path) = &self.report {
            wanted.push((path, PAGE, |report| Ok(html::render(report).into_bytes())));
        }
        #[cfg(feature = "xlsx")]
        if let Some(path) = &self.xlsx {
            wanted.push((path, WORKBOOK, |report| {
                xlsx::render(report).map_err(Failure::new)
            }));
        }
        wanted
    }

    /// Complains, before the work, of files that could not be written after it. `directories` are those that the command
    /// replaces or removes as a whole.
    pub(super) fn check<'a>(
        &'a self,
        directories: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Failure> {
        let wanted = self.wanted();
        let charts = self.charts.as_deref();
        for directory in directories.into_iter().chain(charts) {
            let whole = as_it_will_be(directory);
            // The directory of charts does not lie in itself.
            let charts = charts.filter(|charts| !std::ptr::eq(*charts, directory));
            for path in wanted.iter().map(|(path, _, _)| *path).chain(charts) {
                if as_it_will_be(path).starts_with(&whole) {
                    let message = format!(
                        "`{}` lies in `{}`, which is replaced or removed as a whole",
                        path.display(),
                        directory.display()
                    );
                    return Err(Failure::new(message).hinting("choose a file beside it".to_string()));
                }
            }
        }
        if let [(one, _, _), (other, _, _)] = wanted[..]
            && as_it_will_be(one) == as_it_will_be(other)
        {
            let message = format!("`{}` cannot be both page and workbook", one.display());
            return Err(Failure::new(message).hinting("give two files".to_string()));
        }
        for (path, output, _) in wanted {
            OutputFile::check(path, output)?;
        }
        charts.map_or(Ok(()), |charts| Ok(OutputDir::check(charts)?))
    }

    /// Writes the files that are wanted, of which [`ReportFiles::commit`] moves into place. The report is made only if
    /// there are any.
    pub(super) fn write(&self, make: impl FnOnce() -> Report) -> Result<ReportFiles, Failure> {
        let wanted = self.wanted();
        let mut files = Vec::new();
        if wanted.is_empty() && self.charts.is_none() {
            return Ok(ReportFiles { files, charts: None });
        }
        let report = make();
        for (path, output, render) in wanted {
            let bytes = render(&report)?;
            let file = interrupt::begin_file(path, output)?;
            file.write(&bytes)?;
            files.push(file);
        }
        let charts = self.charts.as_deref().map(interrupt::begin).transpose()?;
        if let Some(charts) = &charts {
            write_charts(&report, charts)?;
        }
        Ok(ReportFiles { files, charts })
    }
}

impl ReportFiles {
    /// Moves the files into place.
    pub(super) fn commit(self) -> Result<(), Failure> {
        for file in self.files {
            let written = interrupt::commit_file(file)?;
            note(format_args!("wrote {}", written.display()));
        }
        if let Some(charts) = self.charts {
            let written = interrupt::commit(charts)?;
            note(format_args!("wrote {}", written.display()));
        }
        Ok(())
    }
}
