//! Ctrl-C: whatever was being done, no half-written directory stays behind.

use crate::Desk;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Waits for something that takes a moment.
#[track_caller]
fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "waited in vain for {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Presses Ctrl-C and returns the exit code.
fn interrupt(child: &mut Child) -> Option<i32> {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    child.wait().unwrap().code()
}

/// The hidden directories of a desk.
fn staging(desk: &Desk) -> Vec<String> {
    let hidden = |name: &String| name.starts_with('.');
    desk.names(".").into_iter().filter(hidden).collect()
}

/// Interrupts a command after a while in which it has surely begun, and hardly ended.
fn interrupted_run_leaves_nothing(arguments: &str, pause: Duration) {
    let desk = Desk::new();
    desk.yibao("run --persons 50 --out out --format csv").exits(0);
    let before = desk.read("out/run.json");
    let mut child = desk
        .command(arguments.split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for("the staging directory", || !staging(&desk).is_empty());
    std::thread::sleep(pause);
    let code = interrupt(&mut child);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(said, "");
    let left: Vec<String> = desk.names(".").into_iter().collect();
    assert_eq!(left, ["out"]);
    // The earlier run is still there, untouched.
    assert_eq!(desk.read("out/run.json"), before);
}

#[test]
fn an_interrupted_run_leaves_no_staging_directory_and_keeps_the_earlier_run() {
    interrupted_run_leaves_nothing(
        "run --persons 2000000 --out out --format csv",
        Duration::from_millis(0),
    );
    interrupted_run_leaves_nothing(
        "run --persons 2000000 --out out --format csv",
        Duration::from_millis(300),
    );
}

#[test]
fn an_interrupt_while_files_are_being_written_leaves_none_of_them() {
    let desk = Desk::new();
    let mut child = desk
        .command("synth --persons 400000 --out city --format csv".split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let writing = || {
        staging(&desk)
            .iter()
            .any(|name| desk.path(name).join("new/claims.csv").exists())
    };
    wait_for("the claims file", writing);
    assert_eq!(interrupt(&mut child), Some(130));
    assert!(desk.names(".").is_empty());
}

#[test]
fn an_interrupted_measurement_leaves_no_temporary_files() {
    let desk = Desk::new();
    let mut child = desk
        .command("bench --persons 20000 --seconds 60 --only csv".split_whitespace())
        .env("TMPDIR", desk.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let reading = || {
        staging(&desk)
            .iter()
            .any(|name| desk.path(name).join("csv/claims.csv").exists())
    };
    wait_for("the claims file", reading);
    assert_eq!(interrupt(&mut child), Some(130));
    assert!(desk.names(".").is_empty());
}
