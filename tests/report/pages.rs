//! The page and the terminal.

use crate::{HOSTILE, golden, report};
use yibao::report::lang::Lang;
use yibao::report::page::{Cell, People, Report, Section, html, text};

/// Of a page, what is not style, script or chart.
fn words(page: &str) -> String {
    let main = page.split("<main>").nth(1).unwrap();
    let main = main.split("</main>").next().unwrap();
    let mut words = String::new();
    for part in main.split("<svg ") {
        words.push_str(part.split("</svg>\n").last().unwrap());
    }
    words.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn pages_and_terminal_are_as_they_were() {
    golden(
        "page-en.html",
        &words(&html::render(&report(Lang::En, People::Real))),
    );
    golden(
        "page-zh.html",
        &words(&html::render(&report(Lang::Zh, People::Synthetic))),
    );
    golden(
        "terminal-en.txt",
        &text::render(&report(Lang::En, People::Real), 72),
    );
    golden(
        "terminal-zh.txt",
        &text::render(&report(Lang::Zh, People::Real), 40),
    );
}

#[test]
fn hostile_names_are_words_and_nothing_else() {
    let page = html::render(&report(Lang::En, People::Synthetic));
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;&lt;img"));
    assert_eq!(page.matches("<script>").count(), 1, "the page's own script");
    assert!(!page.contains("<img") && !page.contains(HOSTILE));
    // Not even a policy that nobody reads would let another script run.
    assert!(page.contains("default-src 'none'"));
    let mut report = Report::new(Lang::En, People::Real, "\u{1b}[31mred\u{202e}", "");
    let mut section = Section::new("\u{7}");
    section.paragraph("\u{9b}");
    report.section(section);
    for shown in [html::render(&report), text::render(&report, 80)] {
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']));
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let page = html::render(&report(Lang::Zh, People::Real));
    for outside in ["http://", "https://", "src=\"", "@import", "url(h", "<link"] {
        let found = page.find(outside).map(|at| &page[at..page.len().min(at + 60)]);
        assert_eq!(found, None);
    }
    assert!(html::is_ours(page.as_bytes()));
    assert!(!html::is_ours(
        b"<!DOCTYPE html><title>a letter about yibao</title>"
    ));
}

#[test]
fn small_groups_are_in_no_rendering_of_real_people() {
    let secrets = ["2,660", "5,320", ">7<", ">14<"];
    let real = report(Lang::En, People::Real);
    for shown in [html::render(&real), text::render(&real, 80)] {
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret}");
        }
        // The total is shown, and the two that could be had from it are not.
        assert!(shown.contains("66,120.00") && shown.contains("12,540.00"));
    }
    let drawn = html::render(&report(Lang::En, People::Synthetic));
    assert!(drawn.contains("2,660.00") && drawn.contains(">7<"));
}

#[test]
fn a_number_in_a_sentence_is_kept_back_too() {
    for (people, words) in [(People::Real, "<10"), (People::Synthetic, "9")] {
        let report = Report::new(Lang::En, people, "", "");
        assert_eq!(report.words(Cell::people(9)), words);
        assert_eq!(report.words(Cell::people(10)), "10");
    }
}

#[test]
fn the_command_can_be_pasted_into_a_shell() {
    let report = report(Lang::En, People::Real);
    assert_eq!(report.command_line(), r"yibao run --report 'it'\''s.html'");
}
