//! What the fund pays, who raises it, and what is refused.

use crate::benefit::kind::BenefitKind;
use crate::compare::side::{KindCost, Refused, Side};
use crate::money::Fen;
use crate::report::compare::of::Of;
use crate::report::page::{Cell, Column, Section, Table};
use std::collections::BTreeSet;

/// A line of a table: its name, and what it is of a scenario's year.
type Line<'a> = (&'a str, fn(&Side) -> Fen);

/// The sums of a kind of benefit over the years.
fn of_kind(of: &Of<'_>, scenario: usize, kind: BenefitKind) -> KindCost {
    let mut all = KindCost {
        kind,
        persons: 0,
        claims: 0,
        bills: Fen::ZERO,
        in_scope: Fen::ZERO,
        fund_cost: Fen::ZERO,
    };
    let years = of.comparison.years.iter();
    let costs = years.flat_map(|year| &year.sides[scenario].kinds);
    for cost in costs.filter(|cost| cost.kind == kind) {
        all.persons += cost.persons;
        all.claims += cost.claims;
        all.bills += cost.bills;
        all.in_scope += cost.in_scope;
        all.fund_cost += cost.fund_cost;
    }
    all
}

/// What the fund pays by kind, which share that is, and by year.
pub(super) fn costs(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What the fund pays", "基金支出"));
    let title = lang.pick("Paid by the fund, by kind of benefit", "基金支出（按待遇类别）");
    let mut table = Table::new(title, of.columns(lang.pick("Kind", "类别"), of.yuan()));
    for kind in BenefitKind::ALL {
        let costs: Vec<KindCost> = (0..of.scenarios.len())
            .map(|index| of_kind(of, index, kind))
            .collect();
        if costs.iter().any(|cost| cost.claims != 0) {
            let cells = of.amounts(lang.kind(kind), |index| {
                (costs[index].fund_cost, costs[index].persons)
            });
            table.row(cells);
        }
    }
    let claimants = |index| of.claimants(index);
    table.row(
        of.amounts(lang.pick("critical illness insurance", "大病保险"), |index| {
            (of.sum(index, |side| side.critical_illness), claimants(index))
        }),
    );
    table.sum(of.amounts(lang.pick("together", "合计"), |index| {
        (of.sum(index, |side| side.fund_cost), claimants(index))
    }));
    section.table(table);
    section.table(bearers(of));
    section.table(ratios(of));
    section.table(by_year(of));
    section
}

/// The place among the bearers of the one that few scenarios have.
const SUBSIDY: usize = 3;

/// Who bears the bills.
fn bearers(of: &Of<'_>) -> Table {
    let lang = of.lang;
    let bearers: [Line<'_>; 6] = [
        (lang.pick("fund", "基金"), |side| side.fund_cost),
        (lang.pick("medical assistance", "医疗救助"), |side| {
            side.assistance
        }),
        (lang.pick("special accounts", "专项资金"), |side| side.special),
        (lang.pick("government's subsidy", "政府大病补贴"), |side| {
            side.subsidy
        }),
        (lang.pick("hospitals", "医疗机构"), |side| side.hospitals),
        (lang.pick("persons", "个人"), |side| side.out_of_pocket),
    ];
    let title = lang.pick("Who bears the bills", "医疗费用由谁承担");
    let mut table = Table::new(title, of.columns(lang.pick("Payer", "支付方"), of.yuan()));
    for (place, (name, amount)) in bearers.into_iter().enumerate() {
        let is_none = (0..of.scenarios.len()).all(|index| of.sum(index, amount).is_zero());
        if place == SUBSIDY && is_none {
            continue;
        }
        table.row(of.amounts(name, |index| (of.sum(index, amount), of.claimants(index))));
    }
    table.sum(of.amounts(lang.pick("the bills", "医疗总费用"), |index| {
        (of.sum(index, |side| side.bills), of.claimants(index))
    }));
    table
}

