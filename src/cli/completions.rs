//! `yibao completions`: scripts for shells.

use crate::cli::console::print;
use crate::cli::outcome::{Done, Failure};
use clap::CommandFactory;

/// Print the completion script of a shell.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  yibao completions bash > ~/.local/share/bash-completion/completions/yibao
  yibao completions zsh > ~/.zfunc/_yibao
  yibao completions fish > ~/.config/fish/completions/yibao.fish")]
pub(super) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(super) fn run<C: CommandFactory>(args: Args) -> Result<Done, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut C::command(), "yibao", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Done::Clean)
}
