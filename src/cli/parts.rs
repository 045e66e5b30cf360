//! What runs in parts share: where they keep what is done, and how they end.

use crate::batch::output::write_parted_run;
use crate::batch::parted::{PartedOptions, PartedRun};
use crate::batch::record::RunRecord;
use crate::batch::settlements::SettlementsWriter;
use crate::cli::console::{command_line, note};
use crate::cli::interrupt;
use crate::cli::outcome::Failure;
use std::path::Path;

/// Joins what was kept of the parts into an output directory.
pub(super) fn write_parts(parted: &PartedRun, out: &Path, options: &PartedOptions) -> Result<(), Failure> {
    // The directory comes into being only now: a killed run leaves nothing beside its checkpoints.
    let target = interrupt::begin_by(|| parted.begin_output(out))?.naming(options.pseudonyms.clone());
    let settlements = options
        .settlements
        .map(|format| SettlementsWriter::create(&target, format))
        .transpose()?;
    let mut record = RunRecord::of(&parted.run, command_line());
    record.resources.memory_limit_bytes = Some(options.memory_bytes).filter(|&bytes| bytes > 0);
    record.resources.parts = Some(parted.parts());
    write_parted_run(parted, &record, &target, settlements)?;
    let written = interrupt::commit(target)?;
    note(format_args!("wrote {}", written.display()));
    Ok(())
}

/// Complains of directories inside one another.
pub(super) fn check_resumable(work: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let Some(out) = out else {
        return Ok(());
    };
    let (work, out) = (std::path::absolute(work)?, std::path::absolute(out)?);
    if work.starts_with(&out) || out.starts_with(&work) {
        let message = "the directories of `--out` and `--resume` lie one inside the other";
        return Err(Failure::new(message).hinting("give two that lie beside each other".to_string()));
    }
    Ok(())
}
