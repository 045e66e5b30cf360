//! The report of a projection: the fund year by year, what carries it, how sure it is, and what is assumed.

use crate::batch::people::{AGE_BANDS, BURDENS_PERCENT};
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::fund::accounts::Book;
use crate::insured::category::Category;
use crate::money::{Fen, Rate};
use crate::projection::follow::ProjectedYear;
use crate::projection::monte_carlo::MonteCarlo;
use crate::projection::quantity::Quantity;
use crate::projection::record::age_band_name;
use crate::projection::run::Projection;
use crate::projection::statistics::{Probability, Sample, Worse, Z_95, convergence};
use crate::report::assumptions;
use crate::report::figures;
use crate::report::lang::Lang;
use crate::report::number::count;
use crate::report::page::chart::{Chart, Series};
use crate::report::page::{Cell, Column, People, Report, Section, Table};
use crate::report::scale::Scale;

/// The percentiles of the fan: the middle, and the edges of its bands.
const BANDS: [(u32, u32); 2] = [(5, 95), (25, 75)];

/// The reserves in months below which the report says how likely it is to fall.
const RESERVES_MONTHS: [f64; 3] = [0.0, 3.0, 6.0];

/// The report of a projection.
pub fn page(projection: &Projection, lang: Lang) -> Report {
    let scenario = &projection.scenario;
    let title = match lang {
        Lang::En => format!(
            "{}: the fund from {} to {}",
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
    let writer = Writer::of(projection, lang);
    writer.big_numbers(&mut report);
    report.section(writer.fund());
    if let Some(paths) = &projection.paths {
        report.section(writer.uncertainty(paths));
    }
    report.section(writer.money());
    report.section(writer.people());
    report.section(writer.burdens());
    if let Some(outlook) = scenario.outlook() {
        report.section(assumptions::section(outlook, lang));
    }
    writer.facts(&mut report);
    report
}

struct Writer<'a> {
    projection: &'a Projection,
    lang: Lang,
    money: Scale,
    heads: Scale,
}

impl<'a> Writer<'a> {
    fn of(projection: &'a Projection, lang: Lang) -> Writer<'a> {
        let most = |quantity: Quantity| {
            let years = projection.central.iter();
            let values = years.filter_map(|year| quantity.of(year, projection.expansion));
            values.fold(0.0, f64::max)
        };
        Writer {
            projection,
            lang,
            money: Scale::yuan(most(Quantity::Income), lang),
            heads: Scale::persons(most(Quantity::Insured), lang).in_steps_of(projection.expansion.weight()),
        }
    }

    fn words(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    /// An amount of the sample, for the city.
    fn city(&self, fen: i64) -> Cell {
        self.money
            .cell(self.projection.expansion.city_fen(fen) as f64 / 100.0)
    }

    fn persons(&self, sample: u64) -> Cell {
        self.heads
            .cell(self.projection.expansion.city_count(sample) as f64)
    }

    /// Half the width of the 95 % interval that the sample leaves open for the benefits of a year, in yuan of the city.
    fn sampling(&self, year: &ProjectedYear) -> Option<f64> {
        let all = year.people.all();
        let error = Z_95 * all.fund_per_person_error_fen()? * all.insured as f64 / 100.0;
        Some(error * self.projection.expansion.weight())
    }

    /// What the cumulative balance is called: without a known opening, no more than the sum of the years.
    fn cumulative(&self) -> String {
        let from = self.projection.plan.from;
        match (self.projection.opening_known, self.lang) {
            (true, lang) => lang.pick("Fund balance", "累计结余").to_string(),
            (false, Lang::En) => format!("Balance since {from}"),
            (false, Lang::Zh) => format!("{from}年以来结余"),
        }
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
        let whole = |fen: i64| Cell::whole_yuan(Fen::new(self.projection.expansion.city_fen(fen)));
        let at_end = match self.lang {
            Lang::En => format!("at the end of {to}"),
            Lang::Zh => format!("{to}年末"),
        };
        let open = |quantity, up_to, sample: Option<f64>| match self.spread(quantity) {
            Some(spread) => spread,
            None => match sample {
                Some(yuan) => self.left_open(up_to, yuan),
                None => self
                    .words(
                        "the sample is too small to say how sure",
                        "样本太少，无从估计误差",
                    )
                    .into(),
            },
        };
        let of_balance = open(Quantity::Balance, "", self.sampling(last));
        let of_cumulative = open(
            Quantity::CumulativeBalance,
            self.words("up to ", "至多"),
            self.sampling_of_all(),
        );
        report.number(
            format!("{}, {at_end}", self.cumulative()),
            whole(fund.cumulative_balance_fen),
            of_cumulative,
        );
        let label = match self.lang {
            Lang::En => format!("Balance of {to}"),
            Lang::Zh => format!("{to}年当期结余"),
        };
        report.number(label, whole(fund.current_balance_fen), of_balance);
        let label = self.words("Months of reserve", "可支付月数");
        report.number(label, self.reserve(last), at_end.clone());
        let cumulative = Quantity::CumulativeBalance;
        let paths = self.projection.paths.as_ref();
        match paths.and_then(|paths| paths.quantity(cumulative)) {
            Some(paths) if self.projection.opening_known => {
                let ever = paths.exhaustion(0.0).ever;
                let label = self.words("Paths on which the fund runs out, %", "基金耗尽的路径占比（%）");
                report.number(label, Cell::number(ever.share * 100.0, 0), self.within(ever));
            }
            _ => {
                let insured = self.projection.expansion.city_count(last.people.all().insured) as f64;
                let heads = self.heads.whole();
                let label = match self.lang {
                    Lang::En => format!("Insured, {}", heads.unit()),
                    Lang::Zh => format!("参保人数（{}）", heads.unit()),
                };
                report.number(label, heads.cell(insured), at_end);
            }
        }
    }

    /// Months of reserve; unknown where the balance before the first year is.
    fn reserve(&self, year: &ProjectedYear) -> Cell {
        match self.projection.opening_known {
            true => self.number(year, Quantity::ReserveMonths, 1),
            false => Cell::unknown(),
        }
    }

    /// Where most of the paths lie in the last year; `None` without paths.
    fn spread(&self, quantity: Quantity) -> Option<String> {
        let paths = self.projection.paths.as_ref()?.quantity(quantity)?;
        let (_, last) = paths.years().last()?;
        let ends = [50_000, 950_000].map(|ppm| last.percentile(Rate::from_ppm(ppm)));
        let scale = Scale::rounded_yuan(ends[0].abs().max(ends[1].abs()), self.lang);
        let ([low, high], unit) = (ends.map(|end| scale.text(end, self.lang)), scale.unit());
        Some(match self.lang {
            Lang::En => format!("90 % of the paths: {low} to {high} {unit}"),
            Lang::Zh => format!("90%的路径：{low}至{high}{unit}"),
        })
    }

    /// What the sample leaves open.
    fn left_open(&self, up_to: &str, yuan: f64) -> String {
        let scale = Scale::rounded_yuan(yuan, self.lang);
        let (yuan, unit) = (scale.text(yuan, self.lang), scale.unit());
        match self.lang {
            Lang::En => format!("± {up_to}{yuan} {unit} by the sample alone"),
            Lang::Zh => format!("仅抽样误差即{up_to}±{yuan}{unit}"),
        }
    }

    /// What the sample leaves open of the sum of all years, if all miss by as much and in one direction: the same persons
    /// are in them.
    fn sampling_of_all(&self) -> Option<f64> {
        self.projection
            .central
            .iter()
            .map(|year| self.sampling(year))
            .sum()
    }

    /// Between which percentages a probability lies.
    fn within(&self, probability: Probability) -> String {
        let [low, high] = [probability.low, probability.high].map(|share| share * 100.0);
        match self.lang {
            Lang::En => format!("95 % interval: {low:.0} to {high:.0}"),
            Lang::Zh => format!("95%区间：{low:.0}至{high:.0}"),
        }
    }

    fn fund(&self) -> Section {
        let mut section = Section::new(self.words("The fund", "基金收支"));
        section.paragraph(self.solvency());
        let money = self.money;
        let columns = [
            Column::new(self.words("Year", "年度")),
            self.heads.column(self.words("Insured", "参保人数")),
            money.column(self.words("Income", "收入")),
            money.column(self.words("Benefits", "待遇支出")),
            money.column(self.words("Balance", "当期结余")),
            money.column("±"),
            money.column(self.cumulative()),
            Column::of(self.words("Reserve", "可支付月数"), self.words("months", "月")),
        ];
        let title = self.words(
            "The fund year by year, assumptions as they are",
            "分年度基金收支（中心假设）",
        );
        let mut table = Table::new(title, columns);
        for year in &self.projection.central {
            let fund = &year.statement.consolidated;
            let open = self.sampling(year);
            table.row([
                Cell::year(year.year),
                self.persons(year.people.all().insured),
                self.city(fund.income.total_fen),
                self.city(fund.benefits.total_fen),
                self.city(fund.current_balance_fen),
                open.map_or_else(Cell::nothing, |yuan| money.cell(yuan)),
                self.city(fund.cumulative_balance_fen),
                self.reserve(year),
            ]);
        }
        let expansion = self.projection.expansion;
        let [sample, city] = [expansion.sample, expansion.city].map(|heads| count(heads as i64));
        let each = match expansion.weight() {
            few @ ..100.0 => format!("{few:.1}"),
            many => count(many.round() as i64),
        };
        let note = match self.lang {
            Lang::En => format!(
                "A sample of {sample} persons, each standing for {each} of the city's {city}. ± is what such a sample leaves open of a year's benefits, and so of its balance: half the width of a 95 % interval. The same persons are in every year, so the errors of the years partly add up. More --persons narrow it: four times as many, half as wide."
            ),
            Lang::Zh => format!(
                "样本{sample}人，每人代表全市{city}人中的{each}人。±为抽样误差（95%区间半宽），适用于待遇支出与当期结余；各年为同一批人，误差会部分累加。样本增至四倍，误差减半。"
            ),
        };
        section.table(table.noting(note));
        section.chart(self.income_and_benefits());
        section
    }

    /// When the fund's balance first falls below zero, or why that cannot be said.
    fn solvency(&self) -> String {
        let from = self.projection.plan.from;
        if !self.projection.opening_known {
            return match self.lang {
                Lang::En => format!(
                    "The fund's balance before {from} is not known: what is shown is the balance of the years since, and months of reserve are unknown. `fund.opening_balance` states it, such as --set fund.opening_balance.yuan.{from}=5000000000."
                ),
                Lang::Zh => format!(
                    "{from}年之前的累计结余未知：所列为该年以来各年结余之和，可支付月数未知。可用 --set fund.opening_balance.yuan.{from}=5000000000 给定。"
                ),
            };
        }
        let mut years = self.projection.central.iter();
        let first = years.find(|year| year.statement.consolidated.cumulative_balance_fen < 0);
        match (first, self.lang) {
            (Some(year), Lang::En) => format!(
                "With the assumptions as they are, the fund's balance is first below zero at the end of {}.",
                year.year
            ),
            (Some(year), Lang::Zh) => format!("按中心假设，累计结余于{}年末首次为负。", year.year),
            (None, Lang::En) => {
                "With the assumptions as they are, the fund's balance is at no year's end below zero.".into()
            }
            (None, Lang::Zh) => "按中心假设，各年末累计结余均不为负。".into(),
        }
    }

    fn income_and_benefits(&self) -> Chart {
        let yuan = self.money.unit();
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
        section.chart(self.fan(paths, Quantity::CumulativeBalance, self.cumulative()));
        let balance = self.words("Balance of the year", "当期结余").to_string();
        section.chart(self.fan(paths, Quantity::Balance, balance));
        if self.projection.opening_known {
            section.table(self.reserves(paths));
        }
        section.table(self.risk(paths));
        section.table(self.converged(paths));
        section
    }

    fn fan(&self, paths: &MonteCarlo, quantity: Quantity, title: String) -> Chart {
        let percent = |percent: u32| Rate::from_ppm(percent * 10_000);
        let yuan = |value: f64| self.money.cell(value);
        let mut series = Series::new(self.words("Median", "中位数"), self.money.unit());
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
        let columns = RESERVES_MONTHS.map(|months| {
            let name = match self.lang {
                Lang::En => format!("below {months} months"),
                Lang::Zh => format!("低于{months}个月"),
            };
            Column::of(name, "%")
        });
        let columns = std::iter::once(Column::new(self.words("Year", "年度"))).chain(columns);
        let title = self.words(
            "How likely the reserve is to be below",
            "可支付月数低于阈值的概率",
        );
        let mut table = Table::new(title, columns);
        let years = paths.quantity(Quantity::ReserveMonths).into_iter();
        for (year, sample) in years.flat_map(|paths| paths.years()) {
            let cells = RESERVES_MONTHS.map(|months| {
                let below = sample.below(months);
                let [share, low, high] = [below.share, below.low, below.high].map(|share| share * 100.0);
                Cell::text(format!("{share:.0} ({low:.0}–{high:.0})"))
            });
            table.row(std::iter::once(Cell::year(year)).chain(cells));
        }
        table.noting(self.words(
            "In brackets: between which percentages it lies, so many paths being drawn (95 %, Wilson).",
            "括号内为路径数量所致的95%区间（Wilson）。",
        ))
    }

    /// What the balance at the end may come to, at worst.
    fn risk(&self, paths: &MonteCarlo) -> Table {
        let plan = self.projection.plan;
        let title = match self.lang {
            Lang::En => format!("{} at the end of {} over the paths", self.cumulative(), plan.to),
            Lang::Zh => format!("各路径{}年末{}", plan.to, self.cumulative()),
        };
        let columns = [
            Column::new(self.words("Measure", "指标")),
            self.money.column(self.words("Value", "数值")),
            self.money
                .column(self.words("95 % interval, from", "95%区间下限")),
            self.money.column(self.words("to", "上限")),
        ];
        let mut table = Table::new(title, columns);
        let Some(balance) = paths.quantity(Quantity::CumulativeBalance) else {
            return table;
        };
        for (name, values) in balance
            .years()
            .last()
            .map(|(_, last)| self.measures(last))
            .into_iter()
            .flatten()
        {
            let cells = values.map(|yuan| yuan.map_or_else(Cell::nothing, |yuan| self.money.cell(yuan)));
            table.row([Cell::text(name)].into_iter().chain(cells));
        }
        if !self.projection.opening_known {
            return table;
        }
        let exhaustion = balance.exhaustion(0.0);
        let share = exhaustion.ever.share * 100.0;
        table.noting(match (exhaustion.expected_year, self.lang) {
            (Some(year), Lang::En) => {
                format!("{share:.0} % of the paths run out by then; those that do, on average in {year:.0}.")
            }
            (Some(year), Lang::Zh) => format!("{share:.0}%的路径届时耗尽；其耗尽年份平均为{year:.0}年。"),
            (None, Lang::En) => "No path runs out.".into(),
            (None, Lang::Zh) => "无路径耗尽。".into(),
        })
    }

    /// What the paths say of the last year: each value, and the ends of its 95 % interval where there is one.
    fn measures(&self, last: &Sample) -> [(&'static str, [Option<f64>; 3]); 4] {
        let level = Rate::from_ppm(950_000);
        let (mean, error) = (last.mean(), last.standard_error());
        let of_mean = [
            Some(mean),
            error.map(|error| mean - Z_95 * error),
            error.map(|error| mean + Z_95 * error),
        ];
        let (low, high) = last.percentile_interval(Rate::ONE.minus_to_zero(level));
        let tail = self.words(
            "mean of the worst 5 % (tail value at risk)",
            "最差5%的均值（尾部在险值）",
        );
        [
            (self.words("mean", "均值"), of_mean),
            (
                self.words("standard deviation", "标准差"),
                [last.standard_deviation(), None, None],
            ),
            (
                self.words("worse on 5 % of the paths (value at risk, 95 %)", "在险值（95%）"),
                [Some(last.value_at_risk(level, Worse::Lower)), low, high],
            ),
            (
                tail,
                [Some(last.tail_value_at_risk(level, Worse::Lower)), None, None],
            ),
        ]
    }

    /// What fewer paths would have said.
    fn converged(&self, paths: &MonteCarlo) -> Table {
        let title = self.words(
            "Its mean, as more paths are drawn",
            "前若干条路径的均值（收敛情况）",
        );
        let columns = [
            Column::new(self.words("Paths", "路径数")),
            self.money.column(self.words("Mean", "均值")),
            self.money.column(self.words("Standard error", "标准误")),
        ];
        let mut table = Table::new(title, columns);
        let balance = paths.quantity(Quantity::CumulativeBalance);
        let values = balance.and_then(|paths| paths.in_order(self.projection.plan.to));
        for step in values
            .and_then(|values| convergence(&values).ok())
            .into_iter()
            .flatten()
        {
            table.row([
                Cell::count(step.paths as i64),
                self.money.cell(step.mean),
                self.money.cell(step.standard_error),
            ]);
        }
        table
    }

    fn money(&self) -> Section {
        let mut section = Section::new(self.words("Where the money comes from and goes", "资金来源与去向"));
        let years = &self.projection.central;
        let yuan = self.money.unit();
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
        let in_debt = |of: &ProjectedYear| of.statement.consolidated.cumulative_balance_fen < 0;
        if years.iter().any(in_debt) {
            table = table.noting(self.words(
                "Interest is borne book by book: outpatient pool and critical illness insurance earn it on what they hold while the basic fund is in deficit, and a deficit costs none.",
                "利息按账户计算：门诊统筹与大病保险有余额即计息，统筹基金赤字不计息。",
            ));
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
            .map(|[key, name_zh]| Column::of(self.lang.pick(key, name_zh), self.money.unit()));
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
        let yuan = self.money.unit();
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
        let persons = self.heads.unit();
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
        let bands = (0..AGE_BANDS.len())
            .map(|band| Column::of(age_band_name(band).replace("_up", "+").replace('_', "–"), persons));
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
            Lang::En => Column::of(format!("Paid > {percent} %"), "% of insured"),
            Lang::Zh => Column::of(format!("自付超收入{percent}%"), "%"),
        });
        let columns = [
            Column::new(self.words("Year", "年度")),
            Column::of(self.words("In scope", "政策范围内报销比"), "%"),
            Column::of(self.words("Of all bills", "实际报销比"), "%"),
            Column::of(self.words("Paid per insured", "人均自付"), yuan),
        ];
        let columns = columns.into_iter().chain(burdens).chain([
            Column::of(self.words("Stays", "住院率"), self.words("per 100", "人次/百人")),
            Column::of(self.words("Bill of a stay", "次均住院费用"), yuan),
        ]);
        let mut table = Table::new(self.words("Benefits and burdens", "待遇与负担"), columns);
        for of in &self.projection.central {
            let all = of.people.all();
            let share = |count: u64| match all.insured {
                0 => Cell::nothing(),
                insured => Cell::number(count as f64 / insured as f64 * 100.0, 1),
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
            "In scope: share that the fund pays of what is in scope: inpatient and chronic claims, basic fund and critical illness insurance. Paid > 10 %: share of the insured whose own payments exceed 10 % of the disposable income per head, `projection.income`.",
            "政策范围内报销比：住院与门诊慢特病，基本统筹与大病保险。收入：人均可支配收入（projection.income）。",
        )));
        section
    }

    fn facts(&self, report: &mut Report) {
        let plan = self.projection.plan;
        report.fact(
            self.words("Persons of the sample", "样本人数"),
            plan.persons.to_string(),
        );
        report.fact(self.words("Seed", "随机种子"), plan.seed.to_string());
        figures::add(report, figures::projected(&self.projection.scenario, plan.from));
    }
}