/// Which share of what is in scope, and of the bills, the fund pays.
fn ratios(of: &Of<'_>) -> Table {
    let lang = of.lang;
    let mut columns = vec![Column::new(lang.pick("Share", "比例"))];
    columns.extend((0..of.scenarios.len()).map(|index| Column::new(of.label(index))));
    let title = lang.pick("Which share the fund pays", "实际报销水平");
    let note = lang.pick(
        "Critical illness insurance included, except where a kind is named.",
        "除按类别列示者外，均含大病保险。",
    );
    let mut table = Table::new(title, columns).noting(note);
    let mut row = |name: String, share: &dyn Fn(usize) -> (Fen, Fen, u64)| {
        let mut cells = vec![Cell::text(name)];
        cells.extend((0..of.scenarios.len()).map(|index| {
            let (part, whole, people) = share(index);
            Cell::share(part.get(), whole.get()).of(people)
        }));
        table.row(cells);
    };
    row(
        lang.pick("of what is in scope", "政策范围内").into(),
        &|index| {
            let [cost, in_scope] = [
                of.sum(index, |side| side.fund_cost),
                of.sum(index, |side| side.in_scope),
            ];
            (cost, in_scope, of.claimants(index))
        },
    );
    row(lang.pick("of all bills", "占总费用").into(), &|index| {
        let [cost, bills] = [
            of.sum(index, |side| side.fund_cost),
            of.sum(index, |side| side.bills),
        ];
        (cost, bills, of.claimants(index))
    });
    for kind in BenefitKind::ALL {
        let has = |index: usize| of_kind(of, index, kind).in_scope > Fen::ZERO;
        if !(0..of.scenarios.len()).any(has) {
            continue;
        }
        let name = match lang {
            crate::report::lang::Lang::En => format!("{}, of what is in scope", lang.kind(kind)),
            crate::report::lang::Lang::Zh => format!("{}政策范围内", lang.kind(kind)),
        };
        row(name, &|index| {
            let cost = of_kind(of, index, kind);
            (cost.fund_cost, cost.in_scope, cost.persons)
        });
    }
    table
}

/// What the fund pays each year; nothing for one year.
fn by_year(of: &Of<'_>) -> Table {
    let lang = of.lang;
    let title = lang.pick("Paid by the fund, by year", "基金支出（按年度）");
    let mut table = Table::new(title, of.columns(lang.pick("Year", "年度"), of.yuan()));
    if of.comparison.years.len() < 2 {
        return table;
    }
    for year in &of.comparison.years {
        table.row(of.amounts(&year.year.to_string(), |index| {
            let side = &year.sides[index];
            (side.fund_cost, side.spread.persons)
        }));
    }
    table.sum(of.amounts(lang.pick("together", "合计"), |index| {
        (of.sum(index, |side| side.fund_cost), of.claimants(index))
    }));
    table
}

