//! Small tables with everything wrong in them that can be.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

/// Rows of texts under a header. A row with another number of cells than the header is written as it is.
#[derive(Clone, Debug)]
pub struct Table {
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// The tables of a run.
#[derive(Clone, Debug)]
pub struct Tables {
    pub persons: Table,
    pub enrolments: Option<Table>,
    pub events: Option<Table>,
    pub institutions: Option<Table>,
    pub claims: Table,
}

/// How large the tables are to be.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub seed: u64,
    pub persons: usize,
    pub claims: usize,
    /// Bytes of a column that nobody reads, so that few rows are many blocks.
    pub padding: usize,
}

/// A row that is written as it stands.
pub const RAW: &str = "\u{1}raw";

/// Numbers of persons: their order byte by byte is not that of numbers, and some need quotes.
const PERSONS: [&str; 14] = [
    "P1",
    "P10",
    "P2",
    "p1",
    "张三",
    "370102199001011234",
    "9",
    "10",
    "A,B",
    "Q\"Q",
    "P1 ",
    "é",
    "Z",
    "P11",
];

struct Maker {
    random: StdRng,
    padding: usize,
}

impl Maker {
    fn pick(&mut self, from: &[&str]) -> String {
        from.choose(&mut self.random).unwrap().to_string()
    }

    /// The first text, or, one time in `odds`, one of the others.
    fn mostly(&mut self, usual: &str, odds: u32, others: &[&str]) -> String {
        if self.random.random_ratio(1, odds) {
            self.pick(others)
        } else {
            usual.to_string()
        }
    }

    fn padding(&mut self) -> String {
        let note = self.mostly("", 4, &["x", "two\nlines", "a \"quote\"", "a, b", "\r\n"]);
        note + &"x".repeat(self.padding)
    }

    /// Breaks a row as a whole, now and then.
    fn damage(&mut self, row: &mut Vec<String>) {
        match self.random.random_range(0..40) {
            0 => row.truncate(2),
            1 => row.push("more".to_string()),
            2 => *row = vec![RAW.to_string(), "\"never closed,P1,21".to_string()],
            3 => *row = vec![RAW.to_string(), "\"closed\"too early,P1,21".to_string()],
            _ => {}
        }
    }

    fn person(&mut self, count: usize) -> String {
        let known = PERSONS[self.random.random_range(0..count.clamp(1, PERSONS.len()))];
        self.mostly(known, 12, &["", "NOBODY", " ", "P1", "\u{3000}"])
    }

    fn persons(&mut self, count: usize) -> Table {
        let header = vec!["psn_no", "brdy", "gend", "insu_admdvs", "death_date", "note"];
        let mut rows = Vec::new();
        for _ in 0..count + count / 3 {
            let mut row = vec![
                self.person(count),
                self.mostly("1980-05-01", 8, &["", "1.5.1980", "2015-02-03", "1940-01-01"]),
                self.mostly("1", 8, &["2", "3"]),
                self.pick(&["370102", "370103", "", "370181"]),
                self.mostly("", 10, &["2023-07-01", "1970-01-01"]),
                self.padding(),
            ];
            self.damage(&mut row);
            rows.push(row);
        }
        Table { header, rows }
    }

    fn enrolments(&mut self, count: usize) -> Table {
        let header = vec!["psn_no", "year", "pay_date", "amount", "note"];
        let mut rows = Vec::new();
        for _ in 0..2 * count {
            let mut row = vec![
                self.person(count),
                self.mostly("2023", 5, &["2022", "2024", "x", "2150"]),
                self.mostly("2022-11-02", 5, &["2023-05-05", "", "2023-02-30", "2021-10-10"]),
                self.mostly("380.00", 6, &["", "0", "-1", "320.00", "12.345"]),
                self.padding(),
            ];
            self.damage(&mut row);
            rows.push(row);
        }
        Table { header, rows }
    }

    fn events(&mut self, count: usize) -> Table {
        let header = vec!["psn_no", "event", "event_date"];
        let mut rows = Vec::new();
        for _ in 0..count {
            let mut row = vec![
                self.person(count),
                self.pick(&["refund-applied", "student-left", "enlisted", "party"]),
                self.mostly("2023-02-01", 5, &["", "soon", "2022-12-12"]),
            ];
            self.damage(&mut row);
            rows.push(row);
        }
        Table { header, rows }
    }

    fn institutions(&mut self) -> Table {
        let header = vec!["fixmedins_code", "hosp_lv", "designated_to", "colour"];
        let rows = [
            ["H1", "05", "", ""],
            ["H2", "01", "2023-03-31", ""],
            ["H2", "05", "", ""],
            ["H3", "00", "", ""],
            ["", "05", "", ""],
        ];
        let texts = |row: [&str; 4]| row.map(str::to_string).to_vec();
        Table {
            header,
            rows: rows.map(texts).to_vec(),
        }
    }

    fn claim(&mut self, id: &str, persons: usize) -> Vec<String> {
        let begin = self.mostly(
            "2023-03-01",
            3,
            &["2022-12-30", "2023-07-07", "2019-01-01", "x", ""],
        );
        let end = if begin == "2023-07-07" {
            "2023-07-09"
        } else {
            "2023-03-09"
        };
        vec![
            id.to_string(),
            self.person(persons),
            self.mostly("21", 3, &["11", "14", "52", "98", ""]),
            self.mostly("H1", 3, &["H2", "H3", "H9", ""]),
            begin,
            self.mostly(end, 6, &["2022-06-01", "2022-12-31", "2023-12-31", ""]),
            self.mostly(
                "5000.00",
                2,
                &["120.50", "88000", "-5", "9.999", "", "1e3", "100000000.01"],
            ),
            self.mostly("05", 8, &["01", "", "12"]),
            self.mostly("", 8, &["2023-04-01 08:00:00", "2023-01-01", "x"]),
            self.mostly("", 10, &["10", "6000", "-1"]),
            self.mostly("0", 30, &["x", "", "1"]),
            self.mostly("", 10, &["C1"]),
            self.padding(),
        ]
    }

