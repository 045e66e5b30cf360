//! A chart: its table, and how that is to be drawn.

use crate::report::lang::Lang;
use crate::report::page::cell::{Cell, Value};
use crate::report::page::table::{Column, Table};
use crate::report::page::words::Word;

/// A chart.
#[derive(Clone, Debug)]
pub struct Chart {
    pub(super) table: Table,
    pub(super) plot: Plot,
    method: String,
    limits: String,
}

/// How the table of a chart is drawn, with the columns it is read from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plot {
    /// Lines over the first column, with bands.
    Fan(Vec<Lines>),
    /// A bar for each row, from the value in the fourth column to that in the fifth, on both sides of this one.
    Tornado(Cell),
    /// A cell for each value.
    HeatMap,
    /// A bar for each row, of its values one after the other.
    Stacked,
    /// What came in (second column) and what went out (third).
    Flow,
    /// A column for each row, as high as the second value.
    Distribution,
    /// A bar to the right (second column) and one to the left (third) for each row.
    Winners,
    /// A bar for each row, beginning where the last one ended; a sum begins at zero.
    Waterfall,
}

/// Where a series stands in a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lines {
    pub(super) name: String,
    /// The column of the line itself.
    pub(super) middle: usize,
    /// The name of each band and the columns of its edges, the widest first.
    pub(super) bands: Vec<(String, [usize; 2])>,
}

/// A line by year, with bands of percentiles around it.
#[derive(Clone, Debug)]
pub struct Series {
    name: String,
    unit: String,
    bands: Vec<String>,
    points: Vec<(i32, Cell, Vec<[Cell; 2]>)>,
}

impl Series {
    /// A line without points. The unit is that of the values in the table: `yuan`.
    pub fn new(name: impl Into<String>, unit: impl Into<String>) -> Series {
        Series {
            name: name.into(),
            unit: unit.into(),
            bands: Vec::new(),
            points: Vec::new(),
        }
    }

    /// With a band, such as `5–95 %`; the widest first.
    pub fn band(mut self, name: impl Into<String>) -> Series {
        self.bands.push(name.into());
        self
    }

    /// Adds the value of a year, and the edges of each band.
    ///
    /// # Panics
    /// If there are not as many edges as bands: a defect of the caller.
    pub fn point(
        &mut self,
        year: i32,
        value: Cell,
        edges: impl IntoIterator<Item = [Cell; 2]>,
    ) -> &mut Series {
        let edges: Vec<[Cell; 2]> = edges.into_iter().collect();
        assert!(
            edges.len() == self.bands.len(),
            "{} edges for {} bands",
            edges.len(),
            self.bands.len()
        );
        self.points.push((year, value, edges));
        self
    }
}

/// What a result does when one assumption moves.
#[derive(Clone, Debug)]
pub struct Swing {
    /// The assumption or shock that is shifted.
    pub name: String,
    /// Its lower and its higher value.
    pub settings: [Cell; 2],
    /// The result at the lower and at the higher value.
    pub results: [Cell; 2],
}

impl Chart {
    fn new(table: Table, plot: Plot) -> Chart {
        Chart {
            table,
            plot,
            method: String::new(),
            limits: String::new(),
        }
    }

    /// Says how the data came about.
    pub fn method(self, method: impl Into<String>) -> Chart {
        Chart {
            method: method.into(),
            ..self
        }
    }

    /// Says what the data do not show.
    pub fn limits(self, limits: impl Into<String>) -> Chart {
        Chart {
            limits: limits.into(),
            ..self
        }
    }

    /// Lines by year, each with the bands of its percentiles: a projection. A series of another unit belongs into
    /// another chart.
    pub fn fan(
        title: impl Into<String>,
        years: impl Into<String>,
        series: impl IntoIterator<Item = Series>,
    ) -> Chart {
        let series: Vec<Series> = series.into_iter().collect();
        let (mut columns, mut lines) = (vec![Column::new(years)], Vec::new());
        for of in &series {
            let middle = columns.len();
            columns.push(Column::of(&of.name, &of.unit));
            let mut bands = Vec::new();
            for band in &of.bands {
                bands.push((band.clone(), [columns.len(), columns.len() + 1]));
                for end in ["↓", "↑"] {
                    columns.push(Column::of(format!("{} {band} {end}", of.name), &of.unit));
                }
            }
            lines.push(Lines {
                name: of.name.clone(),
                middle,
                bands,
            });
        }
        let mut years: Vec<i32> = series
            .iter()
            .flat_map(|of| &of.points)
            .map(|point| point.0)
            .collect();
        years.sort_unstable();
        years.dedup();
        let mut table = Table::new(title, columns);
        for year in years {
            let cells = series.iter().flat_map(|of| of.cells(year));
            table.row(std::iter::once(Cell::year(year)).chain(cells));
        }
        Chart::new(table, Plot::Fan(lines))
    }

