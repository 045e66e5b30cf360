//! Encodings, line ends, headers, compression: the same table in different clothes.

use crate::{CLAIM_HEADER, Files, PERSONS, claim_file, codebook, load_paths, seen, write};
use std::io::Write as _;
use yibao::data::source::Source;
use yibao::data::{DataError, FileRole, Inputs, LoadOptions, Loaded, load, load_sources};
use yibao::money::Fen;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Loads claims from bytes under a name.
fn load_bytes(name: &str, claims: &[u8]) -> Result<Loaded, DataError> {
    let sources = Inputs::new(
        Source::from_reader("persons.csv", PERSONS.as_bytes())?,
        Source::from_reader(name, claims)?,
    );
    let codebook = codebook();
    load_sources(
        sources,
        &LoadOptions {
            codebook: &codebook,
            years: &[2021],
            only_year: None,
        },
    )
}

#[track_caller]
fn error(name: &str, claims: &[u8]) -> (String, String) {
    let error = load_bytes(name, claims).expect_err("a file error");
    (error.to_string(), error.hint().unwrap())
}

#[test]
fn byte_order_mark_crlf_blank_lines_and_quotes() {
    let text = format!(
        "\u{feff}{}\r\n\r\n\"C1\",P1,21,\"H,1\",2021-03-01,\"2021-03-09\r\n\",1000.00,05\r\nC2,P9,21,H1,x,x,1,05\r\n",
        CLAIM_HEADER
    );
    let loaded = load_bytes("claims.csv", text.as_bytes()).unwrap();
    assert_eq!(loaded.caseload.claims.len(), 1);
    assert_eq!(loaded.caseload.claims[0].line, 3);
    // The first record spans two physical lines.
    assert_eq!(
        seen(&loaded),
        [(FileRole::Claims, 5, "begntime", "x".to_string(), "not-a-date")]
    );
    assert!(loaded.warnings.is_empty());
}

#[test]
fn headers_fold_case_and_underscores_and_follow_aliases() {
    let claims = "MdtrtID,PSN_NO,medtype,FixMedins_Code,adm_time,DscgTime,med_fee_sumamt,hosp_lv,inscpamt,ownpay_amt,\
                  overlmt_amt,dise_no\nC1,P1,21,H1,2021-03-01,2021-03-09,10,05,7,1,2,M01\n";
    let loaded = Files::claims(claims).load();
    assert_eq!(loaded.rejects, []);
    assert_eq!(loaded.warnings, Vec::<String>::new());
    let claim = &loaded.caseload.claims[0].claim;
    let parts = [claim.own_pay, claim.over_limit, claim.first_share, claim.in_scope];
    assert_eq!(parts, [1, 2, 0, 7].map(Fen::from_yuan));
}

#[test]
fn one_warning_lists_the_unknown_columns_of_a_file() {
    let claims = claim_file(&[("hospital_name", "x"), ("note", "y")]);
    let loaded = Files::claims(&claims).load();
    assert_eq!(
        loaded.warnings,
        ["`claims.csv`: columns that no claims file has were ignored: `hospital_name`, `note`"]
    );
    // A column of the contract that nothing reads is not unknown.
    let persons = "psn_no,brdy,clct_grde\nP1,1980-05-01,1\n";
    let loaded = Files {
        persons,
        ..Files::claims(CLAIM_HEADER)
    }
    .load();
    assert!(loaded.warnings.is_empty());
}

#[test]
fn gbk_is_read_with_a_warning() {
    let text = claim_file(&[("fixmedins_code", "济南市中心医院")]);
    let (gbk, _, _) = encoding_rs::GBK.encode(&text);
    let loaded = load_bytes("claims.csv", &gbk).unwrap();
    assert_eq!(loaded.caseload.claims.len(), 1);
    assert_eq!(loaded.warnings, ["`claims.csv` is not UTF-8; it was read as GBK"]);
    let (_, hint) = error("claims.csv", b"\xff\xfem\0d\0");
    assert_eq!(hint, "export the table again as UTF-8 CSV");
}

