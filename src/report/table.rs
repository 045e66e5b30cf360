//! Plain tables for the terminal: first column to the left, the others to the right, by display width.

use unicode_width::UnicodeWidthStr;

/// Lines of cells.
#[derive(Clone, Debug, Default)]
pub struct Table {
    left_aligned: bool,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new() -> Table {
        Table::default()
    }

    /// An empty table with every column aligned to the left.
    pub fn left_aligned() -> Table {
        Table {
            left_aligned: true,
            ..Table::default()
        }
    }

    /// Adds a line.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Table {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// The lines, indented by two spaces, each ended by a newline.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::from(" ");
            for (column, cell) in row.iter().enumerate() {
                let padding = " ".repeat(widths[column] - cell.width());
                line.push(' ');
                if column == 0 || self.left_aligned {
                    line.push_str(cell);
                    line.push_str(&padding);
                } else {
                    line.push(' ');
                    line.push_str(&padding);
                    line.push_str(cell);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
