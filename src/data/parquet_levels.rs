//! Which cells of a Parquet column are null (its definition levels).

use crate::data::parquet_encoding::{hybrid, run};

/// What a column has of values and nulls.
#[derive(Default)]
pub(super) struct Levels {
    values: usize,
    nulls: usize,
    /// 1 for a value, 0 for a null, in their order; empty as long as there are values alone, or nulls alone.
    marks: Vec<u8>,
}

impl Levels {
    /// Adds values.
    #[inline]
    pub(super) fn add_values(&mut self, count: usize) {
        if self.nulls > 0 {
            self.tell_apart();
            self.marks.resize(self.marks.len() + count, 1);
        }
        self.values += count;
    }

    /// Adds nulls.
    #[inline]
    pub(super) fn add_nulls(&mut self, count: usize) {
        if self.values > 0 {
            self.tell_apart();
            self.marks.resize(self.marks.len() + count, 0);
        }
        self.nulls += count;
    }

    /// Adds cells, so many of them nulls, by which of them are values.
    pub(super) fn add(&mut self, are_values: impl ExactSizeIterator<Item = bool>, nulls: usize) {
        let count = are_values.len();
        if nulls == 0 {
            self.add_values(count);
        } else if nulls == count {
            self.add_nulls(count);
        } else {
            self.tell_apart();
            self.marks.extend(are_values.map(u8::from));
            self.nulls += nulls;
            self.values += count - nulls;
        }
    }

    /// How many values there are.
    pub(super) fn values(&self) -> usize {
        self.values
    }

    /// How many nulls there are.
    pub(super) fn nulls(&self) -> usize {
        self.nulls
    }

    /// Whether values and nulls are where they are in another column.
    pub(super) fn same(&self, other: &Levels) -> bool {
        (self.values, self.nulls, &self.marks) == (other.values, other.nulls, &other.marks)
    }

    /// Appends the levels to a page, their length before them.
    pub(super) fn encode(&self, page: &mut Vec<u8>) {
        let at = page.len();
        page.extend_from_slice(&[0; 4]);
        if self.nulls == 0 {
            run(self.values, 1u8, 1, page);
        } else if self.values == 0 {
            hybrid(&vec![0u8; self.nulls], 1, page);
        } else {
            hybrid(&self.marks, 1, page);
        }
        let length = (page.len() - at - 4) as u32;
        page[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        (self.values, self.nulls) = (0, 0);
        self.marks.clear();
    }

    /// Marks what there is so far, which is of one sort.
    #[inline]
    fn tell_apart(&mut self) {
        if self.marks.is_empty() {
            let mark = u8::from(self.nulls == 0);
            self.marks.resize(self.values + self.nulls, mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and nulls in every order of up to seven portions, told by portion or cell by cell.
    #[test]
    fn levels_are_those_of_the_cells() {
        for portions in 0..3u32.pow(7) {
            let (mut levels, mut marks) = (Levels::default(), Vec::new());
            for place in 0..7 {
                let cells: &[u8] = match portions / 3u32.pow(place) % 3 {
                    0 => &[1, 1, 1],
                    1 => &[0, 0],
                    _ => &[0, 1, 0],
                };
                let nulls = cells.iter().filter(|&&mark| mark == 0).count();
                match place % 3 {
                    0 => levels.add(cells.iter().map(|&mark| mark == 1), nulls),
                    1 => cells.iter().for_each(|mark| match mark {
                        1 => levels.add_values(1),
                        _ => levels.add_nulls(1),
                    }),
                    _ if nulls == 0 => levels.add_values(cells.len()),
                    _ if nulls == cells.len() => levels.add_nulls(nulls),
                    _ => levels.add(cells.iter().map(|&mark| mark == 1), nulls),
                }
                marks.extend_from_slice(cells);
            }
            let (mut page, mut expected) = (vec![7], Vec::new());
            levels.encode(&mut page);
            if marks.iter().all(|&mark| mark == 1) {
                run(marks.len(), 1u8, 1, &mut expected);
            } else {
                hybrid(&marks, 1, &mut expected);
            }
            assert_eq!(page[1..5], (expected.len() as u32).to_le_bytes());
            assert_eq!(page[5..], expected, "{marks:?}");
        }
    }
}