/// Who raises the fund's money, and what is left.
pub(super) fn payers(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("Who raises the money", "筹资"));
    let insured = |index: usize| -> u64 {
        let years = of.comparison.years.iter();
        years.map(|year| year.sides[index].insured).sum()
    };
    let title = lang.pick(
        "Income of the fund by payer, and its balance",
        "基金收入（按筹资来源）与结余",
    );
    let mut table = Table::new(title, of.columns(lang.pick("Payer", "筹资方"), of.yuan()));
    let payers: [Line<'_>; 9] = [
        (lang.pick("insured persons", "参保个人"), |side| {
            side.payers.persons
        }),
        (
            lang.pick("public finance, for persons", "财政资助个人缴费"),
            |side| side.payers.finance,
        ),
        (lang.pick("townships and villages", "集体"), |side| {
            side.payers.townships
        }),
        (lang.pick("employers", "单位"), |side| side.payers.employers),
        (lang.pick("central subsidy", "中央补助"), |side| {
            side.payers.central
        }),
        (lang.pick("provincial subsidy", "省级补助"), |side| {
            side.payers.provincial
        }),
        (lang.pick("municipal subsidy", "市级补助"), |side| {
            side.payers.municipal
        }),
        (lang.pick("district subsidy", "区县补助"), |side| {
            side.payers.district
        }),
        (lang.pick("interest", "利息"), |side| side.payers.interest),
    ];
    for (name, amount) in payers {
        let sums = (0..of.scenarios.len()).map(|index| of.sum(index, amount));
        if sums.sum::<Fen>() > Fen::ZERO {
            table.row(of.amounts(name, |index| (of.sum(index, amount), insured(index))));
        }
    }
    table.row(of.amounts(
        lang.pick("balance: income less benefits", "当期结余"),
        |index| (of.sum(index, |side| side.balance), insured(index)),
    ));
    table.row(of.amounts(
        lang.pick("beside the fund: work funds of districts", "基金外：区县工作经费"),
        |index| (of.sum(index, |side| side.payers.work_funds), insured(index)),
    ));
    section.table(table);
    let mut heads = vec![Column::new(lang.pick("Year", "年度"))];
    heads
        .extend((0..of.scenarios.len()).map(|index| Column::of(of.label(index), lang.pick("persons", "人"))));
    let mut table = Table::new(lang.pick("Insured", "参保人数"), heads);
    for year in &of.comparison.years {
        let mut cells = vec![Cell::year(year.year)];
        cells.extend(year.sides.iter().map(|side| Cell::people(side.insured)));
        table.row(cells);
    }
    section.table(table);
    section
}

/// What is refused under which scenario: claims, payments and rows.
pub(super) fn refusals(of: &Of<'_>) -> Section {
    let lang = of.lang;
    let mut section = Section::new(lang.pick("What is not paid, and what is refused", "不予支付与不予受理"));
    let mut columns = vec![Column::new(lang.pick("What and why", "项目与原因"))];
    columns.extend((0..of.scenarios.len()).map(|index| Column::new(of.label(index))));
    let mut statuses = BTreeSet::new();
    for side in of.comparison.years.iter().flat_map(|year| &year.sides) {
        statuses.extend(side.statuses.iter().map(|of| (of.status, of.reason)));
    }
    let mut table = Table::new(
        lang.pick("Claims by what became of them", "就诊结算结果"),
        columns.clone(),
    );
    for (status, reason) in statuses {
        let name = format!("{status} {reason}");
        let mut cells = vec![Cell::text(name.trim())];
        cells.extend((0..of.scenarios.len()).map(|index| {
            let sides = of.comparison.years.iter().map(|year| &year.sides[index]);
            let same = sides.flat_map(|side| &side.statuses);
            let same = same.filter(|of| (of.status, of.reason) == (status, reason));
            let (claims, persons) = same.fold((0, 0), |(claims, persons), of| {
                (claims + of.claims, persons + of.persons)
            });
            Cell::count(claims).of(persons)
        }));
        table.row(cells);
    }
    section.table(table);
    let title = lang.pick("Payments and rows refused", "不予受理的缴费与数据行");
    section.table(refused(of, Table::new(title, columns)));
    section
}

fn refused(of: &Of<'_>, mut table: Table) -> Table {
    let all = |side: &Side| -> Vec<Refused> {
        let rows = side.refused_payments.iter().chain(&side.rejected_rows);
        rows.copied().collect()
    };
    let sides = of.comparison.years.iter().flat_map(|year| &year.sides);
    let reasons: BTreeSet<(&str, &str)> = sides.flat_map(all).map(|of| (of.role, of.reason)).collect();
    for (role, reason) in reasons {
        let mut cells = vec![Cell::text(format!("{role}: {reason}"))];
        cells.extend((0..of.scenarios.len()).map(|index| {
            let years = of.comparison.years.iter();
            let same = years.flat_map(|year| all(&year.sides[index]));
            let same = same.filter(|of| (of.role, of.reason) == (role, reason));
            // A row is a person's, or a few rows are.
            let rows: u64 = same.map(|of| of.rows).sum();
            Cell::people(rows)
        }));
        table.row(cells);
    }
    table
}
