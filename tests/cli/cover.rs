//! `yibao cover`: payments, events, days with their reasons, and what would have changed them.

use crate::Desk;

const PERSONS: &str =
    "psn_no,brdy,residence\nN1,2022-11-20,\nA1,1980-01-01,\nS1,1990-01-01,none\nR1,1990-01-01,\n";
const PAYMENTS: &str = "\
psn_no,year,pay_date,amount
N1,2023,2023-05-25,
A1,2023,2022-12-05,300
A1,2024,2023-11-05,
A1,2023,2023-01-01,380
S1,2023,2022-11-11,380
R1,2023,2022-10-02,380
";
const EVENTS: &str = "\
psn_no,event,event_date
A1,employee-cover-start,2024-03-01
A1,employee-cover-end,2024-06-30
A1,refund-applied,2024-03-02
R1,moved-out,2022-11-30
R1,refund-applied,2023-01-15
";
const CLAIMS: &str = "\
mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt
C2,N1,21,H1,02,2023-07-02,2023-07-08,12000
C1,N1,21,H1,02,2023-05-31,2023-06-04,12000
";
const COVER: &str = "cover --persons p.csv --enrolments e.csv --events v.csv --person";

fn desk() -> Desk {
    let desk = Desk::new();
    for (name, text) in [
        ("p.csv", PERSONS),
        ("e.csv", PAYMENTS),
        ("v.csv", EVENTS),
        ("c.csv", CLAIMS),
    ] {
        desk.write(name, text);
    }
    desk
}

#[track_caller]
fn shows(arguments: &str, expected: &str) {
    let answer = desk().yibao(arguments).exits(0);
    assert_eq!(answer.stdout, expected, "{}", answer.stdout);
    assert_eq!(answer.stderr, "");
}

#[test]
fn a_newborn_paid_five_days_too_late() {
    shows(
        &format!("{COVER} N1 --claims c.csv"),
        "\
person N1 · born 2022-11-20 · jinan

Payments
  2023-05-25 for 2023 350.00 yuan covers: newborn-later from 2023-06-01 Art. 14(2)

Days
  2023-01-01 .. 2023-05-31 151 days not covered: before-cover Art. 14(2)
  2023-06-01 .. 2023-12-31 214 days covered: minor            Art. 14(2)

Claims
  2023-05-31 C1 not covered: before-cover
  2023-07-02 C2 covered: minor

What would have changed it
  the payment of 2023-05-25 made 5 days earlier, on 2023-05-20: covered from 2023-01-01, 365 days of 2023 instead of 214
",
    );
}

#[test]
fn a_part_payment_a_late_one_and_a_job() {
    shows(
        &format!("{COVER} A1"),
        "\
person A1 · born 1980-01-01 · jinan

Payments
  2022-12-05 for 2023 300.00 yuan refused: part-payment                   Art. 8
  2023-01-01 for 2023 380.00 yuan refused: outside-window                 Art. 8
  2023-11-05 for 2024 410.00 yuan covers: window          from 2024-01-01 Art. 8

Events
  2024-03-01 employee-cover-start
  2024-03-02 refund-applied       refused: nothing-to-refund
  2024-06-30 employee-cover-end

Days
  2023-01-01 .. 2023-12-31 365 days not covered: not-enrolled     Art. 8
  2024-01-01 .. 2024-02-29 60 days  covered: adult                Art. 14
  2024-03-01 .. 2024-06-30 122 days not covered: employee-insured Art. 11
  2024-07-01 .. 2024-12-31 184 days covered: adult                Art. 14

What would have changed it
  the payment of 2022-12-05 with the amount that was due: covered from 2023-01-01, 365 days of 2023 instead of 0
  the payment of 2023-01-01 made 1 day earlier, on 2022-12-31: covered from 2023-01-01, 365 days of 2023 instead of 0
  no employee insurance: covered from 2024-01-01, 366 days of 2024 instead of 244
",
    );
}

#[test]
fn who_is_no_resident_and_who_got_the_money_back() {
    let desk = desk();
    let stranger = desk.yibao(&format!("{COVER} S1")).exits(0).stdout;
    for line in [
        "  2022-11-11 for 2023 380.00 yuan refused: no-residence  Art. 2\n",
        "  2023-01-01 .. 2023-12-31 365 days not covered: not-enrolled Art. 2\n",
        "  a residence permit: covered from 2023-01-01, 365 days of 2023 instead of 0\n",
    ] {
        assert!(stranger.contains(line), "{stranger}");
    }
    let refunded = desk.yibao(&format!("{COVER} R1")).exits(0).stdout;
    for line in [
        "  2022-10-02 for 2023 380.00 yuan refunded: window on 2023-01-15 Art. 9\n",
        "  2023-01-01 .. 2023-12-31 365 days not covered: not-enrolled Art. 9\n",
        "  no application for a refund: covered from 2023-01-01, 365 days of 2023 instead of 0\n",
    ] {
        assert!(refunded.contains(line), "{refunded}");
    }
}

#[test]
fn in_chinese_and_for_programs() {
    let desk = desk();
    let chinese = desk.yibao(&format!("{COVER} N1 --lang zh")).exits(0).stdout;
    for part in ["待遇期", "第14条（2）", "少年儿童", "提前5天（2023-05-20）"] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    let json = desk
        .yibao(&format!("{COVER} N1 --json --claims c.csv"))
        .exits(0)
        .stdout;
    let timeline: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(timeline["payments"][0]["from"], "2023-06-01");
    assert_eq!(timeline["days"][0]["article"], "Art. 14(2)");
    assert_eq!(timeline["claims"][0]["covered"], false);
    assert_eq!(timeline["changes"][0]["change"], "paid-on");
    assert_eq!(timeline["changes"][0]["on"], "2023-05-20");
}

#[test]
fn a_person_who_is_not_there_or_was_rejected() {
    let desk = desk();
    let answer = desk.yibao(&format!("{COVER} N2")).exits(2);
    assert_eq!(
        answer.stderr,
        "error: there is no person `N2`\nhint: the id is the psn_no of the persons file\n"
    );
    desk.write("p.csv", "psn_no,brdy\nN1,2022-13-20\n");
    let answer = desk.yibao(&format!("{COVER} N1")).exits(1);
    assert!(
        answer
            .stderr
            .starts_with("person `N1` was rejected: not-a-date (p.csv:2): "),
        "{}",
        answer.stderr
    );
}
