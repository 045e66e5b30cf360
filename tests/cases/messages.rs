//! What `yibao test` says, word by word.

use crate::desk::Desk;

fn says(desk: &Desk, arguments: &[&str], code: i32, expected: &str) {
    let said = desk.test(arguments);
    assert_eq!(said.code, code, "{}", said.all());
    let text = if code == 2 { said.stderr } else { said.stdout };
    assert_eq!(text.trim_end(), expected.trim());
}

const HEAD: &str = "scenario = \"jinan\"\n[[case]]\ntitle = \"A stay\"\nyear = 2024\n[[case.claim]]\nkind = \"inpatient\"\nlevel = \"tertiary\"\nin_scope = 38500\n";

fn of(more: &str) -> Desk {
    let desk = Desk::new();
    desk.write("mine.toml", &format!("{HEAD}{more}\n"));
    desk
}

#[test]
fn a_difference_with_the_step_it_arose_at() {
    says(
        &of("expect = { critical_illness = 0.5, basic = 26000, ratio = 0.65, after.burden = 1 }"),
        &["mine.toml"],
        1,
        "
FAILED mine.toml:2 A stay
  claim 1: basic expected 26,000.00, got 26,250.00, +250.00
    at ceiling (Art. 15): 0.00 of 37500.00; counted toward the ceiling 0.00 -> 37500.00
       benefit.ceiling.amount = 250000.00 (official)
    at ratio (Art. 16): 26250.00 of 37500.00
       benefit.inpatient.tertiary.ratio.adult = 0.7 (placeholder)
  claim 1: critical_illness expected 0.50, got 0.00, -0.50
    at critical-illness (Art. 12(2)): 0.00 of 12250.00; burden of the year 0.00 -> 12250.00; critical illness paid this year 0.00 -> 0.00
       benefit.critical_illness.threshold = 20000.00 (placeholder)
       benefit.critical_illness.bands = [ { from = 0, to = 100000, rate = 0.60 }, { from = 100000, to = 200000, rate = 0.65 }, { from = 200000, to = 300000, rate = 0.70 }, { from = 300000, rate = 0.75 }, ] (placeholder)
       benefit.critical_illness.limit = 400000.00 (placeholder)
  claim 1: ratio expected 0.65, got 0.7
    at ceiling (Art. 15): 0.00 of 37500.00; counted toward the ceiling 0.00 -> 37500.00
       benefit.ceiling.amount = 250000.00 (official)
    at ratio (Art. 16): 26250.00 of 37500.00
       benefit.inpatient.tertiary.ratio.adult = 0.7 (placeholder)
  claim 1: after.burden expected 1.00, got 12,250.00, +12,249.00
    at critical-illness (Art. 12(2)): 0.00 of 12250.00; burden of the year 0.00 -> 12250.00; critical illness paid this year 0.00 -> 0.00
       benefit.critical_illness.threshold = 20000.00 (placeholder)
       benefit.critical_illness.bands = [ { from = 0, to = 100000, rate = 0.60 }, { from = 100000, to = 200000, rate = 0.65 }, { from = 200000, to = 300000, rate = 0.70 }, { from = 300000, rate = 0.75 }, ] (placeholder)
       benefit.critical_illness.limit = 400000.00 (placeholder)

mine.toml: 1 case, 1 failed
1 case with 1 claims and 4 statements: 0 passed, 1 failed
coverage of jinan: 8 of 17 rules, 6 of 25 articles, 8 of 60 figures
",
    );
}

#[test]
fn a_claim_that_leaves_on_the_way() {
    says(
        &of("designated = false\nexpect = { status = \"settled\" }"),
        &["mine.toml"],
        1,
        "
FAILED mine.toml:2 A stay
  claim 1: status expected settled, got not-payable
    at institution (Art. 22) ended it: not-payable

mine.toml: 1 case, 1 failed
1 case with 1 claims and 1 statements: 0 passed, 1 failed
coverage of jinan: 2 of 17 rules, 2 of 25 articles, 1 of 60 figures
",
    );
}

