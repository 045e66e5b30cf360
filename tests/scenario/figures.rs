//! Jinan's figures, year by year, as the specification of the baseline states them. Amounts in yuan, rates in per cent.

use crate::common::*;
use std::sync::Arc;
use yibao::benefit::claim::{HospLv, MedType};
use yibao::benefit::kind::{BenefitKind, SubFund};
use yibao::benefit::tariff::*;
use yibao::figure::*;
use yibao::fund::terms::FundTerms;
use yibao::insured::contribution::ContributionTerms;
use yibao::prelude::*;

const YEARS: [i32; 5] = [2020, 2021, 2022, 2023, 2024];

/// Levels with their deductible and the ratios of adults, and of minors and students.
const INPATIENT: [(&str, i64, u32, u32); 5] = [
    ("community", 200, 85, 90),
    ("primary", 400, 80, 85),
    ("secondary", 400, 75, 80),
    ("tertiary", 1_000, 70, 75),
    ("tertiary_provincial", 1_000, 60, 65),
];

fn percent(percent: u32) -> Rate {
    Rate::from_ppm(percent * 10_000)
}

fn tariff(year: i32) -> &'static Arc<Tariff> {
    jinan().tariff(year).unwrap()
}

fn terms(year: i32, kind: BenefitKind) -> &'static BenefitTerms {
    tariff(year).tiers[0].benefits[kind as usize].as_deref().unwrap()
}

fn level(year: i32, name: &str) -> usize {
    tariff(year)
        .level_names
        .iter()
        .position(|known| known[0] == name)
        .unwrap()
}

fn flat(ratio: &Option<Ratio>) -> Option<Rate> {
    ratio.as_ref().map(|ratio| ratio.schedule.flat_rate().unwrap())
}

/// The ratio of every category at a level.
fn ratios(terms: &BenefitTerms, level: usize) -> [Option<Rate>; 3] {
    Category::ALL.map(|category| flat(&terms.ratio[category as usize][level]))
}

fn at(amount: i64) -> Limit {
    Limit::At(yuan(amount))
}

#[test]
fn the_embedded_scenario_is_jinans_of_2020_to_2024() {
    let scenario = jinan();
    assert_eq!(
        (scenario.name(), scenario.regulation()),
        ("jinan", "济政字〔2019〕90号")
    );
    assert_eq!(scenario.years(), YEARS);
    assert_eq!(scenario.rounding(), Rounding::HalfUp);
    assert_eq!(scenario.adult_age_years(), 18);
    assert!(scenario.codebook().hospital_bears_unconsented);
}

/// Art. 5 to 7, 12 and 27. The subsidy is shared 40 : 20 : 20 : 20 from the central government down to the districts.
#[test]
fn art5_funding_per_head() {
    // year, adult, minor and student, subsidy, to critical illness, to the outpatient pool
    let table = [
        (2020, 300, 250, 550, 80, 80),
        (2021, 320, 280, 580, 85, 85),
        (2022, 350, 320, 610, 90, 90),
        (2023, 380, 350, 640, 95, 100),
        (2024, 410, 380, 670, 100, 110),
    ];
    let entitled = [
        Identity::SevereDisability,
        Identity::ExtremePoverty,
        Identity::Dibao,
        Identity::EntitledGroup,
    ];
    for (year, adult, young, subsidy, critical_illness, outpatient) in table {
        let expected = FundTerms {
            opening_balance: None,
            contribution: ContributionTerms {
                individual: vec![[yuan(young), yuan(young), yuan(adult)]],
                finance_share: Identity::ALL
                    .map(|class| percent(if entitled.contains(&class) { 100 } else { 0 })),
                township: [yuan(0); 3],
                employer: [yuan(0); 3],
                subsidy: yuan(subsidy),
                rounding: Rounding::HalfUp,
            },
            subsidy_shares: [40, 20, 20, 20].map(percent),
            to_critical_illness: yuan(critical_illness),
            to_outpatient: yuan(outpatient),
            interest: percent(2),
            work_funds: yuan(2),
            payment_day: 15,
            rounding: Rounding::HalfUp,
        };
        assert_eq!(jinan().fund_terms()[&year], expected, "{year}");
    }
    assert_eq!(jinan().fund_terms().len(), YEARS.len());
}

