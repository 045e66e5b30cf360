//! Late facts of each kind, with every row and every entry by hand, by Jinan's figures of 2023.

use crate::Desk;

const CLAIMS: &str = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv";

/// An adult and a child born on 10 March 2023; the adult has paid for 2023, the child not.
fn family() -> Desk {
    let desk = Desk::new();
    desk.write(
        "persons.csv",
        "psn_no,brdy,insu_admdvs\nP1,1980-05-01,370102\nN1,2023-03-10,370103\n",
    );
    desk.write(
        "enrolments.csv",
        "psn_no,year,pay_date,amount\nP1,2023,2022-11-01,380\n",
    );
    let claims = "A,N1,21,H1,2023-04-02,2023-04-09,3000,01\n\
                  B,N1,21,H1,2023-06-02,2023-06-10,2000,01\n\
                  C,P1,21,H1,2023-03-02,2023-03-10,5000,01\n\
                  D,P1,11,H2,2023-02-02,2023-02-02,100,08\n";
    desk.write("claims.csv", &format!("{CLAIMS}\n{claims}"));
    desk
}

const SETTLE: &str =
    "settle --persons persons.csv --enrolments enrolments.csv --claims claims.csv --format csv";
const RESETTLE: &str = "resettle --previous settled --out resettled --format csv";

#[test]
fn a_newborn_enrolled_in_month_five_is_covered_from_birth() {
    let desk = family();
    desk.yibao(&format!("{SETTLE} --out settled")).exits(0);
    desk.write(
        "late.csv",
        "psn_no,year,pay_date,amount\nN1,2023,2023-08-05,350\n",
    );
    let answer = desk.yibao(&format!("{RESETTLE} --enrolments late.csv")).exits(0);
    assert_eq!(
        desk.settlements("resettled"),
        [
            // Two first stays of a minor at a tertiary hospital: (3,000 - 1,000) x 75 %, then (2,000 - 500) x 75 %.
            "A.1r A N1 2023-08-05 not-covered -3000.00 0.00 0.00 0.00 -3000.00 A",
            "A.2 A N1 2023-08-05 settled 3000.00 1000.00 1500.00 0.00 1500.00 ",
            "B.1r B N1 2023-08-05 not-covered -2000.00 0.00 0.00 0.00 -2000.00 B",
            "B.2 B N1 2023-08-05 settled 2000.00 500.00 1125.00 0.00 875.00 ",
        ]
    );
    assert_eq!(
        desk.entries("resettled"),
        [
            "2023-08-05 basic revenue-account individual-contributions-person 350.00 1 370103",
            "2023-08-05 basic revenue-account subsidy-central 256.00 1 370103",
            "2023-08-05 basic revenue-account subsidy-provincial 128.00 1 370103",
            "2023-08-05 basic revenue-account subsidy-municipal 128.00 1 370103",
            "2023-08-05 basic revenue-account subsidy-district 128.00 1 370103",
            "2023-08-05 basic treasury-account revenue-account 990.00 5 370103",
            "2023-08-05 basic benefit-inpatient payable-to-institutions 2625.00 2 ",
            "2023-08-05 basic transfer-out treasury-account 195.00 2 370103",
            "2023-08-05 outpatient treasury-account transfer-in 100.00 1 370103",
            "2023-08-05 critical-illness treasury-account transfer-in 95.00 1 370103",
            "2023-08-05 work-funds administration district-budget 2.00 1 370103",
        ]
    );
    let changes = &desk.json("resettled/run.json")["changes"];
    assert_eq!(
        (
            &changes["claims_changed"],
            &changes["claims_new"],
            &changes["claims_withdrawn"]
        ),
        (&2.into(), &0.into(), &0.into())
    );
    assert_eq!(
        (
            &changes["cancellations"],
            &changes["settlements"],
            &changes["entries"]
        ),
        (&2.into(), &2.into(), &11.into())
    );
    assert_eq!(changes["net"]["hifp_pay_fen"], 262_500);
    assert_eq!(changes["net"]["psn_part_amt_fen"], -262_500);
    assert_eq!(changes["posted_on"], "2023-08-05");
    for part in [
        "posted on 2023-08-05",
        "2,625.00",
        "-2,625.00",
        "entries of correction: 11",
        "990.00",
    ] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    // At once.
    let all = desk.read("enrolments.csv") + "N1,2023,2023-08-05,350\n";
    desk.write("enrolments.csv", &all);
    desk.yibao(&format!("{SETTLE} --out at-once")).exits(0);
    desk.same_state("resettled", "at-once");
}