#[test]
fn a_payment_and_the_sums() {
    let desk = of(
        "[[case.payment]]\nyear = 2024\npaid_on = 2024-01-01\nexpect = { by = \"window\" }\n[case.expect]\nbasic = 26250",
    );
    says(
        &desk,
        &["mine.toml"],
        1,
        "
FAILED mine.toml:2 A stay
  payment 1: by expected window, got refused: outside-window
  all claims: basic expected 26,250.00, got 0.00, -26,250.00

mine.toml: 1 case, 1 failed
1 case with 1 claims and 2 statements: 0 passed, 1 failed
coverage of jinan: 2 of 17 rules, 1 of 25 articles, 1 of 60 figures
",
    );
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    says(
        &of("outt_of_area = \"filed\"\nexpect = { basis = 26250, steps.ratios = 5 }\n[[cases]]"),
        &["mine.toml"],
        2,
        "
error: `case[1].claim[1].outt_of_area`: unknown key
  --> mine.toml:9:1
    9 | outt_of_area = \"filed\"
hint: did you mean `out_of_area`?

error: `case[1].claim[1].expect.basis`: unknown key
  --> mine.toml:10:12
   10 | expect = { basis = 26250, steps.ratios = 5 }
hint: did you mean `basic`?

error: `case[1].claim[1].expect.steps.ratios`: unknown key
  --> mine.toml:10:33
   10 | expect = { basis = 26250, steps.ratios = 5 }
hint: did you mean `ratio`?

error: `cases`: unknown key
  --> mine.toml:11:3
   11 | [[cases]]
hint: did you mean `case`?

4 errors in the cases
",
    );
}

#[test]
fn a_case_must_state_something_and_be_whole() {
    let desk = Desk::new();
    let text = "scenario = \"jinan\"\n[[case]]\ntitle = \"Nothing\"\n[[case.claim]]\nkind = \"inpatient\"\nlevel = \"tertiary\"\n\
                total = 10\nin_scope = 20\nown_pay = 1.005\n[[case]]\ntitle = \"No day\"\nyear = 2031\nperson = { birth = \"1980\" }\n\
                claim = [{ kind = \"inpatient\", level = \"tertiary\", total = 10, expect = {} }]\n";
    desk.write("mine.toml", text);
    says(
        &desk,
        &["mine.toml"],
        2,
        "
error: `case[1].title`: this case states nothing
  --> mine.toml:3:9
    3 | title = \"Nothing\"
hint: give a claim `expect = { basic = 100.00 }` with what must come out

error: `case[1].claim[1].on`: this claim has no day
  --> mine.toml:4:1
    4 | [[case.claim]]
hint: give `on = 2024-03-01`, or `begin` and `end`, or the case a `year`

error: `case[2].year`: the scenario has figures for 2020, 2021, 2022, 2023, 2024 only
  --> mine.toml:12:8
   12 | year = 2031

error: `case[2].person.birth`: must be a day, such as 2024-03-01, without quotes
  --> mine.toml:13:20
   13 | person = { birth = \"1980\" }

error: `case[2].claim[1].on`: this claim has no day
  --> mine.toml:14:10
   14 | claim = [{ kind = \"inpatient\", level = \"tertiary\", total = 10, expect = {} }]
hint: give `on = 2024-03-01`, or `begin` and `end`, or the case a `year`

error: `case[2].claim[1].expect`: states nothing
  --> mine.toml:14:73
   14 | claim = [{ kind = \"inpatient\", level = \"tertiary\", total = 10, expect = {} }]

6 errors in the cases
",
    );
}

#[test]
fn a_bill_must_add_up() {
    says(
        &of("total = 38000\nown_pay = 1.005\nexpect = { basic = 1 }"),
        &["mine.toml"],
        2,
        "
error: `case[1].claim[1].own_pay`: has more than two decimals
  --> mine.toml:10:11
   10 | own_pay = 1.005

1 error in the cases
",
    );
    says(
        &of("total = 38000\nexpect = { basic = 1 }"),
        &["mine.toml"],
        2,
        "
error: `case[1].claim[1].total`: the parts do not add up: 38000.00 is not 0.00 out of scope and 38500.00 in scope
  --> mine.toml:9:9
    9 | total = 38000

1 error in the cases
",
    );
}

#[test]
fn a_reversal_names_an_earlier_claim() {
    says(
        &of("expect = { basic = 26250 }\n[[case.claim]]\nreverses = \"9\""),
        &["mine.toml"],
        2,
        "
error: `case[1].claim[2].reverses`: `9` is no claim before this one
  --> mine.toml:11:12
   11 | reverses = \"9\"

1 error in the cases
",
    );
    let twice = "[[case.claim]]\nreverses = \"1\"\n";
    let said = of(&format!("expect = {{ basic = 26250 }}\n{twice}{twice}")).test(&["mine.toml"]);
    let message = "`case[1].claim[3].reverses`: `1` has been reversed already";
    assert!(said.code == 2 && said.stderr.contains(message), "{}", said.all());
    let early = "expect = { basic = 26250 }\n[[case.claim]]\nreverses = \"1\"\non = 2024-02-29";
    let said = of(early).test(&["mine.toml"]);
    assert!(
        said.stderr.contains("`1` settles later, on 2024-03-01"),
        "{}",
        said.all()
    );
    // What did not settle again is not what was stated.
    let said = of("resettled = { basic = 26250 }").test(&["mine.toml"]);
    let message = "claim 1, settled again: basic expected 26,250.00, got nothing";
    assert!(said.code == 1 && said.stdout.contains(message), "{}", said.all());
}
