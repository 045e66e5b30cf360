//! The `yibao` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    yibao::cli::main()
}