#[test]
fn levels_follow_the_national_codes() {
    let provincial = jinan().codebook().institution_kind("provincial");
    let unstated = jinan().codebook().institution_kind("no such kind");
    let codes = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"];
    let names = [
        ["tertiary"; 4].as_slice(),
        &["secondary"; 3],
        &["primary"; 3],
        &["community"],
    ]
    .concat();
    for year in YEARS {
        for (code, expected) in codes.into_iter().zip(&names) {
            let by_kind = &tariff(year).levels[HospLv::from_code(code).unwrap().index()];
            let name = |kind: yibao::benefit::claim::InstitutionKind| {
                let found: Level = by_kind[usize::from(kind.0)].unwrap();
                tariff(year).level_names[found.index()][0].as_str()
            };
            assert_eq!(name(unstated), *expected, "{year} {code}");
            let of_province = if *expected == "tertiary" {
                "tertiary_provincial"
            } else {
                expected
            };
            assert_eq!(name(provincial), of_province, "{year} {code} provincial");
        }
    }
}

#[test]
fn art15_and_16_inpatient_deductibles_and_ratios() {
    for year in YEARS {
        let terms = terms(year, BenefitKind::Inpatient);
        let deductible = terms.deductible.as_ref().unwrap();
        assert_eq!(deductible.period, DeductiblePeriod::Admission);
        let factors: Vec<Rate> = deductible
            .admission_factors
            .iter()
            .map(|factor| factor.value)
            .collect();
        assert_eq!(factors, [100, 50, 0].map(percent), "{year}");
        for (name, standard, adult, young) in INPATIENT {
            let level = level(year, name);
            assert_eq!(
                deductible.standard[level].unwrap().value,
                yuan(standard),
                "{year} {name}"
            );
            let expected = [young, young, adult].map(|rate| Some(percent(rate)));
            assert_eq!(ratios(terms, level), expected, "{year} {name}");
        }
        assert!(terms.counts_admission);
        assert_eq!(terms.sub_fund, SubFund::Basic);
        assert_eq!(terms.fund_limit, None);
    }
}

#[test]
fn art15_one_ceiling_for_inpatient_and_chronic() {
    for year in YEARS {
        let [inpatient, chronic] =
            [BenefitKind::Inpatient, BenefitKind::Chronic].map(|kind| terms(year, kind).ceiling.unwrap());
        assert_eq!(inpatient.slot, chronic.slot, "{year}: they share one");
        for ceiling in [inpatient, chronic] {
            assert_eq!(ceiling.amount.value, at(250_000), "{year}");
            assert_eq!(ceiling.basis, CeilingBasis::InScope, "{year}");
            assert!(!ceiling.counts_deductible, "{year}");
        }
        for kind in [BenefitKind::Outpatient, BenefitKind::Maternity] {
            assert!(terms(year, kind).ceiling.is_none(), "{year} {kind:?}");
        }
    }
}

#[test]
fn art19_out_of_area() {
    let table = [
        (OutOfArea::Resettled, 100),
        (OutOfArea::Filed, 90),
        (OutOfArea::Emergency, 90),
        (OutOfArea::Unfiled, 70),
    ];
    for year in YEARS {
        for kind in BenefitKind::ALL {
            let under_the_rule = matches!(kind, BenefitKind::Inpatient | BenefitKind::Chronic);
            let areas = terms(year, kind).out_of_area.as_ref();
            assert_eq!(areas.is_some(), under_the_rule, "{year} {kind:?}");
            let times = |state: OutOfArea| {
                let area = &areas?[state as usize][0];
                assert!(
                    area.first_share.is_none() && area.ratio_less.is_none(),
                    "{year} {kind:?}"
                );
                area.ratio_times.map(|times| times.value)
            };
            for (state, rate) in table {
                assert_eq!(
                    times(state),
                    under_the_rule.then(|| percent(rate)),
                    "{year} {kind:?} {state:?}"
                );
            }
            assert_eq!(times(OutOfArea::Local), None, "{year} {kind:?}");
        }
    }
}

