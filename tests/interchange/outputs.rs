//! What is written: tables, rejects, and directories that appear whole or not at all.

use crate::{Files, claim_file};
use chrono::{NaiveDate, NaiveDateTime};
use std::fs;
use std::path::Path;
use yibao::benefit::claim::MedType;
use yibao::benefit::kind::SubFund;
use yibao::benefit::settlement::{Settlement, Status};
use yibao::data::settlements::{COLUMNS, SettlementRow};
use yibao::data::staging::OutputDir;
use yibao::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use yibao::data::{DataError, write_rejects};
use yibao::money::{Fen, Rate};

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

/// A settlement with a different amount in every column, which adds up.
fn settlement() -> Settlement {
    Settlement {
        year: 2021,
        status: Status::Settled,
        total: Fen::new(100_000),
        own_pay: Fen::new(10_000),
        over_limit: Fen::new(1_000),
        first_share: Fen::new(5_000),
        in_scope: Fen::new(84_000),
        deductible_standard: Fen::new(70_000),
        deductible: Fen::new(40_000),
        above_ceiling: Fen::ZERO,
        copayment: Fen::new(13_200),
        ratio: Some(Rate::from_ppm(700_000)),
        basic: Fen::new(30_800),
        critical_illness: Fen::new(301),
        assistance: Fen::new(202),
        special: Fen::new(103),
        hospital: Fen::new(104),
        person: Fen::new(68_490),
        sub_fund: Some(SubFund::Basic),
        place: None,
        unstated: Default::default(),
    }
}

fn write_settlements(path: &Path, format: Format) {
    let (good, excluded) = (
        settlement(),
        Settlement {
            ratio: None,
            sub_fund: None,
            ..settlement()
        }
        .reversed(),
    );
    let row = SettlementRow {
        setl_id: "S1",
        mdtrt_id: "C1",
        psn_no: "P1",
        med_type: MedType::from_code("21").unwrap(),
        settled_at: at("2021-03-09 00:00:00"),
        settlement: &good,
        cancels: None,
    };
    let reversal = SettlementRow {
        setl_id: "S2",
        settled_at: at("2021-04-01 08:05:09"),
        settlement: &excluded,
        cancels: Some("S1"),
        ..row
    };
    let mut table = TableWriter::create(path, format, &COLUMNS).unwrap();
    table.record(|part| row.write(part)).unwrap();
    table.record(|part| reversal.write(part)).unwrap();
    assert_eq!(table.finish().unwrap(), 2);
}

#[test]
fn settlements_as_csv() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settlements.csv");
    write_settlements(&path, Format::Csv);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "setl_id,mdtrt_id,psn_no,insutype,med_type,setl_time,year,status,reason,medfee_sumamt,fulamt_ownpay_amt,\
         overlmt_selfpay,preselfpay_amt,inscp_scp_amt,dedc_std,act_pay_dedc,pool_prop_selfpay,hifp_pay,hifmi_pay,\
         maf_pay,oth_pay,fund_pay_sumamt,psn_part_amt,acct_pay,psn_cash_pay,hosp_part_amt,sub_fund,refd_setl_flag,\
         init_setl_id\n\
         S1,C1,P1,390,21,2021-03-09,2021,settled,,1000.00,100.00,10.00,50.00,840.00,700.00,400.00,0.7,308.00,3.01,\
         2.02,1.03,314.06,684.90,0.00,684.90,1.04,basic,0,\n\
         S2,C1,P1,390,21,2021-04-01 08:05:09,2021,settled,,-1000.00,-100.00,-10.00,-50.00,-840.00,-700.00,-400.00,,\
         -308.00,-3.01,-2.02,-1.03,-314.06,-684.90,0.00,-684.90,-1.04,,1,S1\n"
    );
}

#[test]
fn fields_that_need_quotes_get_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.csv");
    let columns = [
        OutColumn::new("a", Kind::Text),
        OutColumn::new("b", Kind::Date),
        OutColumn::new("c", Kind::Int),
    ];
    let mut table = TableWriter::create(&path, Format::Csv, &columns).unwrap();
    let day = NaiveDate::from_ymd_opt(2021, 2, 3).unwrap();
    table
        .row(&[OutCell::Text("x, \"y\""), OutCell::Date(day), OutCell::Int(-7)])
        .unwrap();
    table
        .row(&[OutCell::Blank, OutCell::Blank, OutCell::Blank])
        .unwrap();
    table.finish().unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "a,b,c\n\"x, \"\"y\"\"\",2021-02-03,-7\n,,\n"
    );
}

#[test]
fn rejects_as_csv() {
    let loaded = Files::claims(&claim_file(&[("begntime", "\"1 March, 2021\"")])).load();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rejects.csv");
    write_rejects(&path, loaded.rejects.iter().map(Ok), None).unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "file,line,column,value,reason,sentence,mdtrt_id,psn_no,amount\n\
         claims.csv,2,begntime,\"1 March, 2021\",not-a-date,\"`begntime` `1 March, 2021` is not a date: write \
         `YYYY-MM-DD`, with an optional ` HH:MM:SS`\",C1,P1,1000.00\n"
    );
}