#[test]
fn content_decides_what_standard_input_is() {
    let text = claim_file(&[]);
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let loaded = load_bytes("-", &bytes).unwrap();
        assert_eq!(loaded.caseload.claims.len(), 1);
        assert_eq!(loaded.files[1].path, "-");
    }
    // Two gzip members are one file.
    let (head, tail) = text.split_at(20);
    let members = [gzip(head.as_bytes()), gzip(tail.as_bytes())].concat();
    assert_eq!(
        load_bytes("claims.csv.gz", &members)
            .unwrap()
            .caseload
            .claims
            .len(),
        1
    );
}

#[test]
fn files_that_are_no_tables_are_errors_with_a_hint() {
    let good = gzip(claim_file(&[]).as_bytes());
    let (message, hint) = error("c.csv.gz", &good[..good.len() - 9]);
    assert!(
        message.starts_with("`c.csv.gz` is not a whole gzip file"),
        "{message}"
    );
    assert!(hint.contains("copy or export it again"), "{hint}");
    assert_eq!(error("c.csv", b"").0, "`c.csv` is empty: not even a header row");
    assert!(error("c.csv", b"PK\x03\x04...").0.contains("spreadsheet"));
    let (message, _) = error("c.parquet", b"mdtrt_id,psn_no");
    assert_eq!(
        message,
        "`c.parquet` cannot be read as Parquet: it does not begin with `PAR1`"
    );
    #[cfg(feature = "parquet")]
    assert!(
        error("c.csv", b"PAR1 and then nothing")
            .0
            .starts_with("`c.csv` cannot be read as Parquet")
    );
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let missing = load_paths(&persons, &dir.path().join("none.csv")).expect_err("no such file");
    assert!(missing.to_string().contains("none.csv"));
    assert_eq!(missing.hint().unwrap(), "check the path and the permissions");
}

#[test]
fn headers_that_do_not_fit_are_errors_that_name_the_nearest() {
    let renamed = CLAIM_HEADER.replace("medfee_sumamt", "medfee_sumant");
    let (message, hint) = error("c.csv", renamed.as_bytes());
    assert_eq!(
        message,
        "`c.csv` has no column `medfee_sumamt`, which the claims file needs"
    );
    assert_eq!(hint, "is `medfee_sumant` meant? rename it to `medfee_sumamt`");
    let (_, hint) = error("c.csv", CLAIM_HEADER.replace(',', ";").as_bytes());
    assert_eq!(
        hint,
        "the header row seems to be separated by semicolons; separate columns by commas"
    );
    let (message, _) = error("c.csv", format!("{CLAIM_HEADER},PsnNo").as_bytes());
    assert_eq!(
        message,
        "`c.csv` has two columns for `psn_no`: `psn_no` and `PsnNo`"
    );
    let (message, _) = error("c.csv", format!("{CLAIM_HEADER},adm_time").as_bytes());
    assert_eq!(
        message,
        "`c.csv` has two columns for `begntime`: `begntime` and `adm_time`"
    );
}

#[test]
fn standard_input_can_be_read_once() {
    let inputs = Inputs::new("-", "-");
    let codebook = codebook();
    let error = load(
        &inputs,
        &LoadOptions {
            codebook: &codebook,
            years: &[2021],
            only_year: None,
        },
    );
    let message = error.expect_err("two times standard input").to_string();
    assert_eq!(
        message,
        "the persons and the claims file are both `-`, but there is one standard input"
    );
}

#[test]
fn file_records_carry_the_hash_of_the_raw_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let claims = write(&dir, "claims.csv", b"");
    std::fs::write(&claims, claim_file(&[])).unwrap();
    let loaded = load_paths(&persons, &claims).unwrap();
    let record = &loaded.files[0];
    // printf 'psn_no,brdy\nP1,1980-05-01\nP2,1990-01-02\n' | sha256sum
    assert_eq!(
        record.sha256.as_deref(),
        Some("57871f7da2c890d8d1d160d54e2c0e0c1599f318144e1b466bea9332a2eba6ec")
    );
    assert_eq!(
        (record.role, record.rows, record.accepted),
        (FileRole::Persons, 2, 2)
    );
    assert_eq!(record.path, persons.display().to_string());
}