#[test]
fn claims_of_a_person_who_becomes_known_become_payable() {
    let desk = family();
    desk.write("persons.csv", "psn_no,brdy,insu_admdvs\nP1,1980-05-01,370102\n");
    desk.yibao(&format!("{SETTLE} --out settled")).exits(1);
    assert_eq!(desk.rejects("settled").len(), 2);
    desk.write("late-persons.csv", "psn_no,brdy\nN1,2023-03-10\n");
    desk.write("late.csv", "psn_no,year,pay_date\nN1,2023,2023-08-05\n");
    let late = "--persons late-persons.csv --enrolments late.csv --posted-on 2023-09-01";
    desk.yibao(&format!("{RESETTLE} {late}")).exits(0);
    assert_eq!(
        desk.settlements("resettled"),
        [
            "A A N1 2023-09-01 settled 3000.00 1000.00 1500.00 0.00 1500.00 ",
            "B B N1 2023-09-01 settled 2000.00 500.00 1125.00 0.00 875.00 ",
        ]
    );
    assert!(desk.rejects("resettled").is_empty());
    let record = desk.json("resettled/run.json");
    assert_eq!(record["changes"]["claims_new"], 2);
    assert_eq!(record["late"][0]["posted_on"], "2023-09-01");
    assert_eq!(record["late"][0]["inputs"][1]["path"], "late.csv");
    assert_eq!(record["claim_rows"]["rejected"]["rows"], 0);
}

/// Somebody's year without an enrolments file: a visit, three stays, and another person's stay.
fn year() -> Desk {
    let desk = Desk::new();
    desk.write("persons.csv", "psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n");
    let claims = "Z,P1,11,H2,2023-01-02,2023-01-02,100,08,\n\
                  A,P1,21,H1,2023-02-02,2023-02-09,5000,01,\n\
                  B,P1,21,H1,2023-03-02,2023-03-10,60000,01,\n\
                  C,P1,21,H1,2023-06-02,2023-06-10,10000,01,\n\
                  D,P2,21,H1,2023-06-03,2023-06-10,7000,01,\n";
    desk.write("claims.csv", &format!("{CLAIMS},excl_rea\n{claims}"));
    desk.yibao("settle --persons persons.csv --claims claims.csv --format csv --out settled")
        .exits(0);
    desk
}

#[test]
fn a_corrected_claim_shifts_what_follows_it_and_nothing_else() {
    let desk = year();
    let corrected = "A,P1,21,H1,2023-02-02,2023-02-09,5000,01,cosmetic\n";
    desk.write("late.csv", &format!("{CLAIMS},excl_rea\n{corrected}"));
    desk.yibao(&format!("{RESETTLE} --claims late.csv --posted-on 2023-12-20"))
        .exits(0);
    assert_eq!(
        desk.settlements("resettled"),
        [
            // 5,000 - 1,000 at 70 %; now excluded, and no admission.
            "A.1r A P1 2023-12-20 settled -5000.00 -1000.00 -2800.00 0.00 -2200.00 A",
            "A.2 A P1 2023-12-20 excluded 5000.00 0.00 0.00 0.00 5000.00 ",
            // The second stay of the year becomes the first. Burden 2,200 + 18,350 = 20,550, of which 60 % above 18,000;
            // now 18,700.
            "B.1r B P1 2023-12-20 settled -60000.00 -500.00 -41650.00 -1530.00 -16820.00 B",
            "B.2 B P1 2023-12-20 settled 60000.00 1000.00 41300.00 420.00 18280.00 ",
            // The third becomes the second: its burden of 3,000 becomes 3,350, all of it above the threshold.
            "C.1r C P1 2023-12-20 settled -10000.00 0.00 -7000.00 -1800.00 -1200.00 C",
            "C.2 C P1 2023-12-20 settled 10000.00 500.00 6650.00 2010.00 1340.00 ",
        ]
    );
    assert_eq!(
        desk.entries("resettled"),
        [
            // 2,800 + 41,650 + 7,000 less 41,300 + 6,650; and 1,530 + 1,800 less 420 + 2,010: mirror images.
            "2023-12-20 basic payable-to-institutions benefit-inpatient 3500.00 1 ",
            "2023-12-20 critical-illness payable-to-institutions benefit-critical-illness 900.00 0 ",
        ]
    );
    let record = desk.json("resettled/run.json");
    let rows = |name: &str| record["claim_rows"][name]["rows"].as_u64().unwrap();
    assert_eq!(
        (rows("read"), rows("accepted"), rows("replaced"), rows("rejected")),
        (6, 5, 1, 0)
    );
    assert_eq!(record["inputs"][1]["replaced"], 1);
    assert_eq!(record["late"][0]["inputs"][0]["accepted"], 1);
    let claims = desk.read("claims.csv").replace(
        "A,P1,21,H1,2023-02-02,2023-02-09,5000,01,\n",
        "A,P1,21,H1,2023-02-02,2023-02-09,5000,01,cosmetic\n",
    );
    desk.write("claims.csv", &claims);
    desk.yibao("settle --persons persons.csv --claims claims.csv --format csv --out at-once")
        .exits(0);
    desk.same_state("resettled", "at-once");
}

