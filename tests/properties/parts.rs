//! What the law counts "per year" does not depend on how a bill was cut up.

use crate::common::*;
use crate::given::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use yibao::prelude::*;

/// Jinan, with the ratio of chronic outpatient treatment applied to the year's expense instead of each bill's.
static RATIO_OVER_YEAR: LazyLock<Scenario> = LazyLock::new(|| {
    let chronic = "[benefit.chronic]                      # 门诊慢特病";
    variant(&[(chronic, &format!("{chronic}\nratio_over = \"year\""))])
});

/// A year of claims with a chronic bill somewhere among them, and the same year with that bill cut into parts.
#[derive(Clone, Debug)]
struct Cut {
    whole: Vec<Claim>,
    cut: Vec<Claim>,
    /// Where the bill stands, and into how many parts it is cut.
    at: usize,
    parts: usize,
}

impl Cut {
    /// Settles both; the settlements of the parts are put together again.
    fn settle(&self, scenario: &Scenario, person: &Person) -> (Vec<Shares>, Vec<Shares>) {
        let whole = settle_in_turn(scenario, person, &self.whole);
        let mut cut = settle_in_turn(scenario, person, &self.cut);
        let parts: Vec<Settlement> = cut.splice(self.at..self.at + self.parts, []).collect();
        let shares = |settled: &[Settlement]| settled.iter().map(Shares::of).collect::<Vec<_>>();
        let mut together = shares(&cut);
        together.insert(self.at, Shares::together(&parts));
        (shares(&whole), together)
    }
}

/// Who bears what of a bill, assistance apart, which is rounded claim by claim.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shares {
    deductible: Fen,
    above_ceiling: Fen,
    copayment: Fen,
    basic: Fen,
    critical_illness: Fen,
    person_and_assistance: Fen,
}

impl Shares {
    fn of(settled: &Settlement) -> Shares {
        Shares::together(std::slice::from_ref(settled))
    }

    fn together(settled: &[Settlement]) -> Shares {
        Shares {
            deductible: sum(settled, |settled| settled.deductible),
            above_ceiling: sum(settled, |settled| settled.above_ceiling),
            copayment: sum(settled, |settled| settled.copayment),
            basic: sum(settled, |settled| settled.basic),
            critical_illness: sum(settled, |settled| settled.critical_illness),
            person_and_assistance: sum(settled, |settled| settled.person + settled.assistance),
        }
    }
}

/// A chronic bill that settles.
fn chronic_bill() -> impl Strategy<Value = Claim> {
    let any_chronic = any_claim().prop_filter("settles", |claim| {
        claim.designated && !claim.special_account && claim.exclusion.is_none()
    });
    (any_chronic, any_fen(400_000_00)).prop_map(|(claim, in_scope)| Claim {
        med_type: chronic(SECONDARY, in_scope).med_type,
        in_scope,
        total: in_scope + claim.own_pay + claim.over_limit + claim.first_share,
        delivery: None,
        ..claim
    })
}

/// The edges at which a bill is cut, as shares of it in millionths, become parts of `step` fen or a multiple of it.
fn cut(claims: Vec<Claim>, mut bill: Claim, at: usize, edges: Vec<i64>, step: i64) -> Cut {
    (bill.begin, bill.end, bill.settled_at) = match claims.get(at) {
        Some(next) => (next.begin, next.end, next.settled_at),
        None => (
            claims[at - 1].begin,
            claims[at - 1].end,
            claims[at - 1].settled_at,
        ),
    };
    let mut edges: Vec<i64> = edges
        .iter()
        .map(|edge| bill.in_scope.get() / step * edge / 1_000_000 * step)
        .collect();
    edges.extend([0, bill.in_scope.get()]);
    edges.sort_unstable();
    let outside = bill.total - bill.in_scope;
    let part = |(index, edges): (usize, &[i64])| {
        let in_scope = fen(edges[1] - edges[0]);
        // What is outside the scope stays with the first part.
        let alone = Claim {
            own_pay: fen(0),
            over_limit: fen(0),
            first_share: fen(0),
            hospital_borne: fen(0),
            ..bill.clone()
        };
        let part = if index == 0 { bill.clone() } else { alone };
        let total = if index == 0 { in_scope + outside } else { in_scope };
        Claim {
            in_scope,
            total,
            ..part
        }
    };
    let parts: Vec<Claim> = edges.windows(2).enumerate().map(part).collect();
    let (mut whole, mut in_parts) = (claims.clone(), claims);
    whole.insert(at, bill);
    let count = parts.len();
    in_parts.splice(at..at, parts);
    Cut {
        whole,
        cut: in_parts,
        at,
        parts: count,
    }
}