#[test]
fn chronic_outpatient() {
    for year in YEARS {
        let terms = terms(year, BenefitKind::Chronic);
        let deductible = terms.deductible.as_ref().unwrap();
        assert_eq!(deductible.period, DeductiblePeriod::Year);
        for (name, ..) in INPATIENT {
            let level = level(year, name);
            assert_eq!(
                deductible.standard[level].unwrap().value,
                yuan(300),
                "{year} {name}"
            );
            assert_eq!(ratios(terms, level), [Some(percent(65)); 3], "{year} {name}");
        }
        assert!(!terms.counts_admission);
        assert_eq!(terms.sub_fund, SubFund::Basic);
    }
}

/// The group of a national code, in one line of words.
fn disease(year: i32, code: &str) -> String {
    let group = jinan().codebook().disease(code).unwrap();
    let terms = terms(year, BenefitKind::Chronic).diseases[usize::from(group.0)]
        .as_ref()
        .unwrap();
    let mut words = vec![terms.name.clone()];
    match &terms.ratio {
        DiseaseRatio::OfKind => {}
        DiseaseRatio::OfInpatient => words.push("inpatient ratio".into()),
        DiseaseRatio::Own(own) => {
            let rate = |name: &str| {
                let rates =
                    Category::ALL.map(|category| flat(&own[category as usize][level(year, name)]).unwrap());
                assert_eq!(rates, [rates[0]; 3], "{year} {name}");
                rates[0]
            };
            words.push(format!("{} community", rate("community")));
            let elsewhere = ["primary", "secondary", "tertiary", "tertiary_provincial"].map(rate);
            assert_eq!(elsewhere, [elsewhere[0]; 4]);
            words.push(format!("{} elsewhere", elsewhere[0]));
        }
    }
    words.extend(terms.at_least.map(|floor| format!("at least {}", floor.value)));
    words.extend(terms.add.map(|add| format!("plus {}", add.value)));
    words.extend(terms.fund_limit.map(|limit| format!("{:?}", limit.value)));
    words.join(", ")
}

#[test]
fn chronic_diseases() {
    let table = [
        ("M00500", "tumour, inpatient ratio, at least 0.75"),
        ("M08300", "transplant, inpatient ratio, at least 0.75"),
        ("M02800", "haemophilia, inpatient ratio, at least 0.75"),
        ("M00101", "tuberculosis, inpatient ratio, at least 0.6"),
        ("M00200", "hepatitis, inpatient ratio, at least 0.6"),
        ("M06300", "cirrhosis, inpatient ratio, at least 0.6"),
        ("M07800", "dialysis, 0.9 community, 0.8 elsewhere"),
        ("M02100", "mental, plus 0.05"),
        ("M03900", "hypertension, At(Fen(110000))"),
        ("M01600", "diabetes, At(Fen(180000))"),
    ];
    for year in YEARS {
        for (code, expected) in table {
            assert_eq!(disease(year, code), expected, "{year} {code}");
        }
        assert_eq!(terms(year, BenefitKind::Chronic).diseases.len(), table.len());
    }
}

#[test]
fn art12_general_outpatient() {
    let table = [
        (2020, 50, 300),
        (2021, 50, 300),
        (2022, 50, 300),
        (2023, 65, 500),
        (2024, 65, 500),
    ];
    for (year, ratio, limit) in table {
        let terms = terms(year, BenefitKind::Outpatient);
        for (name, ..) in INPATIENT {
            let covered = matches!(name, "community" | "primary");
            let expected = covered.then(|| percent(ratio));
            assert_eq!(ratios(terms, level(year, name)), [expected; 3], "{year} {name}");
        }
        assert_eq!(terms.fund_limit.unwrap().value, at(limit), "{year}");
        assert!(terms.deductible.is_none(), "{year}");
        assert_eq!(terms.critical_illness_base, None, "{year}");
        assert_eq!(terms.assistance_base, None, "{year}");
        assert_eq!(terms.sub_fund, SubFund::Outpatient, "{year}");
    }
}