    /// A row that takes an earlier one back, more or less.
    fn reversal(&mut self, of: &[String], persons: usize, number: usize) -> Vec<String> {
        let mut row = of.to_vec();
        let id = of[0].clone();
        row[0] = match self.random.random_range(0..5) {
            0 => id.clone(),
            1 => "C2".to_string(),
            2 => String::new(),
            _ => format!("R{number}"),
        };
        if self.random.random_ratio(1, 5) {
            row[1] = self.person(persons);
        }
        row[6] = self.mostly(&format!("-{}", of[6]), 6, &["", "-1", "5"]);
        row[8] = self.mostly("2023-11-01 10:00:00", 4, &["", "2022-01-01", "2023-11-01"]);
        row[9].clear();
        row[10] = "1".to_string();
        row[11] = self.mostly(&id, 6, &["", "GONE", "R1", "R3"]);
        row
    }

    fn claims(&mut self, persons: usize, count: usize) -> Table {
        let header = vec![
            "mdtrt_id",
            "psn_no",
            "med_type",
            "fixmedins_code",
            "begntime",
            "endtime",
            "medfee_sumamt",
            "hosp_lv",
            "setl_time",
            "preselfpay_amt",
            "refd_setl_flag",
            "init_setl_id",
            "note",
        ];
        let mut rows: Vec<Vec<String>> = Vec::new();
        for number in 0..count {
            let id = self.mostly(&format!("C{number}"), 6, &["C1", "C2", "C3", "", "R1"]);
            let mut row = match rows.choose(&mut self.random) {
                Some(of) if of.len() == 13 && number % 4 == 3 => {
                    let of = of.clone();
                    self.reversal(&of, persons, number)
                }
                _ => self.claim(&id, persons),
            };
            self.damage(&mut row);
            rows.push(row);
        }
        rows.shuffle(&mut self.random);
        Table { header, rows }
    }
}

impl Tables {
    pub fn of(sizes: Sizes) -> Tables {
        let mut maker = Maker {
            random: StdRng::seed_from_u64(sizes.seed),
            padding: sizes.padding,
        };
        let enrolled = maker.random.random_ratio(2, 3);
        let listed = maker.random.random_ratio(1, 2);
        Tables {
            persons: maker.persons(sizes.persons),
            enrolments: enrolled.then(|| maker.enrolments(sizes.persons)),
            events: enrolled.then(|| maker.events(sizes.persons)),
            institutions: listed.then(|| maker.institutions()),
            claims: maker.claims(sizes.persons, sizes.claims),
        }
    }

    /// The same with every table by person in the order of persons; rows that name nobody stay where chance puts them.
    pub fn sorted(mut self) -> Tables {
        self.persons.sort(0);
        self.claims.sort(1);
        for table in [&mut self.enrolments, &mut self.events].into_iter().flatten() {
            table.sort(0);
        }
        self
    }
}

impl Table {
    fn sort(&mut self, person: usize) {
        let width = self.header.len();
        // What a reader sees: blanks around a cell do not count, and a broken row names nobody.
        let name = |row: &Vec<String>| match row.get(person) {
            Some(name) if row.len() == width => name.trim().to_string(),
            _ => String::new(),
        };
        let named: Vec<usize> = (0..self.rows.len())
            .filter(|&index| !name(&self.rows[index]).is_empty())
            .collect();
        let mut rows: Vec<Vec<String>> = named.iter().map(|&index| self.rows[index].clone()).collect();
        rows.sort_by_key(name);
        for (index, row) in named.into_iter().zip(rows) {
            self.rows[index] = row;
        }
    }

    /// Cuts the rows into so many tables.
    pub fn pieces(&self, count: usize) -> Vec<Table> {
        let size = self.rows.len().div_ceil(count).max(1);
        let mut pieces: Vec<Table> = (self.rows.chunks(size))
            .map(|rows| Table {
                header: self.header.clone(),
                rows: rows.to_vec(),
            })
            .collect();
        if pieces.is_empty() {
            pieces.push(self.clone());
        }
        pieces
    }

    pub fn csv(&self, line_end: &str) -> String {
        let mut text = self.header.join(",") + line_end;
        for row in &self.rows {
            if row[0] == RAW {
                text.push_str(&row[1]);
            } else {
                let quoted = row.iter().map(|cell| {
                    if cell.contains([',', '"', '\n', '\r']) {
                        format!("\"{}\"", cell.replace('"', "\"\""))
                    } else {
                        cell.clone()
                    }
                });
                text.push_str(&quoted.collect::<Vec<_>>().join(","));
            }
            text.push_str(line_end);
        }
        text
    }

    /// Rows that are rows.
    #[cfg(feature = "parquet")]
    pub fn whole_rows(&self) -> impl Iterator<Item = &Vec<String>> {
        self.rows
            .iter()
            .filter(|row| row.len() == self.header.len() && row[0] != RAW)
    }
}
