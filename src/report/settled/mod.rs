//! The report of a settled run, to hand on: what was paid by whom, the fund's years, what people were left with.

mod money;
mod people;

use crate::batch::run::{CityOrigin, Origin, Run};
use crate::benefit::kind::BenefitKind;
use crate::data::source::sha256_hex;
use crate::money::Fen;
use crate::report::figures;
use crate::report::kept::Kept;
use crate::report::lang::Lang;
use crate::report::number::count;
use crate::report::page::{Cell, People, Report};
use crate::report::settled::money::statements;
use std::collections::BTreeSet;

/// The report of a run that `command` asked for.
pub fn report(run: &Run, lang: Lang, command: &[String]) -> Report {
    let years = years(run);
    let scenario = &run.scenario;
    let name = lang.pick(scenario.title(), scenario.title_in_chinese());
    let (title, people, origin) = match &run.origin {
        Origin::City(city) => (
            lang.pick("The fund's year in a synthetic city", "模拟城市居民医保年度报告"),
            People::Synthetic,
            drawn(*city, lang),
        ),
        Origin::Files { .. } => (
            lang.pick(
                "Claims settled, and the fund's year",
                "居民医保结算与基金年度报告",
            ),
            People::Real,
            String::new(),
        ),
    };
    let subtitle = [name, scenario.regulation(), &years, &origin];
    let subtitle: Vec<&str> = subtitle.into_iter().filter(|part| !part.is_empty()).collect();
    let mut report = Report::new(lang, people, format!("{title} · {years}"), subtitle.join(" · "));
    let kept = Kept::of(run);
    numbers(&mut report, run, &kept, lang);
    report
        .section(money::payers(run, &kept, lang))
        .section(money::fund(run, &kept, lang))
        .section(money::benefits(run, &kept, lang))
        .section(people::out_of_pocket(run, &kept, lang))
        .section(people::enrolment(run, lang))
        .section(people::claims(run, lang));
    figures(&mut report, run);
    facts(&mut report, run, lang);
    report.command(command);
    report
}

/// `2022`, or `2021–2023`.
fn years(run: &Run) -> String {
    let years: Vec<i32> = statements(run).iter().map(|of| of.year).collect();
    match (years.first(), years.last()) {
        (Some(first), Some(last)) if first != last => format!("{first}–{last}"),
        (Some(year), _) => year.to_string(),
        _ => String::new(),
    }
}

fn drawn(city: CityOrigin, lang: Lang) -> String {
    let persons = count(i64::from(city.persons));
    match lang {
        Lang::En => format!("{persons} persons, seed {}", city.seed),
        Lang::Zh => format!("{persons}人，随机种子{}", city.seed),
    }
}

/// Who is insured, what the fund paid, which share of what was in scope, what is left.
fn numbers(report: &mut Report, run: &Run, kept: &Kept, lang: Lang) {
    let outcome = &run.outcome;
    let insured: u64 = statements(run)
        .iter()
        .map(|of| outcome.enrolled.collection.insured(of.year))
        .sum();
    let claimants = outcome.out_of_pocket.count();
    let with_claims = report.words(Cell::people(claimants));
    let with_claims = match lang {
        Lang::En => format!("{with_claims} persons with claims, insured or not"),
        Lang::Zh => format!("就诊{with_claims}人，含未参保"),
    };
    let several = statements(run).len() > 1;
    let label = if several {
        lang.pick("Insured, years added", "参保人次（各年合计）")
    } else {
        lang.pick("Insured", "参保人数")
    };
    report.number(label, Cell::people(insured), with_claims);
    let all = outcome.tally.all();
    let cost = all.basic + all.critical_illness;
    let of_bills = report.words(Cell::share(cost.get(), all.total.get()).of(claimants));
    let of_bills = match lang {
        Lang::En => format!("critical illness insurance included; {of_bills} of the bills"),
        Lang::Zh => format!("含大病保险，占医疗总费用的{of_bills}"),
    };
    report.number(
        lang.pick("Paid by the fund", "基金支出"),
        Cell::yuan(cost).of(claimants),
        of_bills,
    );
    let in_scope: Fen = BenefitKind::ALL
        .iter()
        .map(|&kind| outcome.tally.kind(kind).in_scope)
        .sum();
    let inpatient = outcome.tally.kind(BenefitKind::Inpatient);
    let of_inpatient = Cell::share(inpatient.basic.get(), inpatient.in_scope.get());
    let of_inpatient = of_inpatient.of(outcome.heads.kind(BenefitKind::Inpatient));
    let of_inpatient = report.words(kept.cell(BenefitKind::Inpatient, of_inpatient));
    report.number(
        lang.pick("Reimbursed of what is in scope", "政策范围内报销比例"),
        Cell::share(all.basic.get(), in_scope.get()).of(claimants),
        format!("{} {of_inpatient}", lang.kind(BenefitKind::Inpatient)),
    );
    let balance: i64 = statements(run)
        .iter()
        .map(|of| of.consolidated.current_balance_fen)
        .sum();
    let label = if several {
        lang.pick("Balance of the years", "各年结余合计")
    } else {
        lang.pick("Balance of the year", "当年结余")
    };
    report.number(
        label,
        Cell::yuan(Fen::new(balance)).of(insured),
        lang.pick("income less benefits", "收入减待遇支出"),
    );
}

/// The figures of such a run, each with its value in the years that it is about.
fn figures(report: &mut Report, run: &Run) {
    let years: Vec<i32> = statements(run).iter().map(|of| of.year).collect();
    let used: BTreeSet<&str> = run.figures().map(|note| note.path.as_str()).collect();
    let keys = run.scenario.keys();
    let keys = keys.iter().filter(|key| used.contains(key.path.as_str()));
    figures::add(
        report,
        keys.filter_map(|key| figures::figure(key, key.path.clone(), &years))
            .collect(),
    );
}

/// What went in, and the number over what came out.
fn facts(report: &mut Report, run: &Run, lang: Lang) {
    let scenario = &run.scenario;
    report.fact(
        lang.pick("Scenario", "方案"),
        format!(
            "{} · {} · sha256 {}",
            scenario.name(),
            scenario.source().name,
            sha256_hex(scenario.source().text.as_bytes())
        ),
    );
    match &run.origin {
        Origin::City(city) => {
            report.fact(lang.pick("City", "模拟城市"), drawn(*city, lang));
        }
        Origin::Files { files, .. } => {
            for file in files {
                let rows = count(file.rows as i64);
                let rows = match lang {
                    Lang::En => format!("{rows} rows"),
                    Lang::Zh => format!("{rows}行"),
                };
                let words = format!(
                    "{}: {} · {rows} · sha256 {}",
                    file.role.name(),
                    file.path,
                    file.shown_hash()
                );
                report.fact(lang.pick("Input", "输入"), words);
            }
        }
    }
    report.fact(
        lang.pick("Fingerprint", "结果指纹"),
        run.outcome.fingerprint.to_string(),
    );
}