#[test]
fn cells_are_read_into_the_engines_types() {
    let persons = "psn_no,brdy,gend,psn_type,insu_admdvs,residence,psn_idet_type,death_date\n\
                   P1,1980-05-01,1,1501,370102,permit,11,2021-12-31\nP2,1990-01-02,9,,370103,,,\nP3,1990-01-02,,,370102,,dibao,\n";
    let claims = claim_file(&[
        ("setl_time", "2021-03-10 08:30:00"),
        ("endtime", "2021-03-09T12:00:00"),
    ]);
    let institutions =
        "fixmedins_code,hosp_lv,kind,designated_from,designated_to\nH1,02,hospital,2021-03-01,9999-12-31\n";
    let loaded = Files {
        persons,
        institutions: Some(institutions),
        ..Files::claims(&claims)
    }
    .load();
    assert_eq!(loaded.rejects, []);
    let caseload = &loaded.caseload;
    assert_eq!(caseload.districts, ["370102", "370103"]);
    let districts: Vec<_> = caseload.persons.iter().map(|person| person.district).collect();
    assert_eq!(districts, [Some(0), Some(1), Some(0)]);
    assert_eq!(caseload.persons[0].identity, caseload.persons[2].identity);
    assert_eq!(caseload.persons[0].death.unwrap().to_string(), "2021-12-31");
    let claim = &caseload.claims[0].claim;
    assert_eq!(claim.settled_at.to_string(), "2021-03-10 08:30:00");
    assert_eq!(
        (claim.begin.to_string(), claim.end.to_string()),
        ("2021-03-01".into(), "2021-03-09".into())
    );
    // The claim's own level comes before the institution's.
    assert_eq!(claim.hosp_lv.to_string(), "05");
    assert_eq!(claim.institution_kind.0, 1);
    assert!(claim.designated);
    assert_eq!(caseload.person_ids.get(2), "P3");
    assert_eq!(caseload.claim_ids.get(0), "C1");
}

#[test]
fn designation_and_level_come_from_the_institutions() {
    let institutions =
        "fixmedins_code,hosp_lv,designated_from,designated_to\nH1,08,2021-03-02,\nH2,08,,2021-03-01\n";
    let load = |code| {
        let claims = claim_file(&[("fixmedins_code", code), ("hosp_lv", "")]);
        let claims = if code == "H3" {
            claims.replace(",\n", ",05\n")
        } else {
            claims
        };
        let loaded = Files {
            institutions: Some(institutions),
            ..Files::claims(&claims)
        }
        .load();
        let claim = loaded.caseload.claims[0].claim.clone();
        (claim.designated, claim.hosp_lv.to_string())
    };
    assert_eq!(load("H1"), (false, "08".to_string()));
    assert_eq!(load("H2"), (true, "08".to_string()));
    assert_eq!(load("H3"), (false, "05".to_string()));
    assert!(
        Files::claims(&claim_file(&[])).load().caseload.claims[0]
            .claim
            .designated
    );
}

#[test]
fn blank_settlement_time_is_the_end_with_its_time() {
    let claims = claim_file(&[("endtime", "2021-03-09 12:00:00"), ("setl_time", "")]);
    let claim = Files::claims(&claims).load().caseload.claims[0].claim.clone();
    assert_eq!(claim.settled_at.to_string(), "2021-03-09 12:00:00");
}

/// Whatever is in the bytes, no row and no fen gets lost (the loader asserts it) and nothing panics.
#[test]
fn damaged_text_never_panics() {
    let columns = [
        ("setl_time", "2021-03-10 08:30:00"),
        ("refd_setl_flag", "0"),
        ("init_setl_id", ""),
    ];
    let row = claim_file(&columns)
        .lines()
        .nth(1)
        .unwrap()
        .replace("H1", "\"H\"\"1\"");
    let good = format!("{}{row}\r\n{row}\n", claim_file(&columns));
    let spice = [
        "\"",
        ",",
        "\n",
        "\r",
        "-",
        "1",
        "/",
        "年",
        "\u{feff}",
        "",
        "C1",
        "9999999999",
        ".",
    ];
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut loaded = 0;
    for _ in 0..5_000 {
        let mut text: Vec<char> = good.chars().collect();
        for _ in 0..=draw(4) {
            let at = draw(text.len());
            let until = (at + draw(3)).min(text.len());
            text.splice(at..until, spice[draw(spice.len())].chars());
        }
        let text: String = text.into_iter().collect();
        loaded += usize::from(load_bytes("claims.csv", text.as_bytes()).is_ok());
    }
    assert!(loaded > 1_000);
}
