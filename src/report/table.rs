//! Plain tables for the terminal: first column to the left, the others to the right, by display width. Columns of words
//! go to the left too, and are broken into lines where the table would be too wide.

use unicode_width::UnicodeWidthStr;

/// Lines of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    left_aligned: bool,
    /// The columns that hold words, from 0.
    words: Vec<usize>,
    /// How wide the table may be, if its words can be broken.
    width: Option<usize>,
    rows: Vec<Vec<String>>,
}

/// A column of words is never made narrower than this.
const NARROWEST: usize = 16;

impl Table {
    pub(super) fn new() -> Table {
        Table::default()
    }

    /// An empty table with every column aligned to the left.
    pub(crate) fn left_aligned() -> Table {
        Table {
            left_aligned: true,
            ..Table::default()
        }
    }

    /// An empty table of which these columns, from 0, hold words; they are broken so that it is at most `width` wide, if
    /// that can be.
    pub(crate) fn with_words(words: impl IntoIterator<Item = usize>, width: usize) -> Table {
        Table {
            words: words.into_iter().collect(),
            width: Some(width),
            ..Table::default()
        }
    }

    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Table {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// The lines, indented by two spaces, each ended by a newline.
    pub(super) fn render(&self) -> String {
        let rows = self.broken();
        let widths = widths(&rows);
        let mut text = String::new();
        for row in &rows {
            let mut line = String::from(" ");
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column] - cell.width());
                line.push(' ');
                if column > 0 && !self.left_aligned {
                    line.push(' ');
                }
                if column == 0 || self.left_aligned || self.words.contains(&column) {
                    line.push_str(cell);
                    line.push_str(&padding);
                } else {
                    line.push_str(&padding);
                    line.push_str(cell);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The lines, long words broken into more of them.
    fn broken(&self) -> Vec<Vec<String>> {
        let Some(most) = self.width else {
            return self.rows.clone();
        };
        let mut widths = widths(&self.rows);
        let used = |widths: &[usize]| widths.iter().map(|width| width + 2).sum::<usize>();
        while used(&widths) > most {
            let words = self.words.iter().copied();
            let widest = words
                .filter(|&column| column < widths.len())
                .max_by_key(|&column| widths[column]);
            match widest {
                Some(column) if widths[column] > NARROWEST => widths[column] -= 1,
                _ => break,
            }
        }
        let lines_of = |row: &Vec<String>| {
            let cells: Vec<Vec<String>> = (row.iter().enumerate())
                .map(|(column, cell)| broken(cell, widths[column]))
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
            let line = |index: usize| {
                let cells = cells.iter();
                cells
                    .map(|lines| lines.get(index).cloned().unwrap_or_default())
                    .collect()
            };
            (0..lines).map(line).collect::<Vec<Vec<String>>>()
        };
        self.rows.iter().flat_map(lines_of).collect()
    }
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of_column = |column: usize| {
        let cells = rows.iter().filter_map(|row: &Vec<String>| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    (0..columns).map(of_column).collect()
}

/// Words in lines of at most `width`, at least one; a word that is longer is cut, as Chinese is, which has no spaces.
fn broken(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_string()];
    }
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let room = |line: &String, more: &str| line.width() + more.trim_end().width() <= width;
        if !lines
            .last()
            .is_some_and(|line| line.is_empty() || room(line, word))
        {
            lines.push(String::new());
        }
        // A key is broken behind a dot if it must be.
        let parts: Vec<&str> = match word.trim_end().width() > width {
            true => word.split_inclusive(['.', '_']).collect(),
            false => vec![word],
        };
        for part in parts {
            if !lines
                .last()
                .is_some_and(|line| line.is_empty() || room(line, part))
            {
                lines.push(String::new());
            }
            for character in part.chars() {
                let piece = character.to_string();
                if !lines.last().is_some_and(|line| room(line, &piece)) {
                    lines.push(String::new());
                }
                if let Some(line) = lines.last_mut() {
                    line.push(character);
                }
            }
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_left_and_are_broken_to_the_width() {
        let mut table = Table::with_words([0, 2], 40);
        table.row(["Name", "%", "Founded on"]);
        table.row([
            "stays",
            "1.5",
            "a figure of the yearbook, and another of the census",
        ]);
        table.row(["费用", "-10", "公报与年鉴所载之次均住院费用数值之平均"]);
        let expected = "  Name     %  Founded on
  stays  1.5  a figure of the yearbook,
              and another of the census
  费用   -10  公报与年鉴所载之次均住院费
              用数值之平均
";
        assert_eq!(table.render(), expected);
        assert!(table.render().lines().all(|line| line.width() <= 40));
        assert_eq!(broken("", 16), [""]);
        let keys = broken("utilisation.stays.per_head, a.b", 20);
        assert_eq!(keys, ["utilisation.stays.", "per_head, a.b"]);
    }
}