#[test]
fn art17_maternity() {
    for year in YEARS {
        let terms = terms(year, BenefitKind::Maternity);
        let sums = terms
            .lump_sums
            .as_ref()
            .unwrap()
            .map(|sum| sum.map(|sum| sum.value));
        let expected = [Some(1_200), Some(1_200), Some(1_800), Some(1_800), None, None];
        assert_eq!(sums, expected.map(|sum| sum.map(yuan)), "{year}");
        assert!(!terms.counts_admission && terms.deductible.is_none(), "{year}");
        assert_eq!(
            (terms.critical_illness_base, terms.assistance_base),
            (None, None),
            "{year}"
        );
    }
}

/// Bands as `from rate`, the rate in per cent.
fn bands(class: &CriticalIllnessClass) -> Vec<(i64, u32)> {
    let band = |band: &yibao::schedule::Band| (band.from.get() / 100, band.rate.ppm() / 10_000);
    class.schedule.bands().iter().map(band).collect()
}

#[test]
fn art12_critical_illness() {
    for (year, threshold) in [
        (2020, 14_000),
        (2021, 14_000),
        (2022, 16_000),
        (2023, 18_000),
        (2024, 20_000),
    ] {
        let classes = &tariff(year).tiers[0]
            .critical_illness
            .as_ref()
            .unwrap()
            .by_identity;
        for identity in Identity::ALL {
            let class = &classes[identity as usize];
            let hardship = matches!(identity, Identity::ExtremePoverty | Identity::Dibao);
            let (threshold, more) = if hardship {
                (threshold / 2, 5)
            } else {
                (threshold, 0)
            };
            let rates = [(threshold, 60), (100_000, 65), (200_000, 70), (300_000, 75)];
            let mut expected = vec![(0, 0)];
            expected.extend(rates.map(|(from, rate)| (from, rate + more)));
            assert_eq!(bands(class), expected, "{year} {identity:?}");
            let factor = class.threshold_factor.map_or(Rate::ONE, |factor| factor.value);
            let class_threshold = class.threshold.value.times(factor, Rounding::HalfUp);
            assert_eq!(class_threshold, yuan(threshold), "{year} {identity:?}");
            let limit = if hardship { Limit::Unlimited } else { at(400_000) };
            assert_eq!(class.limit.value, limit, "{year} {identity:?}");
        }
    }
}

/// What counts as the person's burden for critical illness insurance and for assistance: not the first share.
#[test]
fn art12_burden_of_inpatient_and_chronic_claims() {
    let expected = BurdenParts {
        deductible: true,
        copayment: true,
        above_ceiling: true,
        first_share: false,
    };
    for year in YEARS {
        for kind in [BenefitKind::Inpatient, BenefitKind::Chronic] {
            let terms = terms(year, kind);
            assert_eq!(terms.critical_illness_base, Some(expected), "{year} {kind:?}");
            assert_eq!(terms.assistance_base, Some(expected), "{year} {kind:?}");
        }
    }
}

#[test]
fn assistance() {
    for year in YEARS {
        let terms = tariff(year).tiers[0].assistance.as_ref().unwrap();
        assert_eq!(
            (terms.threshold.value, terms.limit.value),
            (yuan(0), at(30_000)),
            "{year}"
        );
        for identity in Identity::ALL {
            let expected = match identity {
                Identity::ExtremePoverty => Some(90),
                Identity::Dibao => Some(70),
                _ => None,
            };
            let rate = terms.rate[identity as usize].map(|rate| rate.value);
            assert_eq!(rate, expected.map(percent), "{year} {identity:?}");
        }
    }
}

#[test]
fn medical_service_types() {
    let table = [
        ("21", Some(BenefitKind::Inpatient)),
        ("24", Some(BenefitKind::Inpatient)),
        ("14", Some(BenefitKind::Chronic)),
        ("11", Some(BenefitKind::Outpatient)),
        ("13", Some(BenefitKind::Outpatient)),
        ("52", Some(BenefitKind::Maternity)),
        ("41", None),
        ("51", None),
    ];
    for (code, kind) in table {
        let med_type = MedType::from_code(code).unwrap();
        for year in YEARS {
            assert_eq!(tariff(year).kinds[med_type.index()], kind, "{year} {code}");
        }
    }
}

