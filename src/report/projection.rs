//! The report of a projection: the fund year by year, what carries it, how sure it is, and what is assumed.

use crate::batch::people::{AGE_BANDS, BURDENS_PERCENT};
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::fund::accounts::Book;
use crate::insured::category::Category;
use crate::money::{Fen, Rate};
use crate::outlook::{Assumption, KeyPattern, Outlook, Rule};
use crate::projection::follow::ProjectedYear;
use crate::projection::monte_carlo::MonteCarlo;
use crate::projection::quantity::Quantity;
use crate::projection::record::age_band_name;
use crate::projection::run::Projection;
use crate::projection::statistics::{Worse, convergence};
use crate::report::lang::Lang;
use crate::report::page::chart::{Chart, Series};
use crate::report::page::{Cell, Column, Figure, People, Report, Section, Table};

/// The percentiles of the fan: the middle, and the edges of its bands.
const BANDS: [(u32, u32); 2] = [(5, 95), (25, 75)];

/// The reserves in months below which the report says how likely it is to fall.
const RESERVES_MONTHS: [f64; 3] = [0.0, 3.0, 6.0];

/// The report of a projection.
pub fn page(projection: &Projection, lang: Lang) -> Report {
    let scenario = &projection.scenario;
    let title = match lang {
        Lang::En => format!(
            "{}: {} to {}",
            scenario.title(),
            projection.plan.from,
            projection.plan.to
        ),
        Lang::Zh => format!(
            "{}：{}—{}年基金预测",
            scenario.title_in_chinese(),
            projection.plan.from,
            projection.plan.to
        ),
    };
    let mut report = Report::new(lang, People::Synthetic, title, scenario.regulation());
    let writer = Writer { projection, lang };
    writer.big_numbers(&mut report);
    report.section(writer.fund());
    if let Some(paths) = &projection.paths {
        report.section(writer.uncertainty(paths));
    }
    report.section(writer.money());
    report.section(writer.people());
    report.section(writer.burdens());
    if let Some(outlook) = scenario.outlook() {
        report.section(writer.assumptions(outlook));
    }
    writer.facts(&mut report);
    report
}

struct Writer<'a> {
    projection: &'a Projection,
    lang: Lang,
}

