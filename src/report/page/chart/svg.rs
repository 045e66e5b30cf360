//! Writing SVG: shapes and words at places, with the classes that `chart.css` gives colours to.
//!
//! Words keep their size on a narrow screen: a page holds each chart drawn for a wide and for a narrow column, and shows
//! one of them. Numbers have one decimal, so the same data give the same bytes everywhere.

use std::fmt::{self, Write};
use unicode_width::UnicodeWidthChar;

/// The colours and lines of charts, also within a page.
pub(crate) const STYLE: &str = include_str!("chart.css");

/// The size of words.
pub(super) const FONT: f64 = 13.0;
/// The height of a line of words.
pub(super) const LINE: f64 = 18.0;

/// Between the title of a file and the chart.
const HEAD_MARGIN: f64 = 8.0;

/// For which column a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// A page or a desk.
    Wide,
    /// A phone.
    Narrow,
}

impl Width {
    /// The width of the drawing in units of its view box, of which [`FONT`] is a letter's height.
    pub(super) fn units(self) -> f64 {
        match self {
            Width::Wide => 720.0,
            Width::Narrow => 340.0,
        }
    }
}

/// Where words stand to their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A chart being drawn: its height follows from what is put into it.
pub(crate) struct Canvas {
    width: Width,
    id: String,
    title: String,
    description: String,
    body: String,
    /// How far down anything reaches.
    pub(super) height: f64,
}

/// How many ways there are to fill a shape, apart in hatching as well as in colour.
pub(super) const FILLS: usize = 6;

impl Canvas {
    pub(super) fn new(width: Width, id: &str, title: &str) -> Canvas {
        Canvas {
            width,
            id: id.to_string(),
            title: title.to_string(),
            description: String::new(),
            body: String::new(),
            height: 0.0,
        }
    }

    /// The same of this drawing.
    pub(super) fn units(&self) -> f64 {
        self.width.units()
    }

    /// Whether this is for a phone.
    pub(super) fn is_narrow(&self) -> bool {
        self.width == Width::Narrow
    }

    /// Says in words what the chart shows.
    pub(super) fn describe(&mut self, description: String) {
        self.description = description;
    }

