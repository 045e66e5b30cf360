//! The arguments of reports, and their files.

use crate::cli::inputs::as_it_will_be;
use crate::cli::{Failure, interrupt, note};
use crate::data::output_file::{Output, OutputFile};
use crate::report::lang::Lang;
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
    /// Language of the report: en or zh [default: en]
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
pub(super) struct ReportFiles(Vec<OutputFile>);

impl ReportArgs {
    /// As [`ReportFileArgs::check`].
    pub fn check<'a>(&self, directories: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
        self.files.check(directories)
    }

    /// As [`ReportFileArgs::write`].
    pub fn write(&self, make: impl FnOnce(Lang) -> Report) -> Result<ReportFiles, Failure> {
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
    pub fn check<'a>(&self, directories: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
        let wanted = self.wanted();
        for directory in directories {
            let whole = as_it_will_be(directory);
            for (path, _, _) in &wanted {
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
        Ok(())
    }

    /// Writes the files that are wanted, of which [`ReportFiles::commit`] moves into place. The report is made only if
    /// there are any.
    pub fn write(&self, make: impl FnOnce() -> Report) -> Result<ReportFiles, Failure> {
        let wanted = self.wanted();
        if wanted.is_empty() {
            return Ok(ReportFiles(Vec::new()));
        }
        let report = make();
        let mut files = Vec::new();
        for (path, output, render) in wanted {
            let bytes = render(&report)?;
            let file = interrupt::begin_file(path, output)?;
            file.write(&bytes)?;
            files.push(file);
        }
        Ok(ReportFiles(files))
    }
}

impl ReportFiles {
    /// Moves the files into place.
    pub fn commit(self) -> Result<(), Failure> {
        for file in self.0 {
            let written = interrupt::commit_file(file)?;
            note(format_args!("wrote {}", written.display()));
        }
        Ok(())
    }
}
