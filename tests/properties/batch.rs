//! Order, threads and reversals: the outcome is a function of the claims.

use crate::common::*;
use crate::given::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use yibao::batch::Outcome;
use yibao::prelude::*;

/// One person with claims, of which some are reversed so many days later.
type Story = (Person, Vec<(Claim, Option<u64>)>);

fn any_story() -> impl Strategy<Value = Story> {
    let reversed = prop::collection::vec(prop::option::weighted(0.2, 0u64..200), 8);
    (any_person(), any_history(0..8), reversed)
        .prop_map(|(person, claims, reversed)| (person, claims.into_iter().zip(reversed).collect()))
}

/// The stories as a file; the claims of all persons follow one another.
fn file_of(stories: &[Story]) -> Cases {
    let mut cases = Cases::default();
    for (number, (person, claims)) in stories.iter().enumerate() {
        let index = cases.person(&format!("P{number}"), person.clone());
        for (visit, (claim, reversed)) in claims.iter().enumerate() {
            let original = cases.claim(&format!("C{number}-{visit}"), index, claim.clone());
            if let Some(days) = reversed {
                cases.reversal(&format!("R{number}-{visit}"), original, *days);
            }
        }
    }
    cases
}

/// The same persons and claims in another order of the files. `order` holds a sort key for each.
fn shuffled(cases: &Cases, order: &[u32]) -> Cases {
    let key = |index: usize| order[index % order.len()].rotate_left(index as u32 % 32);
    let permuted = |count: usize| {
        let mut indices: Vec<usize> = (0..count).collect();
        indices.sort_by_key(|&index| (key(index), index));
        indices
    };
    let (old, mut new) = (&cases.caseload, Cases::default());
    let mut new_person = vec![0; old.persons.len()];
    for index in permuted(old.persons.len()) {
        new_person[index] = new.person(old.person_ids.get(index as u32), old.persons[index].clone());
    }
    let claims = permuted(old.claims.len());
    let mut new_claim = vec![0; claims.len()];
    for (position, &index) in claims.iter().enumerate() {
        new_claim[index] = position as u32;
    }
    for index in claims {
        let entry = &old.claims[index];
        let person = new_person[entry.person as usize];
        let reverses = entry.reverses.map(|original| new_claim[original as usize]);
        new.entry(
            old.claim_ids.get(index as u32),
            person,
            entry.claim.clone(),
            reverses,
        );
    }
    new
}

fn by_id(cases: &Cases, outcome: &Outcome) -> BTreeMap<String, Settlement> {
    let rows = cases.rows(outcome);
    let count = rows.len();
    let by_id: BTreeMap<String, Settlement> = rows.into_iter().collect();
    assert_eq!(by_id.len(), count, "a `setl_id` is repeated");
    by_id
}

fn assert_same(left: &Outcome, right: &Outcome) {
    assert_eq!(left.fingerprint, right.fingerprint);
    assert_eq!(left.tally, right.tally);
    assert_eq!(left.enrolled.collection, right.enrolled.collection);
    assert_eq!(left.benefits, right.benefits);
    assert_eq!(left.out_of_pocket, right.out_of_pocket);
}