fn any_cut() -> impl Strategy<Value = Cut> {
    let edges = prop::collection::vec(0i64..=1_000_000, 1..9);
    (
        any_year(1..10),
        chronic_bill(),
        any::<prop::sample::Index>(),
        edges,
    )
        .prop_map(|(claims, bill, at, edges)| {
            let at = at.index(claims.len() + 1);
            cut(claims, bill, at, edges, 1)
        })
}

/// The same in whole tens of yuan, where no share of Jinan's is ever rounded.
fn any_cut_in_tens() -> impl Strategy<Value = Cut> {
    let edges = prop::collection::vec(0i64..=1_000_000, 1..9);
    let tens = |amount: Fen| fen(amount.get() / 1_000 * 1_000);
    let in_tens = move |claim: Claim| {
        let in_scope = tens(claim.in_scope);
        Claim {
            total: claim.total - claim.in_scope + in_scope,
            in_scope,
            third_party: claim.third_party.map(tens),
            ..claim
        }
    };
    (
        any_year(1..10),
        chronic_bill(),
        any::<prop::sample::Index>(),
        edges,
    )
        .prop_map(move |(claims, bill, at, edges)| {
            let at = at.index(claims.len() + 1);
            let claims: Vec<Claim> = claims.into_iter().map(in_tens).collect();
            cut(claims, in_tens(bill), at, edges, 1_000)
        })
}

proptest! {
    /// To the fen: every share of the bill, and of every other claim of the year.
    #[test]
    fn a_bill_in_parts_is_paid_like_the_whole_where_the_ratio_is_by_year(person in any_adult(), cut in any_cut()) {
        let (whole, together) = cut.settle(&RATIO_OVER_YEAR, &person);
        prop_assert_eq!(whole, together);
    }

    /// Jinan's own rules round each bill's share, so exactly this holds where nothing is rounded.
    #[test]
    fn a_bill_in_parts_is_paid_like_the_whole_where_nothing_is_rounded(person in any_adult(), cut in any_cut_in_tens()) {
        let (whole, together) = cut.settle(jinan(), &person);
        prop_assert_eq!(whole, together);
    }

    /// And where it is, each part is at most half a fen off; deductible and ceiling are sums and stay exact.
    #[test]
    fn rounding_each_part_is_the_only_difference(person in any_adult(), cut in any_cut()) {
        let (whole, together) = cut.settle(jinan(), &person);
        for (whole, together) in whole.iter().zip(&together) {
            prop_assert_eq!(whole.deductible, together.deductible);
            prop_assert_eq!(whole.above_ceiling, together.above_ceiling);
            let off = (whole.basic.get() - together.basic.get()).abs();
            prop_assert!(2 * off <= cut.parts as i64 + 1, "{} fen off in {} parts", off, cut.parts);
        }
    }

    /// Critical illness insurance pays on the year's burden, whatever claims it came in.
    #[test]
    fn critical_illness_depends_on_the_burden_of_the_year_alone(person in any_adult(), claims in any_year(1..25)) {
        let mut counter = Counter::of(jinan(), person.clone());
        let settled: Vec<Settlement> = claims.iter().map(|claim| counter.settle(claim)).collect();
        let terms = jinan().tariff(settled[0].year).unwrap().tiers[0].critical_illness.as_ref().unwrap();
        let class = &terms.by_identity[person.identity as usize];
        let at_once = class.schedule.pay(fen(0), counter.state.burden, jinan().rounding());
        let expected = class.limit.value.admit(at_once, fen(0));
        prop_assert_eq!(sum(&settled, |settled| settled.critical_illness), expected);
    }
}
