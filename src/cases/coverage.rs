//! Which rules, articles and figures the cases have met, by what the engine cited; and which they have not.

use crate::article::Article;
use crate::benefit::claim::Exclusion;
use crate::benefit::exclusion;
use crate::benefit::record::Trace;
use crate::benefit::rule::Rule;
use crate::benefit::tariff::{BenefitTerms, EnrolmentFigures};
use crate::figure::FigureId;
use crate::insured::category::NotEligible;
use crate::insured::cover::Ground;
use crate::insured::enrolment::{Fate, Purchase, Refusal, Route};
use crate::scenario::Scenario;
use std::collections::BTreeSet;

/// What the cases of one scenario have met.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The rules that took a step in some case.
    pub rules: BTreeSet<Rule>,
    /// Articles, with the rule that cited them.
    pub articles: BTreeSet<(Article, Rule)>,
    /// The figures that some step used.
    pub figures: BTreeSet<FigureId>,
}

impl Coverage {
    pub(super) fn add_settlement(&mut self, trace: &Trace) {
        for step in &trace.steps {
            self.rules.insert(step.rule);
            self.articles.insert((step.article, step.rule));
            self.figures.extend(step.figures.iter().map(|used| used.figure));
        }
    }

    pub(super) fn add_payment(&mut self, result: Result<Purchase, Refusal>, figures: EnrolmentFigures) {
        if let Ok(purchase) = result
            && matches!(purchase.fate, Fate::Refunded(_))
        {
            self.rules.insert(Rule::Refund);
            self.articles.insert((Article::whole(9), Rule::Refund));
        }
        let (rule, article, figure) = match result {
            Ok(purchase) => (
                rule_of(purchase.route),
                purchase.route.article(),
                figure_of(purchase.route, figures),
            ),
            Err(refusal) => (Rule::Enrolment, refusal.article(), figures.window),
        };
        self.rules.insert(rule);
        self.articles.insert((article, rule));
        self.figures.extend(figure);
    }

    /// Adds what other cases have met.
    pub(crate) fn merge(&mut self, other: Coverage) {
        self.rules.extend(other.rules);
        self.articles.extend(other.articles);
        self.figures.extend(other.figures);
    }

    /// What was met, and what could have been, of `scenario`.
    pub fn report(&self, scenario: &Scenario) -> CoverageReport {
        let mut citable = citable();
        citable.retain(|(_, rule)| has(scenario, *rule));
        let rules: BTreeSet<Rule> = citable.iter().map(|(_, rule)| *rule).collect();
        let articles: BTreeSet<Article> = citable.iter().map(|(article, _)| *article).collect();
        let met: BTreeSet<Article> = self.articles.iter().map(|(article, _)| *article).collect();
        let figures = citable_figures(scenario);
        let path = |figure: &FigureId| scenario.figures()[usize::from(figure.0)].path.clone();
        let (used, unused) = figures
            .iter()
            .partition::<Vec<_>, _>(|figure| self.figures.contains(figure));
        CoverageReport {
            rules: split(rules, &self.rules, |rule| rule.name().to_string()),
            articles: split(articles, &met, |article| article.to_string()),
            figures: Share {
                met: used.into_iter().map(path).collect(),
                not_met: unused.into_iter().map(path).collect(),
            },
        }
    }
}

/// What was met of some things that could be, by name.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Share {
    /// What some case has met.
    pub met: Vec<String>,
    /// What none has.
    pub not_met: Vec<String>,
}

impl Share {
    /// How many there are.
    pub fn all(&self) -> usize {
        self.met.len() + self.not_met.len()
    }
}

/// What the cases of a scenario met.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct CoverageReport {
    /// The rules, by the names of `yibao rule`.
    pub rules: Share,
    /// The articles that steps cite.
    pub articles: Share,
    /// Figures of benefits and enrolment by their keys.
    pub figures: Share,
}

fn split<T: Ord>(all: BTreeSet<T>, met: &BTreeSet<T>, name: impl Fn(&T) -> String) -> Share {
    let (met, not_met): (Vec<T>, Vec<T>) = all.into_iter().partition(|one| met.contains(one));
    Share {
        met: met.iter().map(&name).collect(),
        not_met: not_met.iter().map(name).collect(),
    }
}

fn rule_of(route: Route) -> Rule {
    match route {
        Route::Window => Rule::Enrolment,
        Route::NewbornFromBirth | Route::NewbornLater => Rule::Newborn,
        Route::Late => Rule::Late,
        Route::BuyBack => Rule::Waiting,
    }
}

fn figure_of(route: Route, figures: EnrolmentFigures) -> Option<FigureId> {
    match route {
        Route::Window => figures.window,
        Route::NewbornFromBirth | Route::NewbornLater => figures.newborn,
        Route::Late => figures.late,
        Route::BuyBack => figures.waiting,
    }
}