proptest! {
    #[test]
    fn the_order_of_the_file_changes_nothing(
        stories in prop::collection::vec(any_story(), 1..6),
        order in prop::collection::vec(any::<u32>(), 1..40),
    ) {
        let cases = file_of(&stories);
        let other = shuffled(&cases, &order);
        let (outcome, other_outcome) = (cases.settle(jinan()), other.settle(jinan()));
        assert_same(&outcome, &other_outcome);
        prop_assert_eq!(by_id(&cases, &outcome), by_id(&other, &other_outcome));
    }

    /// A fen more on any bill, in scope or not, is another outcome.
    #[test]
    fn the_fingerprint_sees_every_fen(
        stories in prop::collection::vec(any_story(), 1..4),
        which in any::<prop::sample::Index>(),
    ) {
        let cases = file_of(&stories);
        let mut changed = cases.clone();
        let claims = cases.caseload.claims.iter().enumerate();
        let bills: Vec<usize> = claims.clone().filter(|(_, claim)| claim.reverses.is_none()).map(|(at, _)| at).collect();
        if bills.is_empty() {
            return Ok(());
        }
        let changed_at = bills[which.index(bills.len())];
        // A claim whose year has been reversed may stand in a mirror image only; its bill is in the row either way.
        changed.caseload.claims = claims
            .map(|(at, claim)| {
                let (mut claim, more) = (claim.clone(), fen(i64::from(at == changed_at)));
                claim.claim.total += more;
                claim.claim.over_limit += more;
                claim
            })
            .collect();
        prop_assert_ne!(cases.settle(jinan()).fingerprint, changed.settle(jinan()).fingerprint);
    }

    /// A reversal of the last claim restores the year exactly: what comes next settles as if it had never been.
    #[test]
    fn a_reversal_of_the_last_claim_restores_exactly(
        person in any_adult(),
        claims in any_year(0..10),
        (last, next) in (any_claim(), any_claim()),
    ) {
        let year = claims.first().map_or(2024, |claim| jinan().year_of(claim));
        let mut without = Cases::default();
        let index = without.person("P1", person);
        for (number, claim) in claims.into_iter().enumerate() {
            without.claim(&format!("C{number}"), index, claim);
        }
        let mut with = without.clone();
        let original = with.claim("LAST", index, last.on(day(year, 10, 20)));
        with.reversal("R", original, 3);
        for cases in [&mut with, &mut without] {
            cases.claim("NEXT", index, next.clone().on(day(year, 11, 20)));
        }
        let mut rows = by_id(&with, &with.settle(jinan()));
        let (last, mirror) = (rows.remove("LAST").unwrap(), rows.remove("LAST.1r").unwrap());
        prop_assert_eq!(last.reversed(), mirror);
        prop_assert_eq!(rows, by_id(&without, &without.settle(jinan())));
    }

    /// A reversal of any claim leaves sums as if the claim had never been.
    #[test]
    fn a_reversal_leaves_the_sums_of_the_others(
        person in any_person(),
        claims in any_year(1..10),
        which in any::<prop::sample::Index>(),
    ) {
        let which = which.index(claims.len());
        let (mut with, mut without) = (Cases::default(), Cases::default());
        for cases in [&mut with, &mut without] {
            cases.person("P1", person.clone());
        }
        for (number, claim) in claims.iter().enumerate() {
            let id = format!("C{number}");
            with.claim(&id, 0, claim.clone());
            if number != which {
                without.claim(&id, 0, claim.clone());
            }
        }
        with.reversal("R", which as u32, 365);
        let (with, without) = (with.settle(jinan()).tally.all(), without.settle(jinan()).tally.all());
        prop_assert_eq!((with.claims, with.total), (without.claims, without.total));
        prop_assert_eq!(with.in_scope, without.in_scope);
        prop_assert_eq!((with.deductible, with.basic), (without.deductible, without.basic));
        prop_assert_eq!(with.critical_illness, without.critical_illness);
        prop_assert_eq!(with.assistance, without.assistance);
        prop_assert_eq!((with.special, with.hospital), (without.special, without.hospital));
        prop_assert_eq!(with.person, without.person);
    }

    /// The batch settles each person as the counter does.
    #[test]
    fn the_batch_settles_like_the_counter(person in any_person(), claims in any_history(1..12)) {
        let mut cases = Cases::default();
        cases.person("P1", person.clone());
        for (number, claim) in claims.iter().enumerate() {
            cases.claim(&format!("C{number:02}"), 0, claim.clone());
        }
        let rows: Vec<Settlement> = cases.rows(&cases.settle(jinan())).into_iter().map(|row| row.1).collect();
        prop_assert_eq!(rows, settle_in_turn(jinan(), &person, &claims));
    }
}

/// Some thousand persons, several chunks of them: one thread, two and five give the same to the last row.
#[test]
fn any_number_of_threads_gives_the_same_outcome() {
    let mut runner = TestRunner::deterministic();
    let story = any_story();
    let stories: Vec<Story> = (0..5_000)
        .map(|_| story.new_tree(&mut runner).unwrap().current())
        .collect();
    let cases = file_of(&stories);
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .build()
            .unwrap();
        pool.install(|| cases.settle(jinan()))
    };
    let alone = with_threads(1);
    assert!(alone.rows.len() > 15_000, "{} rows", alone.rows.len());
    for count in [2, 5] {
        let together = with_threads(count);
        assert_same(&alone, &together);
        assert_eq!(alone.rows, together.rows, "{count} threads");
    }
}