/// How well the figures are founded. A group's line speaks for every figure whose path begins so.
#[test]
fn every_figure_has_the_provenance_of_the_specification() {
    use Provenance::{National, Official, Placeholder};
    // The first line that fits a path decides.
    let table = [
        ("insured.adult_age", Official),
        ("enrolment.newborn.until", Placeholder),
        ("enrolment.", Official),
        ("funding.finance_share.", Official),
        ("funding.subsidy_shares.", Placeholder),
        ("funding.subsidy", National),
        ("funding.individual.adult", Placeholder),
        ("funding.individual.", National),
        ("funding.transfer.", Placeholder),
        ("fund.work_funds", Official),
        ("fund.", Placeholder),
        ("benefit.ceiling.", Official),
        ("benefit.inpatient.", Placeholder),
        ("benefit.chronic.disease.", Official),
        ("benefit.chronic.", Placeholder),
        ("benefit.general_outpatient.", Placeholder),
        ("benefit.maternity.", Placeholder),
        ("benefit.out_of_area.", Placeholder),
        ("benefit.critical_illness.identity.", National),
        ("benefit.critical_illness.", Placeholder),
        ("benefit.assistance.", Placeholder),
    ];
    let mut used = [false; 21];
    // The figures of the synthetic city and of years to come are not those of the specification of the baseline.
    let of_city = |path: &str| {
        ["population.", "utilisation.", "projection."]
            .iter()
            .any(|table| path.starts_with(table))
    };
    for note in jinan().figures().iter().filter(|note| !of_city(&note.path)) {
        let line = table.iter().position(|(path, _)| note.path.starts_with(path));
        let line = line.unwrap_or_else(|| panic!("`{}` is not in the specification", note.path));
        assert_eq!(note.provenance, table[line].1, "{}", note.path);
        assert!(!note.source.is_empty(), "{}", note.path);
        used[line] = true;
    }
    assert_eq!(used, [true; 21], "{table:#?}");
}

/// Two kinds with disease groups: a code is a group of its kind, and none of the other's.
#[test]
fn disease_groups_of_two_kinds_are_told_apart() {
    let small = include_str!("small.toml");
    let group = |name: &str, code: &str, rate: &str| {
        format!(
            "disease.{name} = {{ codes = [\"{code}\"], ratio = {} }}\n",
            figure(rate)
        )
    };
    let inpatient = "counts_admission = true\n";
    let outpatient = "levels = [\"hospital\"]\n";
    let text = small
        .replace(
            inpatient,
            &format!("{inpatient}{}", group("a", "M1", "rate = 0.9")),
        )
        .replace(
            outpatient,
            &format!("{outpatient}{}", group("b", "M2", "rate = 0.1")),
        );
    let scenario = read(text).unwrap();
    let paid = |med_type: &str, code: &str| {
        let mut claim = bill(med_type, "01", day(2021, 5, 5), yuan(2_000));
        claim.disease = scenario.codebook().disease(code);
        assert!(claim.disease.is_some());
        settle_one(&scenario, &adult(), &claim).unwrap().basic
    };
    // 1,000 above the deductible: at the group's 90 %, and for the other kind's code at the kind's 70 %.
    assert_eq!((paid("21", "M1"), paid("21", "M2")), (yuan(900), yuan(700)));
    assert_eq!((paid("11", "M1"), paid("11", "M2")), (yuan(1_300), yuan(200)));
    // The same code in both is no group.
    let both = small
        .replace(
            inpatient,
            &format!("{inpatient}{}", group("a", "M1", "rate = 0.9")),
        )
        .replace(
            outpatient,
            &format!("{outpatient}{}", group("a", "M1", "rate = 0.1")),
        );
    let error = read(both).unwrap_err().to_string();
    assert!(error.contains("`M1` already belongs to another group"), "{error}");
}