#[test]
fn a_claim_that_belongs_to_somebody_else_moves_with_its_money() {
    let desk = year();
    desk.write(
        "late.csv",
        &format!("{CLAIMS}\nZ,P2,11,H2,2023-01-02,2023-01-02,100,08\n"),
    );
    desk.yibao(&format!("{RESETTLE} --claims late.csv")).exits(0);
    assert_eq!(
        desk.settlements("resettled"),
        [
            "Z.1r Z P1 2023-01-02 settled -100.00 0.00 -65.00 0.00 -35.00 Z",
            "Z.2 Z P2 2023-01-02 settled 100.00 0.00 65.00 0.00 35.00 ",
        ]
    );
    assert!(
        desk.entries("resettled").is_empty(),
        "the fund owes the hospital the same"
    );
}

#[test]
fn a_late_reversal_cancels_and_what_follows_settles_again() {
    let desk = year();
    desk.write(
        "late.csv",
        &format!("{CLAIMS},refd_setl_flag,init_setl_id\nR,P1,21,H1,,2023-07-01,-60000,01,1,B\n"),
    );
    desk.yibao(&format!("{RESETTLE} --claims late.csv")).exits(0);
    assert_eq!(
        desk.settlements("resettled"),
        [
            "B.1r R P1 2023-07-01 settled -60000.00 -500.00 -41650.00 -1530.00 -16820.00 B",
            // The second stay of the year, far from critical illness: (10,000 - 500) x 70 %.
            "C.1r C P1 2023-07-01 settled -10000.00 0.00 -7000.00 -1800.00 -1200.00 C",
            "C.2 C P1 2023-07-01 settled 10000.00 500.00 6650.00 0.00 3350.00 ",
        ]
    );
    assert_eq!(desk.json("resettled/run.json")["changes"]["claims_withdrawn"], 1);
}

#[test]
fn a_correction_that_cannot_be_read_withdraws_the_claim_and_wants_a_look() {
    let desk = year();
    desk.write(
        "late.csv",
        &format!("{CLAIMS}\nD,P2,21,H1,2023-06-03,2023-06-10,7.001,01\n"),
    );
    let late = "--claims late.csv --posted-on 2023-12-20";
    let answer = desk.yibao(&format!("{RESETTLE} {late}")).exits(1);
    assert_eq!(
        desk.settlements("resettled"),
        ["D.1r D P2 2023-12-20 settled -7000.00 -1000.00 -4200.00 0.00 -2800.00 D"]
    );
    assert!(answer.stdout.contains("too-many-decimals"), "{}", answer.stdout);
    // Mended, it settles again: a third generation of nothing, the second of the claim.
    desk.write(
        "mended.csv",
        &format!("{CLAIMS}\nD,P2,21,H1,2023-06-03,2023-06-10,7000,01\n"),
    );
    desk.yibao("resettle --previous resettled --claims mended.csv --out mended --format csv")
        .exits(0);
    assert_eq!(
        desk.settlements("mended"),
        ["D.2 D P2 2023-06-10 settled 7000.00 1000.00 4200.00 0.00 2800.00 "]
    );
    desk.same_state("mended", "settled");
}

#[test]
fn a_death_that_becomes_known_ends_the_cover() {
    let desk = family();
    desk.yibao(&format!("{SETTLE} --out settled")).exits(0);
    desk.write(
        "late.csv",
        "psn_no,brdy,insu_admdvs,death_date\nP1,1980-05-01,370102,2023-02-15\n",
    );
    desk.yibao(&format!("{RESETTLE} --persons late.csv")).exits(0);
    // Posted on the day of the death, the only date of the late facts.
    assert_eq!(
        desk.settlements("resettled"),
        [
            "C.1r C P1 2023-02-15 settled -5000.00 -1000.00 -2800.00 0.00 -2200.00 C",
            "C.2 C P1 2023-02-15 not-covered 5000.00 0.00 0.00 0.00 5000.00 ",
        ]
    );
    assert_eq!(
        desk.entries("resettled"),
        ["2023-02-15 basic payable-to-institutions benefit-inpatient 2800.00 1 "]
    );
}

