//! How well figures are founded.

use crate::figure::Provenance;
use crate::lint::finding::{Found, Lint};

/// Figures of one part of a scenario.
#[derive(Default)]
struct Part {
    figures: usize,
    placeholders: usize,
    /// Years that are placeholders of figures that are not.
    assumed: usize,
}

pub(super) fn look(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let of_city = |path: &str| path.starts_with("population.") || path.starts_with("utilisation.");
    let (mut city, mut rules) = (Part::default(), Part::default());
    for key in scenario.keys() {
        let Some(provenance) = key.provenance else {
            continue;
        };
        let source = key.source.as_deref().unwrap_or_default();
        if source.trim().trim_matches('.').is_empty() {
            let message = || format!("a figure that is `{}`, and no source of it", provenance.name());
            let hint = Some("name the document, or who says so");
            found.add(Lint::NoSource, (&key.path, ""), None, message, hint);
        }
        let part = if of_city(&key.path) { &mut city } else { &mut rules };
        part.figures += 1;
        if provenance == Provenance::Placeholder {
            part.placeholders += 1;
        } else {
            part.assumed += key.assumed.len();
        }
    }
    tell(found, &rules, ("rules", "of the rules"));
    tell(found, &city, ("city", "of the synthetic city"));
}

fn tell(found: &mut Found<'_>, part: &Part, (about, what): (&str, &str)) {
    if part.placeholders + part.assumed == 0 {
        return;
    }
    let years = match part.assumed {
        0 => String::new(),
        1 => ", and 1 year of the others".to_string(),
        years => format!(", and {years} years of the others"),
    };
    let message = format!(
        "{} of the {} figures {what} are placeholders{years}: unverified or assumed",
        part.placeholders, part.figures
    );
    let hint = Some("`yibao keys --json` lists each with its provenance and source");
    found.add(Lint::Placeholders, ("scenario", about), None, || message, hint);
}