impl Writer<'_> {
    fn words(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    /// An amount of the sample, for the city in whole yuan: more would be more than is known.
    fn city(&self, fen: i64) -> Cell {
        Cell::whole_yuan(Fen::new(self.projection.expansion.city_fen(fen)))
    }

    fn persons(&self, sample: u64) -> Cell {
        Cell::people(self.projection.expansion.city_count(sample))
    }

    fn number(&self, year: &ProjectedYear, quantity: Quantity, decimals: u8) -> Cell {
        let value = quantity.of(year, self.projection.expansion);
        value.map_or_else(Cell::nothing, |value| Cell::number(value, decimals))
    }

    fn percent(&self, year: &ProjectedYear, quantity: Quantity) -> Cell {
        let value = quantity.of(year, self.projection.expansion);
        value.map_or_else(Cell::nothing, |share| Cell::number(share * 100.0, 1))
    }

    fn big_numbers(&self, report: &mut Report) {
        let Some(last) = self.projection.central.last() else {
            return;
        };
        let fund = &last.statement.consolidated;
        let to = last.year;
        let first_negative = self
            .projection
            .central
            .iter()
            .find(|year| year.statement.consolidated.cumulative_balance_fen < 0);
        let detail = match (first_negative, self.lang) {
            (Some(year), Lang::En) => format!("below zero from {} on", year.year),
            (Some(year), Lang::Zh) => format!("{}年起为负", year.year),
            (None, Lang::En) => "never below zero".into(),
            (None, Lang::Zh) => "始终不为负".into(),
        };
        let label = match self.lang {
            Lang::En => format!("Fund balance at the end of {to}"),
            Lang::Zh => format!("{to}年末累计结余"),
        };
        report.number(label, self.city(fund.cumulative_balance_fen), detail);
        let label = match self.lang {
            Lang::En => format!("Balance of {to}"),
            Lang::Zh => format!("{to}年当期结余"),
        };
        let detail = self.words("income less benefits", "收入减待遇支出");
        report.number(label, self.city(fund.current_balance_fen), detail);
        let reserve = self.number(last, Quantity::ReserveMonths, 1);
        let label = self.words("Months of reserve", "可支付月数");
        let detail = match self.lang {
            Lang::En => format!("at the end of {to}"),
            Lang::Zh => format!("{to}年末"),
        };
        report.number(label, reserve, detail.clone());
        match self
            .projection
            .paths
            .as_ref()
            .and_then(|paths| paths.quantity(Quantity::CumulativeBalance))
        {
            Some(paths) => {
                let ever = paths.exhaustion(0.0).ever;
                let label = self.words("Paths on which the fund runs out, %", "基金耗尽的路径占比（%）");
                report.number(label, Cell::number(ever.share * 100.0, 1), detail);
            }
            None => {
                let label = self.words("Insured", "参保人数");
                report.number(label, self.persons(last.people.all().insured), detail);
            }
        }
    }

    fn fund(&self) -> Section {
        let mut section = Section::new(self.words("The fund", "基金收支"));
        if !self.projection.opening_known {
            section.paragraph(self.words(
                "The fund's balance before the first year is not known: balances count from zero, and months of reserve with them.",
                "首年之前的累计结余未知：结余自零起算，可支付月数亦然。",
            ));
        }
        let mut table = Table::new(
            self.words(
                "The fund year by year, assumptions as they are",
                "分年度基金收支（中心假设）",
            ),
            [
                Column::new(self.words("Year", "年度")),
                Column::of(self.words("Insured", "参保人数"), self.words("persons", "人")),
                Column::of(self.words("Income", "收入"), self.words("yuan", "元")),
                Column::of(self.words("Benefits", "待遇支出"), self.words("yuan", "元")),
                Column::of(self.words("Balance", "当期结余"), self.words("yuan", "元")),
                Column::of(self.words("Fund balance", "累计结余"), self.words("yuan", "元")),
                Column::of(self.words("Reserve", "可支付月数"), self.words("months", "月")),
                Column::of(
                    self.words("Benefits ±", "待遇抽样误差"),
                    self.words("% of them", "%"),
                ),
            ],
        );
        for year in &self.projection.central {
            let fund = &year.statement.consolidated;
            let all = year.people.all();
            let error = all
                .fund_per_person_error_fen()
                .filter(|_| all.fund > Fen::ZERO)
                .map(|error| 1.96 * error * all.insured as f64 / all.fund.get() as f64 * 100.0);
            table.row([
                Cell::year(year.year),
                self.persons(all.insured),
                self.city(fund.income.total_fen),
                self.city(fund.benefits.total_fen),
                self.city(fund.current_balance_fen),
                self.city(fund.cumulative_balance_fen),
                self.number(year, Quantity::ReserveMonths, 1),
                error.map_or_else(Cell::nothing, |percent| Cell::number(percent, 1)),
            ]);
        }
        let expansion = self.projection.expansion;
        let note = match self.lang {
            Lang::En => format!(
                "A sample of {} persons, each standing for {:.1} of the city's {}. The last column is what such a sample leaves open: half the width of a 95 % interval.",
                expansion.sample,
                expansion.weight(),
                expansion.city
            ),
            Lang::Zh => format!(
                "样本{}人，每人代表全市{}人中的{:.1}人。末列为抽样误差：95%区间半宽。",
                expansion.sample,
                expansion.city,
                expansion.weight()
            ),
        };
        section.table(table.noting(note));
        section.chart(self.income_and_benefits());
        section
    }

    fn income_and_benefits(&self) -> Chart {
        let yuan = self.words("yuan", "元");
        let mut income = Series::new(self.words("Income", "收入"), yuan);
        let mut benefits = Series::new(self.words("Benefits", "待遇支出"), yuan);
        for year in &self.projection.central {
            let fund = &year.statement.consolidated;
            income.point(year.year, self.city(fund.income.total_fen), []);
            benefits.point(year.year, self.city(fund.benefits.total_fen), []);
        }
        let title = self.words(
            "Income and benefits, assumptions as they are",
            "基金收入与待遇支出（中心假设）",
        );
        Chart::fan(title, self.words("Year", "年度"), [income, benefits])
            .method(self.words(
                "Residents of a sample age, enrol, fall ill and are settled claim by claim under each year's figures; the fund is a double-entry journal.",
                "样本居民逐年变老、参保、患病，按当年参数逐笔结算，基金为复式记账。",
            ))
            .limits(self.words(
                "Later years rest on the assumptions listed below; no reform is foreseen.",
                "以后年度取决于下列假设；未计入任何改革。",
            ))
    }

    fn uncertainty(&self, paths: &MonteCarlo) -> Section {
        let mut section = Section::new(self.words("How sure it is", "不确定性"));
        let text = match self.lang {
            Lang::En => format!(
                "{} paths, each with assumptions, shocks, residents and claims of its own. The spread holds what is uncertain in the assumptions and what a sample of this size leaves open.",
                paths.paths
            ),
            Lang::Zh => format!(
                "{}条路径，各自抽取假设、冲击、居民与就诊。离散程度包含假设的不确定性与该规模样本的抽样误差。",
                paths.paths
            ),
        };
        section.paragraph(text);
        for (quantity, title) in [
            (
                Quantity::CumulativeBalance,
                self.words("Fund balance", "累计结余"),
            ),
            (Quantity::Balance, self.words("Balance of the year", "当期结余")),
        ] {
            section.chart(self.fan(paths, quantity, title));
        }
        section.table(self.reserves(paths));
        section.table(self.risk(paths));
        section
    }

    fn fan(&self, paths: &MonteCarlo, quantity: Quantity, title: &'static str) -> Chart {
        let percent = |percent: u32| Rate::from_ppm(percent * 10_000);
        let yuan = |value: f64| Cell::whole_yuan(Fen::new((value * 100.0).round() as i64));
        let mut series = Series::new(self.words("Median", "中位数"), self.words("yuan", "元"));
        for (low, high) in BANDS {
            series = series.band(format!("{low}–{high} %"));
        }
        for (year, sample) in paths
            .quantity(quantity)
            .into_iter()
            .flat_map(|paths| paths.years())
        {
            let edges = BANDS.map(|(low, high)| [low, high].map(|p| yuan(sample.percentile(percent(p)))));
            series.point(year, yuan(sample.percentile(percent(50))), edges);
        }
        Chart::fan(title, self.words("Year", "年度"), [series])
            .method(self.words(
                "Percentiles over the paths, year by year; a path that is high in one year need not be in the next.",
                "逐年取各路径的百分位数；某年偏高的路径次年未必仍高。",
            ))
            .limits(self.words(
                "As uncertain as the assumptions say; what they leave out is not in the bands.",
                "仅反映所列假设的不确定性。",
            ))
    }

    /// How likely reserves fall below so many months.
    fn reserves(&self, paths: &MonteCarlo) -> Table {
        let columns = RESERVES_MONTHS.into_iter().flat_map(|months| {
            let name = match self.lang {
                Lang::En => format!("below {months} months"),
                Lang::Zh => format!("低于{months}个月"),
            };
            [Column::of(name, "%"), Column::of("±", "%")]
        });
        let columns = std::iter::once(Column::new(self.words("Year", "年度"))).chain(columns);
        let title = self.words(
            "How likely the reserve is to be below",
            "可支付月数低于阈值的概率",
        );
        let mut table = Table::new(title, columns);
        let Some(paths) = paths.quantity(Quantity::ReserveMonths) else {
            return table;
        };
        for (year, sample) in paths.years() {
            let cells = RESERVES_MONTHS.into_iter().flat_map(|months| {
                let below = sample.below(months);
                [
                    Cell::number(below.share * 100.0, 1),
                    Cell::number(below.standard_error * 100.0, 1),
                ]
            });
            table.row(std::iter::once(Cell::year(year)).chain(cells));
        }
        table.noting(self.words(
            "± is the standard error of so many paths.",
            "±为路径数量所致的标准误。",
        ))
    }

    /// What the fund balance at the end may come to, at worst, and how far the paths have converged.
    fn risk(&self, paths: &MonteCarlo) -> Table {
        let title = self.words("Fund balance at the end of the last year", "末年累计结余");
        let mut table = Table::new(
            title,
            [
                Column::new(self.words("Measure", "指标")),
                Column::of(self.words("Value", "数值"), self.words("yuan", "元")),
            ],
        );
        let yuan = |value: f64| Cell::whole_yuan(Fen::new((value * 100.0).round() as i64));
        let Some(balance) = paths.quantity(Quantity::CumulativeBalance) else {
            return table;
        };
        let Some((_, last)) = balance.years().last() else {
            return table;
        };
        let level = Rate::from_ppm(950_000);
        let rows = [
            (self.words("mean", "均值"), Some(last.mean())),
            (
                self.words("standard error of the mean", "均值标准误"),
                last.standard_error(),
            ),
            (
                self.words("standard deviation", "标准差"),
                last.standard_deviation(),
            ),
            (
                self.words("value at risk, 95 %", "在险值（95%）"),
                Some(last.value_at_risk(level, Worse::Lower)),
            ),
            (
                self.words(
                    "mean of the worst 5 % (tail value at risk)",
                    "最差5%的均值（尾部在险值）",
                ),
                Some(last.tail_value_at_risk(level, Worse::Lower)),
            ),
        ];
        for (name, value) in rows {
            table.row([Cell::text(name), value.map_or_else(Cell::nothing, yuan)]);
        }
        let exhaustion = balance.exhaustion(0.0);
        let expected = match (exhaustion.expected_year, self.lang) {
            (Some(year), Lang::En) => format!(
                "{:.1} % of the paths run out, on average in {year:.1}.",
                exhaustion.ever.share * 100.0
            ),
            (Some(year), Lang::Zh) => {
                format!(
                    "{:.1}%的路径耗尽，平均在{year:.1}年。",
                    exhaustion.ever.share * 100.0
                )
            }
            (None, Lang::En) => "No path runs out.".into(),
            (None, Lang::Zh) => "无路径耗尽。".into(),
        };
        table.noting(expected)
    }

    fn money(&self) -> Section {
        let mut section = Section::new(self.words("Where the money comes from and goes", "资金来源与去向"));
        let years = &self.projection.central;
        let yuan = self.words("yuan", "元");
        let year = || Column::new(self.words("Year", "年度"));
        let sources = [
            self.words("Persons", "个人缴费"),
            self.words("For them (Art. 7)", "代缴与补助"),
            self.words("Central", "中央补助"),
            self.words("Provincial", "省级补助"),
            self.words("Municipal", "市级补助"),
            self.words("District", "区县补助"),
            self.words("Interest", "利息"),
        ];
        let columns = std::iter::once(year()).chain(sources.map(|name| Column::of(name, yuan)));
        let mut table = Table::new(self.words("Income by payer", "按出资方的收入"), columns);
        for of in years {
            let income = &of.statement.consolidated.income;
            let level = &income.subsidy_by_level;
            let others = income.individual_finance_fen
                + income.individual_township_fen
                + income.individual_employer_fen;
            let parts = [
                income.individual_person_fen,
                others,
                level.central_fen,
                level.provincial_fen,
                level.municipal_fen,
                level.district_fen,
                income.interest_fen,
            ];
            table.row(std::iter::once(Cell::year(of.year)).chain(parts.map(|fen| self.city(fen))));
        }
        section.table(table);
        let kinds = [
            self.words("Inpatient", "住院"),
            self.words("Chronic", "门诊慢特病"),
            self.words("General outpatient", "普通门诊"),
            self.words("Maternity", "生育"),
            self.words("Critical illness", "大病保险"),
        ];
        let columns = std::iter::once(year()).chain(kinds.map(|name| Column::of(name, yuan)));
        let mut table = Table::new(self.words("Benefits by kind", "按待遇类别的支出"), columns);
        for of in years {
            let benefits = &of.statement.consolidated.benefits;
            let parts = [
                benefits.inpatient_fen,
                benefits.chronic_fen,
                benefits.general_outpatient_fen,
                benefits.maternity_fen,
                benefits.critical_illness_fen,
            ];
            table.row(std::iter::once(Cell::year(of.year)).chain(parts.map(|fen| self.city(fen))));
        }
        section.chart(
            Chart::stacked(table)
                .method(self.words("Settled claim by claim by one engine.", "逐笔结算。"))
                .limits(self.words("As for income and benefits above.", "同上。")),
        );
        section.table(self.by_level());
        section.table(self.transfers());
        section
    }

    fn by_level(&self) -> Table {
        let scenario = &self.projection.scenario;
        let names = scenario.years().last().and_then(|&year| scenario.tariff(year));
        let names = names.map(|tariff| tariff.level_names.clone()).unwrap_or_default();
        let columns = names
            .iter()
            .map(|[key, name_zh]| Column::of(self.lang.pick(key, name_zh), self.words("yuan", "元")));
        let columns = std::iter::once(Column::new(self.words("Year", "年度"))).chain(columns);
        let title = self.words(
            "Basic fund and outpatient pool, by level of the institution",
            "基本统筹与门诊统筹，按机构级别",
        );
        let mut table = Table::new(title, columns);
        for of in &self.projection.central {
            let paid = (0..names.len()).map(|level| {
                let of_kind = |kind| of.tally.kind_at(kind, Level(level as u8)).basic.get();
                self.city(BenefitKind::ALL.into_iter().map(of_kind).sum())
            });
            table.row(std::iter::once(Cell::year(of.year)).chain(paid));
        }
        table
    }

    fn transfers(&self) -> Table {
        let yuan = self.words("yuan", "元");
        let mut table = Table::new(
            self.words("Moved within the fund", "基金内划转"),
            [
                Column::new(self.words("Year", "年度")),
                Column::of(self.words("To the outpatient pool", "划入门诊统筹"), yuan),
                Column::of(self.words("To critical illness insurance", "划入大病保险"), yuan),
            ],
        );
        for of in &self.projection.central {
            let books = &of.statement.books;
            let to = |book: Book| {
                let of_book = books.iter().find(|statement| statement.book == book.name());
                of_book.map_or_else(Cell::nothing, |statement| self.city(statement.transfer_in_fen))
            };
            table.row([
                Cell::year(of.year),
                to(Book::Outpatient),
                to(Book::CriticalIllness),
            ]);
        }
        table
    }

    fn people(&self) -> Section {
        let mut section = Section::new(self.words("The people", "人口与参保"));
        let persons = self.words("persons", "人");
        let year = || Column::new(self.words("Year", "年度"));
        let names = [
            self.words("Opening", "年初"),
            self.words("Born", "出生"),
            self.words("Arrived", "迁入"),
            self.words("Returned", "转回"),
            self.words("Died", "死亡"),
            self.words("Left", "转出"),
            self.words("Closing", "年末"),
        ];
        let columns = std::iter::once(year()).chain(names.map(|name| Column::of(name, persons)));
        let mut table = Table::new(
            self.words("Residents: stocks and flows", "居民存量与流量"),
            columns,
        );
        for of in &self.projection.central {
            let flows = &of.flows;
            let parts = [
                flows.opening.all(),
                flows.born.all(),
                flows.arrived.iter().map(|heads| heads.all()).sum(),
                flows.returned.all(),
                flows.died.all(),
                flows.left.iter().map(|heads| heads.all()).sum(),
                flows.closing.all(),
            ];
            table.row(std::iter::once(Cell::year(of.year)).chain(parts.map(|heads| self.persons(heads))));
        }
        section.table(table.noting(self.words(
            "Opening + born + arrived + returned − died − left = closing, to the person of the sample; the city's numbers are rounded.",
            "年初＋出生＋迁入＋转回－死亡－转出＝年末（按样本逐人成立；全市数为四舍五入）。",
        )));
        let categories = Category::ALL.map(|category| self.lang.category(category));
        let columns = std::iter::once(year()).chain(categories.map(|name| Column::of(name, persons)));
        let columns = columns.chain([Column::of(
            self.words("60 and older for each of 18–59", "60岁及以上/18—59岁"),
            "%",
        )]);
        let mut table = Table::new(self.words("Insured by category", "按类别的参保人数"), columns);
        for of in &self.projection.central {
            let insured = Category::ALL.map(|category| self.persons(of.people.category(category).insured));
            let cells = std::iter::once(Cell::year(of.year)).chain(insured);
            table.row(cells.chain([self.percent(of, Quantity::OldAgeRatio)]));
        }
        section.table(table);
        let bands =
            (0..AGE_BANDS.len()).map(|band| Column::of(age_band_name(band).replace('_', "–"), persons));
        let columns = std::iter::once(year()).chain(bands);
        let mut table = Table::new(self.words("Insured by age", "按年龄的参保人数"), columns);
        for of in &self.projection.central {
            let insured = (0..AGE_BANDS.len()).map(|band| self.persons(of.people.age_band(band).insured));
            table.row(std::iter::once(Cell::year(of.year)).chain(insured));
        }
        section.table(table);
        section
    }

    fn burdens(&self) -> Section {
        let mut section = Section::new(self.words("What it does for people", "待遇与负担"));
        let yuan = self.words("yuan", "元");
        let burdens = BURDENS_PERCENT.map(|percent| match self.lang {
            Lang::En => Column::of(format!("paid > {percent} % of income"), "%"),
            Lang::Zh => Column::of(format!("自付超收入{percent}%"), "%"),
        });
        let columns = [
            Column::new(self.words("Year", "年度")),
            Column::of(self.words("In-scope ratio", "政策范围内报销比"), "%"),
            Column::of(self.words("Of all bills", "实际报销比"), "%"),
            Column::of(self.words("Paid per insured", "人均自付"), yuan),
        ];
        let columns = columns.into_iter().chain(burdens).chain([
            Column::of(self.words("Stays per 100", "住院率"), "%"),
            Column::of(self.words("Bill of a stay", "次均住院费用"), yuan),
        ]);
        let mut table = Table::new(self.words("Benefits and burdens", "待遇与负担"), columns);
        for of in &self.projection.central {
            let all = of.people.all();
            let share = |count: u64| match all.insured {
                0 => Cell::nothing(),
                insured => Cell::number(count as f64 / insured as f64 * 100.0, 2),
            };
            let cells = [
                Cell::year(of.year),
                self.percent(of, Quantity::InScopeRatio),
                self.percent(of, Quantity::ActualRatio),
                self.number(of, Quantity::OwnPerHead, 0),
            ];
            let cells = cells.into_iter().chain(all.burdened.map(share)).chain([
                self.number(of, Quantity::AdmissionsPer100, 1),
                self.number(of, Quantity::CostPerAdmission, 0),
            ]);
            table.row(cells);
        }
        section.table(table.noting(self.words(
            "In-scope ratio: inpatient and chronic claims, basic fund and critical illness insurance. Income: disposable income per head, `projection.income`.",
            "政策范围内报销比：住院与门诊慢特病，基本统筹与大病保险。收入：人均可支配收入（projection.income）。",
        )));
        section
    }

    fn assumptions(&self, outlook: &Outlook) -> Section {
        let mut section = Section::new(self.words("What is assumed", "假设"));
        let columns = [
            self.words("Assumption", "假设"),
            self.words("Growth a year", "年增长"),
            self.words("Trend ±", "趋势标准差"),
            self.words("Yearly ±", "年度标准差"),
            self.words("Figures", "参数"),
            self.words("Founded on", "依据"),
        ];
        let mut table = Table::new(
            self.words("After the years that are given", "给定年度之后"),
            columns.map(Column::new),
        );
        for assumption in &outlook.assumptions {
            table.row([
                Cell::text(&assumption.name),
                Cell::text(growth(assumption, outlook)),
                Cell::text(percent(assumption.trend_sd)),
                Cell::text(percent(assumption.yearly_sd)),
                Cell::text(keys(&assumption.keys)),
                Cell::text(format!("{}: {}", assumption.provenance.name(), assumption.source)),
            ]);
        }
        section.table(table.noting(self.words(
            "Figures with one value for all years stay as they are unless an assumption names them. Rates of illness are by age, so an older population falls ill more often.",
            "各年同值的参数保持不变，除非某假设指明。患病率按年龄给定，人口老化即增加就诊。",
        )));
        if !outlook.shocks.is_empty() {
            let columns = [
                self.words("Shock", "冲击"),
                self.words("In a year", "年概率"),
                self.words("Times", "倍数"),
                self.words("Figures", "参数"),
                self.words("Founded on", "依据"),
            ];
            let mut table = Table::new(
                self.words("What may strike a year (paths only)", "单年冲击（仅路径）"),
                columns.map(Column::new),
            );
            for shock in &outlook.shocks {
                table.row([
                    Cell::text(&shock.name),
                    Cell::text(percent(shock.probability)),
                    Cell::number(shock.times, 2),
                    Cell::text(keys(&shock.keys)),
                    Cell::text(format!("{}: {}", shock.provenance.name(), shock.source)),
                ]);
            }
            section.table(table);
        }
        section
    }

    fn facts(&self, report: &mut Report) {
        let plan = self.projection.plan;
        report.fact(
            self.words("Persons of the sample", "样本人数"),
            plan.persons.to_string(),
        );
        report.fact(self.words("Seed", "随机种子"), plan.seed.to_string());
        for figure in self.projection.scenario.figures() {
            report.figure(Figure {
                path: figure.path.clone(),
                value: None,
                provenance: figure.provenance,
                source: figure.source.clone(),
            });
        }
        let paths = self
            .projection
            .paths
            .as_ref()
            .and_then(|paths| paths.quantity(Quantity::CumulativeBalance));
        let last = paths.and_then(|paths| paths.years().last());
        if let Some((_, sample)) = last
            && let Ok(steps) = convergence(sample.sorted())
            && let Some(step) = steps.last()
        {
            let error = format!("{:.1} %", step.standard_error / step.mean.abs().max(1.0) * 100.0);
            report.fact(
                self.words(
                    "Standard error of the mean balance at the end",
                    "末年结余均值的标准误",
                ),
                error,
            );
        }
    }
}

fn growth(assumption: &Assumption, outlook: &Outlook) -> String {
    match &assumption.rule {
        Rule::Follows(other) => format!("= {}", outlook.assumptions[*other].name),
        Rule::Growth(by_year) if by_year.len() == 1 => by_year.values().copied().map(percent).collect(),
        Rule::Growth(by_year) => {
            let steps = by_year
                .iter()
                .map(|(year, growth)| format!("{year}: {}", percent(*growth)));
            steps.collect::<Vec<_>>().join(", ")
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn keys(keys: &[KeyPattern]) -> String {
    keys.iter()
        .map(|key| key.0.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
