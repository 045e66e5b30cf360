//! What people were left with, who is insured, and what became of the claims.

use crate::batch::run::{Origin, Run};
use crate::fund::contributions::Counts;
use crate::insured::category::Category;
use crate::insured::channel::Channel;
use crate::money::{Rate, Rounding};
use crate::report::kept::{Amount, Kept};
use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
use crate::report::page::{Cell, Column, Section, Table};
use std::collections::BTreeSet;

/// Deciles of what persons with claims paid themselves.
pub(super) fn out_of_pocket(run: &Run, kept: &Kept, lang: Lang) -> Section {
    let mut section = Section::new(lang.pick("What people paid themselves", "个人负担"));
    let paid = &run.outcome.out_of_pocket;
    let (Some(mean), Some(largest)) = (paid.mean(Rounding::HalfUp), paid.max()) else {
        return section;
    };
    let (people, yuan) = (paid.count(), lang.pick("yuan", "元"));
    let columns = [
        Column::of(
            lang.pick(
                "Share of the persons with claims, from the least to the most",
                "就诊人员由低到高的占比",
            ),
            "%",
        ),
        Column::of(lang.pick("Paid at most", "个人负担不超过"), yuan),
    ];
    let title = lang.pick("What persons with claims paid themselves", "就诊人员个人负担分布");
    let mut deciles = Table::new(title, columns);
    for percent in (10..=90).step_by(10) {
        let most = paid
            .quantile(Rate::from_ppm(percent * 10_000))
            .unwrap_or_default();
        // The smaller side of the border is the group that it could tell of.
        let few = u64::from(percent.min(100 - percent)) * people / 100;
        deciles.row([
            Cell::text(percent.to_string()),
            Cell::whole_yuan(most).of(few.max(1)),
        ]);
    }
    section.chart(
        Chart::distribution(deciles)
            .method(lang.pick(
                "Each person's part of all their claims in the run; nearest-rank quantiles, known to a thousandth, rounded \
                 up.",
                "按每人全部就诊的个人负担合计；采用最近秩分位数，精确到千分之一并向上取整。",
            ))
            .limits(lang.pick(
                "Persons without a claim are not in it. Bills that were never handed in are not known.",
                "不含未就诊人员；未申报的费用未知。",
            )),
    );
    let columns = [
        Column::new(lang.pick("Persons with claims", "就诊人员")),
        Column::of(lang.pick("Paid", "个人负担"), yuan),
    ];
    let mut table = Table::new(lang.pick("On average and at the top", "平均与高额负担"), columns);
    let top = paid.quantile(Rate::from_ppm(990_000)).unwrap_or_default();
    table
        .row([
            Cell::text(lang.pick("on average", "平均")),
            kept.cell(Amount::Persons, Cell::whole_yuan(mean).of(people)),
        ])
        .row([
            Cell::text(lang.pick("99 in 100 at most", "99%的人不超过")),
            Cell::whole_yuan(top).of((people / 100).max(1)),
        ])
        .row([
            Cell::text(lang.pick("the most", "最高")),
            Cell::whole_yuan(largest).of(1),
        ]);
    section.table(table);
    section
}

/// Residents and insured of each benefit year by category and channel (Art. 2, 10).
pub(super) fn enrolment(run: &Run, lang: Lang) -> Section {
    let mut section = Section::new(lang.pick("Enrolment", "参保情况"));
    if run.caseload.enrolments.is_none() {
        section.paragraph(lang.pick(
            "No enrolments file was given: every person counts as enrolled on time for each year that a claim of theirs \
             touches.",
            "未提供参保缴费文件：凡有就诊记录的年度均视为按时参保。",
        ));
        return section;
    }
    let coverage = &run.outcome.enrolled.coverage;
    let years: BTreeSet<i32> = coverage.keys().map(|(year, _)| *year).collect();
    for year in years {
        section.table(coverage_table(run, year, lang));
    }
    section.table(payments(run, lang));
    section
}

fn coverage_table(run: &Run, year: i32, lang: Lang) -> Table {
    let title = match lang {
        Lang::En => format!("Enrolment, benefit year {year}"),
        Lang::Zh => format!("{year}待遇年度参保情况"),
    };
    let people = lang.pick("persons", "人");
    let columns = [
        Column::new(lang.pick("Category", "参保类别")),
        Column::of(lang.pick("Residents", "应参保"), people),
        Column::of(lang.pick("Enrolled", "已参保"), people),
        Column::new(lang.pick("Coverage", "参保率")),
        Column::of(lang.pick("At school", "学校参保"), people),
        Column::of(lang.pick("At residence", "居住地参保"), people),
    ];
    let mut table = Table::new(title, columns);
    for category in Category::ALL {
        let cells = coverage_cells(run, year, Some(category), lang.category(category));
        table.row(cells);
    }
    table.sum(coverage_cells(run, year, None, lang.pick("all", "合计")));
    table
}