    /// A box.
    pub(super) fn rect(&mut self, class: &str, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        self.add(format_args!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    /// A box filled in one of [`FILLS`] ways.
    pub(super) fn filled(&mut self, fill: usize, at: [f64; 2], size: [f64; 2]) {
        let fill = fill % FILLS;
        self.rect(&format!("f{fill}"), at, size);
        if fill > 0 {
            self.hatched(fill, at, size);
        }
    }

    /// Hatching over a box.
    fn hatched(&mut self, fill: usize, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let (width, height, id) = (width.max(0.0), height.max(0.0), self.id.clone());
        self.add(format_args!(
            r##"<rect fill="url(#{id}-h{fill})" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"##
        ));
    }

    pub(super) fn line(&mut self, class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        self.add(format_args!(
            r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#
        ));
    }

    /// A line through points.
    pub(super) fn path(&mut self, class: &str, points: &[[f64; 2]], closed: bool) {
        let mut d = String::new();
        for (index, [x, y]) in points.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(d, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { " L" });
        }
        if closed {
            d.push('Z');
        }
        self.add(format_args!(r#"<path class="{class}" d="{d}"/>"#));
    }

    pub(super) fn dot(&mut self, class: &str, [x, y]: [f64; 2], radius: f64) {
        self.add(format_args!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"/>"#
        ));
    }

    /// A curved ribbon from the left edge `from` (x, top, bottom) to the right edge `to`.
    pub(super) fn ribbon(&mut self, class: &str, from: [f64; 3], to: [f64; 3]) {
        let ([x0, a0, b0], [x1, a1, b1]) = (from, to);
        let m = f64::midpoint(x0, x1);
        self.add(format_args!(
            r#"<path class="{class}" d="M{x0:.1} {a0:.1}C{m:.1} {a0:.1} {m:.1} {a1:.1} {x1:.1} {a1:.1}L{x1:.1} {b1:.1}C{m:.1} {b1:.1} {m:.1} {b0:.1} {x0:.1} {b0:.1}Z"/>"#
        ));
    }

    /// Words; `y` is where they stand, not their middle.
    pub(super) fn text(&mut self, class: &str, [x, y]: [f64; 2], anchor: Anchor, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let words = Escaped(words);
        self.add(format_args!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#
        ));
    }

    /// Words broken into lines no wider than `width`, the first standing at `y`. How many lines.
    pub(super) fn wrapped(&mut self, class: &str, [x, y]: [f64; 2], width: f64, words: &str) -> usize {
        let lines = wrap(words, width);
        for (index, line) in lines.iter().enumerate() {
            self.text(class, [x, y + LINE * index as f64], Anchor::Start, line);
        }
        lines.len()
    }

    fn add(&mut self, shape: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(shape);
        self.body.push('\n');
    }

    /// The chart as an element of a page, which shows its title above it.
    pub(crate) fn element(&self) -> String {
        self.write("", "", 0.0)
    }

    /// The chart as a file of its own, with its title.
    pub(super) fn document(&self) -> String {
        let lines = wrap(&self.title, self.units());
        let head = LINE * lines.len() as f64 + HEAD_MARGIN;
        let (width, height) = (self.units(), self.height + head);
        let name =
            format!(" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\"");
        let mut inside = format!("<style>\n{STYLE}</style>\n");
        for (index, line) in lines.iter().enumerate() {
            let y = LINE * (index as f64 + 0.75) - head;
            let line = Escaped(line);
            // Writing to a string cannot fail.
            let _ = writeln!(inside, r#"<text class="strong" x="0" y="{y:.1}">{line}</text>"#);
        }
        self.write(&inside, &name, head)
    }

    /// The chart as an element with such attributes; `inside` comes first in it, and `head` is kept free above.
    fn write(&self, inside: &str, attributes: &str, head: f64) -> String {
        let (width, height, id) = (self.units(), self.height + head, &self.id);
        let (title, description) = (Escaped(&self.title), Escaped(&self.description));
        let (class, patterns, body) = (
            if self.is_narrow() { "narrow" } else { "wide" },
            self.patterns(),
            &self.body,
        );
        format!(
            "<svg{attributes} class=\"chart {class}\" viewBox=\"0 {top:.0} {width:.0} {height:.0}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{description}</desc>\n{inside}{patterns}{body}</svg>\n",
            top = 0.0 - head,
        )
    }

    /// The hatchings that are used.
    fn patterns(&self) -> String {
        const SHAPES: [&str; FILLS - 1] = [
            r#"<path class="hatch" d="M-1 1L1 -1M0 8L8 0M7 9L9 7"/>"#,
            r#"<circle class="spot" cx="4" cy="4" r="1.5"/>"#,
            r#"<path class="hatch" d="M0 4H8"/>"#,
            r#"<path class="hatch" d="M0 0L8 8M0 8L8 0"/>"#,
            r#"<path class="hatch" d="M4 0V8"/>"#,
        ];
        let mut patterns = String::new();
        for (index, shape) in SHAPES.iter().enumerate() {
            let name = format!("{}-h{}", self.id, index + 1);
            if self.body.contains(&format!("#{name})")) {
                // Writing to a string cannot fail.
                let _ = write!(
                    patterns,
                    r#"<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">{shape}</pattern>"#
                );
            }
        }
        match patterns.as_str() {
            "" => patterns,
            _ => format!("<defs>{patterns}</defs>\n"),
        }
    }
}

/// Text in which nothing is markup.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // XML has no other control characters, and what turns the direction of text hides what it says.
                '\t' | '\n' => f.write_char(c)?,
                c if c.is_control() || is_direction_mark(c) => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Whether a character turns the direction of the text after it.
pub(crate) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// About how wide words are: there is no font here to ask, so a little more than they will be.
pub(super) fn text_width(words: &str) -> f64 {
    words
        .chars()
        .map(|c| match c.width() {
            Some(2) => FONT,
            Some(0) | None => 0.0,
            Some(_) if c.is_ascii_uppercase() || "mw%—".contains(c) => 0.78 * FONT,
            Some(_) => 0.61 * FONT,
        })
        .sum()
}

/// Words in lines no wider than `width`, broken at spaces, in Chinese anywhere, and in a long word where need be.
pub(super) fn wrap(words: &str, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(words) {
        let last = lines.len() - 1;
        if lines[last].is_empty() || text_width(&lines[last]) + text_width(piece.trim_end()) <= width {
            lines[last].push_str(piece);
        } else {
            lines.push(piece.to_string());
        }
        while text_width(lines[lines.len() - 1].trim_end()) > width {
            let rest = break_off(&mut lines, width);
            if rest.is_empty() {
                break;
            }
            lines.push(rest);
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

/// Cuts what is too much off the last line and returns it: nothing if there is but one character.
fn break_off(lines: &mut [String], width: f64) -> String {
    let Some(line) = lines.last_mut() else {
        return String::new();
    };
    let fits = |end: usize| text_width(&line[..end]) <= width;
    let ends = line.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends
        .clone()
        .rfind(|&end| fits(end))
        .or_else(|| ends.clone().next());
    end.map(|end| line.split_off(end)).unwrap_or_default()
}

/// Words with the space after them, and wide characters each for itself.
fn pieces(words: &str) -> Vec<&str> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for (at, c) in words.char_indices() {
        let end = at + c.len_utf8();
        if c == ' ' || c.width() == Some(2) {
            pieces.push(&words[start..end]);
            start = end;
        }
    }
    if start < words.len() {
        pieces.push(&words[start..]);
    }
    pieces
}