/// The names in a directory, hidden ones too.
fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_output_directory_appears_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("deep/out");
    let output = OutputDir::create(&target).unwrap();
    fs::write(output.file("run.json"), "{}").unwrap();
    assert!(!target.exists());
    assert!(
        output
            .staging()
            .starts_with(target.canonicalize().unwrap_or(dir.path().join("deep")))
    );
    drop(output);
    // Not even the directory that had to be made for it stays.
    assert_eq!(names(dir.path()), Vec::<String>::new());

    let output = OutputDir::create(&target).unwrap();
    fs::write(output.file("run.json"), r#"{"program":"yibao","n":1}"#).unwrap();
    fs::write(output.file("ledger.csv"), "1").unwrap();
    output.commit().unwrap();
    assert_eq!(names(&dir.path().join("deep")), ["out"]);
    assert_eq!(names(&target), ["ledger.csv", "run.json"]);

    // An earlier run is replaced as a whole.
    let output = OutputDir::create(&target).unwrap();
    fs::write(output.file("run.json"), r#"{"program":"yibao","n":2}"#).unwrap();
    assert!(fs::read_to_string(target.join("run.json")).unwrap().contains("1"));
    output.commit().unwrap();
    assert_eq!(names(&target), ["run.json"]);
    assert!(fs::read_to_string(target.join("run.json")).unwrap().contains("2"));
    assert_eq!(names(&dir.path().join("deep")), ["out"]);
}

#[test]
fn what_is_not_wholly_an_earlier_run_is_left_alone() {
    for (name, content) in [
        ("thesis.docx", "mine"),
        ("run.json", r#"{"mine":1}"#),
        ("run.json", "not json"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("run.json"), r#"{"program":"yibao"}"#).unwrap();
        fs::write(dir.path().join(name), content).unwrap();
        assert!(
            matches!(OutputDir::create(dir.path()), Err(DataError::TargetInUse { .. })),
            "{name}: {content}"
        );
        assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), content);
    }
}

#[test]
fn a_directory_with_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("out");
    fs::create_dir(&target).unwrap();
    let output = OutputDir::create(&target).unwrap();
    fs::write(target.join("thesis.doc"), "years of work").unwrap();
    assert!(matches!(output.commit(), Err(DataError::TargetInUse { .. })));
    assert!(matches!(
        OutputDir::create(&target),
        Err(DataError::TargetInUse { .. })
    ));
    assert!(matches!(
        OutputDir::create(&target.join("thesis.doc")),
        Err(DataError::Unwritable { .. })
    ));
    assert_eq!(names(dir.path()), ["out"]);
    assert_eq!(names(&target), ["thesis.doc"]);
}

#[test]
fn a_panic_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("out");
    let result = std::panic::catch_unwind(|| {
        let output = OutputDir::create(&target).unwrap();
        fs::write(output.file("half"), "half").unwrap();
        panic!("on purpose");
    });
    assert!(result.is_err());
    assert_eq!(names(dir.path()), Vec::<String>::new());
}

#[test]
fn outputs_can_be_read_by_others_as_usual() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("usual")).unwrap();
        let output = OutputDir::create(&dir.path().join("out")).unwrap();
        let target = output.commit().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&dir.path().join("usual")));
    }
}

/// The formats that the program can write.
fn formats() -> Vec<Format> {
    if cfg!(feature = "parquet") {
        vec![Format::Csv, Format::Parquet]
    } else {
        vec![Format::Csv]
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_by_the_end() {
    for format in formats() {
        let write = || {
            let mut table = TableWriter::create(Path::new("/dev/full"), format, &COLUMNS[..1])?;
            table.row(&[OutCell::Text("A")])?;
            table.finish()
        };
        let error = write().unwrap_err();
        let DataError::Unwritable { path, detail } = &error else {
            panic!("{error}");
        };
        assert_eq!(path, "/dev/full");
        assert!(detail.contains("No space left"), "{format:?}: {detail}");
    }
}

#[test]
fn a_table_in_a_directory_that_will_move_is_named_by_where_it_will_be() {
    let dir = tempfile::tempdir().unwrap();
    let output = OutputDir::create(&dir.path().join("out")).unwrap();
    for format in formats() {
        fs::create_dir(output.file("t")).ok();
        let result = TableWriter::create_as(&output.file("t"), &output.shown("t"), format, &COLUMNS);
        let Some(DataError::Unwritable { path, .. }) = result.err() else {
            panic!("a directory was written as a file");
        };
        assert!(path.ends_with("out/t") || path.ends_with("out\\t"), "{path}");
    }
}

#[test]
#[cfg(unix)]
fn a_directory_that_cannot_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let closed = dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    // Nothing is closed to the superuser.
    if fs::write(closed.join("probe"), "").is_ok() {
        return;
    }
    let result = OutputDir::create(&closed.join("out"));
    assert!(matches!(result, Err(DataError::Unwritable { .. })));
    assert_eq!(names(&closed), Vec::<String>::new());
}