fn coverage_cells(run: &Run, year: i32, category: Option<Category>, name: &str) -> [Cell; 6] {
    let enrolled = &run.outcome.enrolled;
    let wanted = |of: Category| category.is_none_or(|category| of == category);
    let (mut residents, mut covered) = (0, 0);
    for ((of_year, of), coverage) in &enrolled.coverage {
        if *of_year == year && wanted(*of) {
            residents += coverage.residents;
            covered += coverage.covered;
        }
    }
    let at = |channel: Channel| -> u64 {
        let groups = enrolled.collection.groups(year);
        let of_channel = groups.filter(|(group, _, _)| group.channel == channel && wanted(group.category));
        of_channel.map(|(_, _, counts)| counts.covered).sum()
    };
    [
        Cell::text(name),
        Cell::people(residents),
        Cell::people(covered),
        Cell::share(covered as i64, residents as i64).of(covered),
        Cell::people(at(Channel::School)),
        Cell::people(at(Channel::Residence)),
    ]
}

/// What persons paid, by what became of it. A payment is about one person, or hardly more.
fn payments(run: &Run, lang: Lang) -> Table {
    let totals = &run.payments;
    let columns = [
        Column::new(lang.pick("Payments", "缴费记录")),
        Column::of(lang.pick("Number", "笔数"), lang.pick("payments", "笔")),
        Column::of(lang.pick("Amount", "金额"), lang.pick("yuan", "元")),
    ];
    let title = lang.pick("What persons paid for their enrolment", "个人参保缴费");
    let mut table = Table::new(title, columns);
    for (depth, name, tally) in [
        (0, lang.pick("received", "收到"), totals.read),
        (1, lang.pick("taken", "有效"), totals.accepted),
        (
            1,
            lang.pick("skipped, other years", "其他年度，略过"),
            totals.skipped,
        ),
        (1, lang.pick("refused", "拒收"), totals.rejected),
    ] {
        let cells = [
            Cell::text(name),
            Cell::count(tally.rows as i64),
            Cell::yuan(tally.sum),
        ];
        table.part(depth, Some(tally.rows), cells);
    }
    let mut fates = Counts::default();
    for year in run.scenario.years() {
        for (_, _, counts) in run.outcome.enrolled.collection.groups(year) {
            fates.refunded += counts.refunded;
            fates.lapsed += counts.lapsed;
        }
    }
    for (name, payments) in [
        (
            lang.pick("of those taken, refunded (Art. 9)", "有效缴费中已退费（第9条）"),
            fates.refunded,
        ),
        (
            lang.pick(
                "of those taken, lapsed before a day of cover",
                "有效缴费中未起效即失效",
            ),
            fates.lapsed,
        ),
    ] {
        table.group(
            payments,
            [Cell::text(name), Cell::count(payments as i64), Cell::nothing()],
        );
    }
    table
}

/// Claims by what became of them.
pub(super) fn claims(run: &Run, lang: Lang) -> Section {
    let columns = [
        Column::new(lang.pick("Status", "结算状态")),
        Column::new(lang.pick("Reason", "原因")),
        Column::of(lang.pick("Persons", "人数"), lang.pick("persons", "人")),
        Column::new(lang.pick("Claims", "笔数")),
        Column::of(lang.pick("Bills", "医疗总费用"), lang.pick("yuan", "元")),
    ];
    let mut table = Table::new(lang.pick("Claims by status", "结算状态"), columns);
    for (status, sums) in run.outcome.tally.statuses() {
        let people = run.outcome.heads.status(status);
        let cells = [
            Cell::text(lang.status(status)),
            Cell::text(status.reason()),
            Cell::people(people),
            Cell::count(sums.claims),
            Cell::yuan(sums.total),
        ];
        table.group(people, cells);
    }
    let mut section = Section::new(lang.pick("The claims", "结算记录"));
    if let Origin::Files { totals, .. } = &run.origin {
        let (read, rejected) = (totals.read.rows, totals.rejected.rows);
        section.paragraph(match lang {
            Lang::En => format!(
                "{read} claim rows were read; {rejected} of them could not be settled and were rejected."
            ),
            Lang::Zh => format!("共读入{read}条就诊记录，其中{rejected}条无法结算，已剔除。"),
        });
    }
    section.table(table);
    section
}