    /// A bar for each assumption, the one that matters most on top: by how much the result moves from `base` when the
    /// assumption takes its lower and its higher value. `unit` is that of the results.
    pub fn tornado(
        title: impl Into<String>,
        lang: Lang,
        unit: &str,
        base: Cell,
        swings: impl IntoIterator<Item = Swing>,
    ) -> Chart {
        let mut swings: Vec<Swing> = swings.into_iter().collect();
        let size = |swing: &Swing| {
            let [low, high] = [0, 1].map(|end| swing.results[end].value().to_f64());
            low.zip(high).map_or(0.0, |(low, high)| (high - low).abs())
        };
        swings.sort_by(|one, other| size(other).total_cmp(&size(one)));
        let columns = [
            Column::new(lang.pick("Assumption", "假设")),
            Column::new(lang.pick("Lower value", "低值")),
            Column::new(lang.pick("Higher value", "高值")),
            Column::of(lang.pick("Result at the lower", "低值结果"), unit),
            Column::of(lang.pick("Result at the higher", "高值结果"), unit),
        ];
        let mut table = Table::new(title, columns);
        for swing in swings {
            let cells = swing.settings.into_iter().chain(swing.results);
            table.row(std::iter::once(Cell::text(swing.name)).chain(cells));
        }
        let nothing = || [Cell::nothing(), Cell::nothing()];
        let as_it_stands = [nothing(), [base.clone(), base.clone()]];
        table.row(
            std::iter::once(Cell::text(lang.word(Word::Base))).chain(as_it_stands.into_iter().flatten()),
        );
        Chart::new(table, Plot::Tornado(base))
    }

    /// A table of numbers of one kind as a map, the darker the larger: a sweep over two keys. The first column names the
    /// rows.
    pub fn heat_map(table: Table) -> Chart {
        Chart::new(table, Plot::HeatMap)
    }

    /// A bar for each row of a table, made of the amounts in its other columns.
    pub fn stacked(table: Table) -> Chart {
        Chart::new(table, Plot::Stacked)
    }

    /// What came into a fund and what went out. The columns are a name, the amount that came in and the amount that went
    /// out, one of them with [`Cell::nothing`]. A surplus is something that goes out, a deficit something that comes in.
    pub fn flow(table: Table) -> Chart {
        Chart::new(table, Plot::Flow)
    }

    /// A column for each row, as high as the value in the second column: deciles, age bands. The first column should
    /// hold short names.
    pub fn distribution(table: Table) -> Chart {
        Chart::new(table, Plot::Distribution)
    }

    /// Winners to the right and losers to the left, a bar for each row. The columns are a group, how many win (or how
    /// much), how many lose (or how much, without a sign), and whatever else the data should tell.
    pub fn winners(table: Table) -> Chart {
        Chart::new(table, Plot::Winners)
    }

    /// What becomes of an amount, step by step. The columns are a step and its amount, less than nothing where it takes
    /// something away; rows added with [`Table::sum`] say what there is at that point, the first one above all.
    pub fn waterfall(table: Table) -> Chart {
        Chart::new(table, Plot::Waterfall)
    }

    /// The data, whose title is that of the chart.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    pub(in crate::report::page) fn table_mut(&mut self) -> &mut Table {
        &mut self.table
    }

    /// How the data came about.
    pub(crate) fn about_method(&self) -> &str {
        &self.method
    }

    /// What the data do not show.
    pub(crate) fn about_limits(&self) -> &str {
        &self.limits
    }

    /// The word for how it is drawn.
    pub(crate) fn kind(&self) -> &'static str {
        match self.plot {
            Plot::Fan(_) => "fan",
            Plot::Tornado(_) => "tornado",
            Plot::HeatMap => "heat-map",
            Plot::Stacked => "stacked",
            Plot::Flow => "flow",
            Plot::Distribution => "distribution",
            Plot::Winners => "winners",
            Plot::Waterfall => "waterfall",
        }
    }

    pub(super) fn row(&self, row: usize) -> Vec<&Value> {
        self.table.values(&self.table.rows()[row]).collect()
    }

    /// The values of every row.
    pub(super) fn data(&self) -> Vec<Vec<&Value>> {
        (0..self.table.rows().len()).map(|row| self.row(row)).collect()
    }

    pub(super) fn unit(&self, column: usize) -> &str {
        self.table.columns[column].unit.as_deref().unwrap_or_default()
    }
}

impl Series {
    /// The cells of a year: the value and the edges of each band.
    fn cells(&self, year: i32) -> Vec<Cell> {
        match self.points.iter().find(|point| point.0 == year) {
            Some((_, value, edges)) => std::iter::once(value)
                .chain(edges.iter().flatten())
                .cloned()
                .collect(),
            None => vec![Cell::nothing(); 1 + 2 * self.bands.len()],
        }
    }
}