/// Whether a scenario has the rule at all.
fn has(scenario: &Scenario, rule: Rule) -> bool {
    let years = scenario.years();
    let mut tariffs = years.iter().filter_map(|year| scenario.tariff(*year));
    let mut enrolments = scenario.enrolments().values();
    let mut benefits = |has: &dyn Fn(&BenefitTerms) -> bool| {
        tariffs.any(|tariff| {
            let tiers = tariff.tiers.iter();
            tiers
                .flat_map(|tier| tier.benefits.iter().flatten())
                .any(|terms| has(terms))
        })
    };
    match rule {
        Rule::Late => enrolments.any(|terms| terms.late.is_some()),
        Rule::Waiting => enrolments.any(|terms| terms.waiting.is_some()),
        Rule::OutOfArea => benefits(&|terms| {
            let mut areas = terms.out_of_area.iter().flat_map(|areas| areas.as_flattened());
            areas.any(|area| area.first_share.is_some())
        }),
        Rule::Deductible => benefits(&|terms| terms.deductible.is_some()),
        Rule::Ceiling => benefits(&|terms| terms.ceiling.is_some()),
        Rule::Disease => benefits(&|terms| terms.diseases.iter().any(Option::is_some)),
        Rule::FundLimit => benefits(&|terms| {
            let rare = terms.rare.as_ref();
            rare.is_some_and(|rare| rare.accident_limit.is_some())
                || terms.fund_limit.is_some()
                || terms.diseases.iter().flatten().any(|of| of.fund_limit.is_some())
        }),
        Rule::Maternity => benefits(&|terms| terms.lump_sums.is_some()),
        Rule::CriticalIllness => benefits(&|terms| terms.critical_illness_base.is_some()),
        Rule::Referral => benefits(&|terms| {
            let referral = terms.rare.as_ref().and_then(|rare| rare.referral.as_ref());
            referral.is_some_and(|referral| !referral.needed.is_empty())
        }),
        Rule::Subsidy => benefits(&|terms| {
            let rare = terms.rare.as_ref();
            rare.is_some_and(|rare| rare.subsidy.is_some())
        }),
        Rule::PayoutCeiling => benefits(&|terms| {
            let rare = terms.rare.as_ref();
            rare.is_some_and(|rare| rare.payout_ceiling.is_some())
        }),
        Rule::Assistance => benefits(&|terms| terms.assistance_base.is_some()),
        _ => true,
    }
}

/// What the engine can cite: every article with the rule that cites it. A test holds the engine to it.
pub fn citable() -> BTreeSet<(Article, Rule)> {
    let whole = |rule: Rule, articles: &[u8]| -> Vec<(Article, Rule)> {
        articles
            .iter()
            .map(|&number| (Article::whole(number), rule))
            .collect()
    };
    let mut citable: BTreeSet<(Article, Rule)> = [
        whole(Rule::Institution, &[13, 22]),
        whole(Rule::SpecialAccount, &[31]),
        whole(Rule::Scope, &[20]),
        whole(Rule::Referral, &[22]),
        whole(Rule::OutOfArea, &[19]),
        whole(Rule::Deductible, &[15]),
        whole(Rule::Ceiling, &[15]),
        whole(Rule::Ratio, &[16]),
        whole(Rule::Disease, &[13]),
        whole(Rule::FundLimit, &[12, 30]),
        whole(Rule::Maternity, &[17]),
        whole(Rule::Assistance, &[30]),
        whole(Rule::Subsidy, &[30]),
        whole(Rule::PayoutCeiling, &[30]),
        whole(Rule::Person, &[16]),
    ]
    .into_iter()
    .flatten()
    .collect();
    citable.insert((Article::part(12, 2), Rule::CriticalIllness));
    citable.insert((Article::whole(9), Rule::Refund));
    citable.extend(Exclusion::ALL.map(|reason| (exclusion::article(reason), Rule::Exclusion)));
    citable.extend(Route::ALL.map(|route| (route.article(), rule_of(route))));
    citable.extend(Refusal::ALL.map(|refusal| (refusal.article(), Rule::Enrolment)));
    let grounds = Route::ALL.map(Ground::Bought).into_iter();
    let grounds = grounds.chain(Refusal::ALL.map(Ground::Refused)).chain([
        Ground::NothingPaid,
        Ground::NotEligible(NotEligible::NoResidence),
        Ground::Refunded,
        Ground::EmployeeInsurance,
        Ground::NotAlive,
    ]);
    citable.extend(grounds.map(|ground| (ground.article(), Rule::Cover)));
    citable
}

/// The figures that a settlement or a decision on a payment can cite: those of benefits, and those that a cover rests on.
fn citable_figures(scenario: &Scenario) -> BTreeSet<FigureId> {
    let notes = scenario.figures().iter().enumerate();
    let of_benefits = notes.filter(|(_, note)| note.path.starts_with("benefit."));
    let mut figures: BTreeSet<FigureId> = of_benefits.map(|(index, _)| FigureId(index as u16)).collect();
    for year in scenario.years() {
        let of_year = scenario
            .tariff(year)
            .map(|tariff| tariff.enrolment_figures)
            .unwrap_or_default();
        let EnrolmentFigures {
            window,
            newborn,
            late,
            waiting,
        } = of_year;
        figures.extend([window, newborn, late, waiting].into_iter().flatten());
    }
    figures
}