#[test]
fn employee_cover_that_becomes_known_reverses_the_contribution() {
    let desk = family();
    desk.yibao(&format!("{SETTLE} --out settled")).exits(0);
    desk.write(
        "late.csv",
        "psn_no,event,event_date\nP1,employee-cover-start,2022-10-01\n",
    );
    let late = "--events late.csv --posted-on 2023-10-10";
    let answer = desk.yibao(&format!("{RESETTLE} {late}")).exits(0);
    assert!(
        answer.stdout.contains("of which 0 of the late facts"),
        "{}",
        answer.stdout
    );
    assert_eq!(
        desk.settlements("resettled"),
        [
            "D.1r D P1 2023-10-10 settled -100.00 0.00 -65.00 0.00 -35.00 D",
            "D.2 D P1 2023-10-10 not-covered 100.00 0.00 0.00 0.00 100.00 ",
            "C.1r C P1 2023-10-10 settled -5000.00 -1000.00 -2800.00 0.00 -2200.00 C",
            "C.2 C P1 2023-10-10 not-covered 5000.00 0.00 0.00 0.00 5000.00 ",
        ]
    );
    assert_eq!(
        desk.entries("resettled"),
        [
            "2023-10-10 basic revenue-account treasury-account 1020.00 5 370102",
            "2023-10-10 basic treasury-account transfer-out 195.00 2 370102",
            "2023-10-10 basic payable-to-institutions benefit-inpatient 2800.00 1 ",
            "2023-10-10 basic prepaid-contributions revenue-account 380.00 1 370102",
            "2023-10-10 basic individual-contributions-person prepaid-contributions 380.00 1 370102",
            "2023-10-10 basic subsidy-central revenue-account 256.00 1 370102",
            "2023-10-10 basic subsidy-provincial revenue-account 128.00 1 370102",
            "2023-10-10 basic subsidy-municipal revenue-account 128.00 1 370102",
            "2023-10-10 basic subsidy-district revenue-account 128.00 1 370102",
            "2023-10-10 outpatient payable-to-institutions benefit-general-outpatient 65.00 1 ",
            "2023-10-10 outpatient transfer-in treasury-account 100.00 1 370102",
            "2023-10-10 critical-illness transfer-in treasury-account 95.00 1 370102",
            "2023-10-10 work-funds district-budget administration 2.00 1 370102",
        ]
    );
    // The payment is now a reject of the first run's file.
    assert_eq!(
        desk.rejects("resettled"),
        [["P1".to_string(), String::new(), "employee-insured".to_string()]]
    );
    assert_eq!(desk.rows("resettled/rejects.csv")[0]["file"], "enrolments.csv");
}

#[test]
fn a_late_payment_that_is_refused_wants_a_look() {
    let desk = family();
    desk.yibao(&format!("{SETTLE} --out settled")).exits(0);
    desk.write("late.csv", "psn_no,year,pay_date\nN1,2022,2023-08-05\n");
    desk.yibao(&format!("{RESETTLE} --enrolments late.csv")).exits(1);
    assert_eq!(
        desk.rows("resettled/settlements.csv"),
        Vec::<crate::Record>::new()
    );
    assert_eq!(desk.rows("resettled/rejects.csv")[0]["file"], "late.csv");
    let late = &desk.json("resettled/run.json")["late"][0]["inputs"][0];
    assert_eq!(
        (&late["rows"], &late["accepted"], &late["rejected"]),
        (&1.into(), &0.into(), &1.into())
    );
}

#[test]
fn an_event_that_is_known_already_is_a_reject() {
    let desk = family();
    let event = "psn_no,event,event_date\nP1,employee-cover-start,2023-10-01\n";
    desk.write("events.csv", event);
    desk.write("late.csv", event);
    desk.yibao(&format!("{SETTLE} --events events.csv --out settled"))
        .exits(0);
    desk.yibao(&format!("{RESETTLE} --events late.csv")).exits(1);
    assert_eq!(
        desk.rejects("resettled"),
        [["P1".to_string(), String::new(), "repeated-event".to_string()]]
    );
    assert_eq!(
        desk.json("resettled/run.json")["fingerprint"],
        desk.json("settled/run.json")["fingerprint"]
    );
}
