//! Charts: a table of data, how it is drawn, by which method it came about and what it does not say.
//!
//! A chart is drawn from its table and from nothing else, so the data shown below it are the data in it, and what the
//! table keeps back is not drawn either. Charts are plain SVG, written here: see DESIGN.md.

pub(crate) mod files;
pub(crate) mod svg;

mod axis;
mod bars;
mod fan;
mod flow;
mod heat;
mod plot;
mod terminal;
mod tornado;
mod waterfall;

pub use plot::{Chart, Series, Swing};

use crate::report::lang::Lang;
use plot::Plot;
use svg::{Canvas, Width};

impl Chart {
    /// The chart as a file of its own, with its colours for light and dark.
    pub fn to_svg(&self, lang: Lang) -> String {
        self.draw(lang, Width::Wide, "chart").document()
    }

    /// Lines by year, in characters; `None` for any other chart.
    pub(super) fn to_terminal(&self, lang: Lang, width: usize) -> Option<String> {
        match &self.plot {
            Plot::Fan(lines) => terminal::draw(self, lines, lang, width),
            _ => None,
        }
    }

    /// The chart to stand in a page; `id` begins the ids inside, and must be the page's only one.
    pub(super) fn draw(&self, lang: Lang, width: Width, id: &str) -> Canvas {
        let mut canvas = Canvas::new(width, id, &self.table.title);
        match &self.plot {
            Plot::Fan(lines) => fan::draw(&mut canvas, self, lines, lang),
            Plot::Tornado(base) => tornado::draw(&mut canvas, self, base.value(), lang),
            Plot::HeatMap => heat::draw(&mut canvas, self, lang),
            Plot::Stacked => bars::stacked(&mut canvas, self, lang),
            Plot::Flow => flow::draw(&mut canvas, self, lang),
            Plot::Distribution => bars::distribution(&mut canvas, self, lang),
            Plot::Winners => bars::winners(&mut canvas, self, lang),
            Plot::Waterfall => waterfall::draw(&mut canvas, self, lang),
        }
        canvas
    }
}
