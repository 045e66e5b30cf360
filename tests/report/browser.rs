//! The page in a real browser, where there is one.

use crate::report;
use std::process::{Command, Output};
use yibao::report::lang::Lang;
use yibao::report::page::{People, html};

/// Headless Chromium with some arguments; `None` where none is installed.
fn chromium(arguments: &[String]) -> Option<Output> {
    let profile = tempfile::tempdir().unwrap();
    let profile = format!("--user-data-dir={}", profile.path().display());
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| {
            Command::new(name)
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--enable-logging=stderr",
                    &profile,
                ])
                .args(arguments)
                .output()
                .ok()
        });
    if found.is_none() {
        eprintln!("no browser is installed: the page is not looked at");
    }
    found
}

#[test]
fn a_browser_reads_the_page_without_complaint() {
    let desk = tempfile::tempdir().unwrap();
    let (page, picture) = (desk.path().join("page.html"), desk.path().join("page.png"));
    std::fs::write(&page, html::render(&report(Lang::Zh, People::Real))).unwrap();
    let address = format!("file://{}", page.display());
    let Some(output) = chromium(&["--dump-dom".into(), address.clone()]) else {
        return;
    };
    let (dom, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(!said.contains("CONSOLE"), "{said}");
    // The page's script ran, and nobody else's: the headers of tables are buttons, and there is no picture.
    assert!(dom.contains("<button type=\"button\""), "{said}{dom}");
    assert!(!dom.contains("<img"));
    assert_eq!(
        dom.matches("<svg ").count(),
        16,
        "each chart for a wide and a narrow screen"
    );
    chromium(&[
        format!("--screenshot={}", picture.display()),
        "--window-size=1280,2000".into(),
        address,
    ]);
    // A blank page of this size is a picture of some 5 kB.
    assert!(std::fs::metadata(&picture).unwrap().len() > 40_000);
}
