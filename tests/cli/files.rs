//! Several files per input: folders, globs, hive folders and options given again.

use crate::{CLAIMS, Desk, PERSONS};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use yibao::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};

/// A table as texts: the header, and the rows after it.
struct Texts {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Texts {
    fn read(path: &Path) -> Texts {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_string).collect();
        Texts {
            header: texts(reader.headers().unwrap()),
            rows: reader.records().map(|record| texts(&record.unwrap())).collect(),
        }
    }

    /// So many pieces, in the order of the rows.
    fn pieces(self, count: usize) -> Vec<Texts> {
        let size = self.rows.len().div_ceil(count);
        assert!(size > 0);
        let piece = |rows: &[Vec<String>]| Texts {
            header: self.header.clone(),
            rows: rows.to_vec(),
        };
        self.rows.chunks(size).map(piece).collect()
    }

    /// Without a column, by its values.
    fn by(mut self, column: &str) -> BTreeMap<String, Texts> {
        let at = self.header.iter().position(|name| name == column).unwrap();
        self.header.remove(at);
        let mut parts = BTreeMap::new();
        for mut row in self.rows {
            let part = parts.entry(row.remove(at)).or_insert_with(|| Texts {
                header: self.header.clone(),
                rows: Vec::new(),
            });
            part.rows.push(row);
        }
        parts
    }

    /// Writes `path` in the format that it ends in.
    fn write(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if cfg!(feature = "parquet") && path.extension().is_some_and(|extension| extension == "parquet") {
            return self.write_parquet(path);
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        if path.extension().is_some_and(|extension| extension == "gz") {
            std::fs::write(path, gzip(&text)).unwrap();
        } else {
            std::fs::write(path.with_extension("csv"), text).unwrap();
        }
    }

    fn write_parquet(&self, path: &Path) {
        let format = Format::from_name("parquet").unwrap();
        let leak = |name: &String| -> &'static str { name.clone().leak() };
        let columns: Vec<OutColumn> = self
            .header
            .iter()
            .map(|name| OutColumn::new(leak(name), Kind::Text))
            .collect();
        let mut table = TableWriter::create(path, format, &columns).unwrap();
        for row in &self.rows {
            let cells: Vec<OutCell<'_>> = row.iter().map(|cell| OutCell::Text(cell)).collect();
            table.row(&cells).unwrap();
        }
        table.finish().unwrap();
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A city by district and by kind of claim, in three formats, as a data platform leaves it.
fn split_city(desk: &Desk) {
    let texts = |name: &str| Texts::read(&desk.path(&format!("city/{name}.csv")));
    let extensions = ["csv", "csv.gz", "parquet"];
    for (number, (district, part)) in texts("persons").by("insu_admdvs").into_iter().enumerate() {
        for (piece, part) in part.pieces(2).into_iter().enumerate() {
            let extension = extensions[(number + piece) % 3];
            part.write(&desk.path(&format!("people/insu_admdvs={district}/part-{piece}.{extension}")));
        }
    }
    for (number, (kind, part)) in texts("claims").by("med_type").into_iter().enumerate() {
        for (piece, part) in part.pieces(3).into_iter().enumerate() {
            let extension = extensions[(number + piece) % 3];
            part.write(&desk.path(&format!(
                "claims/year=2023/med_type={kind}/part-{piece}.{extension}"
            )));
        }
    }
    for (name, count) in [("enrolments", 3), ("events", 2), ("institutions", 2)] {
        for (piece, part) in texts(name).pieces(count).into_iter().enumerate() {
            part.write(&desk.path(&format!("rest/{name}-{piece}.{}", extensions[piece])));
        }
    }
    for noise in [
        "people/_SUCCESS",
        "people/.part-0.csv.crc",
        "claims/README",
        "claims/_old.csv",
    ] {
        desk.write(noise, "not a table\n");
    }
}

/// The parts of `run.json` that say what came out.
fn results(desk: &Desk, out: &str) -> Vec<Value> {
    let mut record = desk.json(&format!("{out}/run.json"));
    let parts = [
        "fingerprint",
        "totals",
        "totals_by_kind",
        "statuses",
        "enrolment",
        "claim_rows",
        "rejects",
    ];
    parts.iter().map(|part| record[part].take()).collect()
}

#[test]
fn a_city_in_many_files_settles_like_the_same_city_in_one_file_each() {
    let desk = Desk::new();
    desk.yibao("synth --persons 1500 --seed 5 --out city --format csv")
        .exits(0);
    split_city(&desk);
    let whole = "settle --persons city/persons.csv --claims city/claims.csv --enrolments city/enrolments.csv \
                 --events city/events.csv --institutions city/institutions.csv --out whole --format csv";
    let split = "settle --persons people --claims claims/year=*/*/*.* --enrolments rest/enrolments-[0-9].* \
                 --events rest/events-1.csv.gz rest/events-0.csv --institutions rest/inst* --out split --format csv";
    let whole = desk.yibao(whole).exits(1);
    for more in ["", "--memory 96MiB", "--resume work"] {
        let split = desk.yibao(&format!("{split} {more}")).exits(1);
        assert_eq!(whole.stdout, split.stdout, "{more}");
        same_results(&desk);
        every_file_is_recorded(&desk);
    }
}

/// The outputs in `split/` are those in `whole/`, but for the order of the persons and where the rows were.
fn same_results(desk: &Desk) {
    assert_eq!(results(desk, "whole"), results(desk, "split"));
    for name in ["fund.json", "ledger.csv"] {
        assert_eq!(
            desk.read(&format!("whole/{name}")),
            desk.read(&format!("split/{name}")),
            "{name}"
        );
    }
    let settlements = |out: &str| {
        let text = desk.read(&format!("{out}/settlements.csv"));
        text.lines().map(str::to_string).collect::<BTreeSet<_>>()
    };
    assert_eq!(settlements("whole"), settlements("split"));
    let refused = |out: &str| {
        let rows = desk.rows(&format!("{out}/rejects.csv"));
        let rows = rows.into_iter();
        rows.map(|row| (row["psn_no"].clone(), row["sentence"].clone()))
            .collect::<BTreeSet<_>>()
    };
    assert!(!refused("whole").is_empty());
    assert_eq!(refused("whole"), refused("split"));
}

/// Each file of the split city has its hash and its rows in `run.json`, in the order of role and path.
fn every_file_is_recorded(desk: &Desk) {
    let record = desk.json("split/run.json");
    let inputs = record["inputs"].as_array().unwrap();
    let paths: Vec<&str> = inputs
        .iter()
        .map(|input| input["path"].as_str().unwrap())
        .collect();
    let places: BTreeSet<(usize, &str)> = inputs
        .iter()
        .zip(&paths)
        .map(|(input, path)| {
            let roles = ["persons", "enrolments", "events", "institutions", "claims"];
            (
                roles.iter().position(|role| input["role"] == **role).unwrap(),
                *path,
            )
        })
        .collect();
    let sorted: Vec<&str> = places.into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, sorted);
    let rejects = desk.rows("split/rejects.csv");
    for (input, path) in inputs.iter().zip(&paths) {
        let bytes = std::fs::read(desk.path(path)).unwrap();
        assert_eq!(input["sha256"], yibao::data::source::sha256_hex(&bytes), "{path}");
        let rejected = rejects.iter().filter(|row| row["file"] == **path).count();
        assert_eq!(input["rejected"], rejected, "{path}");
    }
    let claims = inputs.iter().find(|input| input["role"] == "claims").unwrap();
    assert_eq!(claims["partition"][0], json!(["year", "2023"]));
    assert_eq!(claims["partition"][1][0], "med_type");
}

/// The header of [`CLAIMS`] and some of its rows.
fn claims(rows: std::ops::Range<usize>) -> String {
    let lines: Vec<&str> = CLAIMS.lines().collect();
    format!("{}\n{}\n", lines[0], lines[1..][rows].join("\n"))
}

#[test]
fn the_order_is_that_of_the_paths_and_a_file_is_read_once() {
    let desk = Desk::with_files();
    std::fs::create_dir(desk.path("parts")).unwrap();
    desk.write("parts/b.csv", &claims(0..2));
    desk.write("parts/a.csv", &claims(2..7));
    let inputs = |arguments: &str| {
        desk.yibao(&format!("settle --persons persons.csv {arguments} --out out"))
            .exits(1);
        let inputs = desk.json("out/run.json")["inputs"].take();
        let claims = inputs
            .as_array()
            .unwrap()
            .iter()
            .filter(|input| input["role"] == "claims");
        claims
            .map(|input| input["path"].as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    let both = ["parts/a.csv", "parts/b.csv"];
    let whole = "settle --persons persons.csv --claims claims.csv --totals";
    let whole = desk.yibao(whole).exits(1).stdout;
    for ways in [
        "--claims parts",
        "--claims parts/",
        "--claims parts/b.csv parts/a.csv",
        "--claims parts/b.csv --claims parts/a.csv",
        "--claims parts/*.csv --claims parts/b.csv --claims parts",
        "--claims **/[ab].csv",
        "--claims part?",
    ] {
        assert_eq!(inputs(ways), both, "{ways}");
        let split = format!("settle --persons persons.csv {ways} --totals");
        assert_eq!(desk.yibao(&split).exits(1).stdout, whole, "{ways}");
    }
    // Another way to spell a path is no other file.
    assert_eq!(
        inputs("--claims ./parts/b.csv --claims parts"),
        ["./parts/b.csv", "parts/a.csv"]
    );
    // A file whose name looks like a glob is that file.
    desk.write("parts/[ab].csv", CLAIMS);
    assert_eq!(inputs("--claims parts/[ab].csv"), ["parts/[ab].csv"]);
}

#[test]
fn ids_are_repeated_and_claims_reversed_across_files() {
    let desk = Desk::with_files();
    let header = "mdtrt_id,psn_no,med_type,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv,refd_setl_flag,init_setl_id\n";
    let write = |name: &str, rows: &str| desk.write(name, &format!("{header}{rows}\n"));
    std::fs::create_dir(desk.path("claims")).unwrap();
    write(
        "claims/1.csv",
        "R,P1,21,H1,2023-04-05,2023-04-05,-5000.00,01,1,A\nA,P1,21,H1,x,x,1,01,,",
    );
    write(
        "claims/2.csv",
        "B,P1,21,H1,2023-03-05,2023-03-10,8000.00,01,,\nB,P1,21,H1,2023-03-05,2023-03-10,1.00,01,,",
    );
    write(
        "claims/3.csv",
        "A,P1,21,H1,2023-01-05,2023-01-10,5000.00,01,,\nB,P2,21,H1,2023-01-05,2023-01-10,1.00,01,,",
    );
    desk.write("more.csv", "psn_no,brdy\nP2,1990-01-02\nP3,1990-01-02\n");
    desk.yibao("settle --persons persons.csv more.csv --claims claims --out out --format csv")
        .exits(1);
    let rejects = desk.rows("out/rejects.csv");
    let seen = |row: &std::collections::HashMap<String, String>| {
        format!(
            "{}:{} {} {}",
            row["file"], row["line"], row["reason"], row["sentence"]
        )
    };
    let seen: Vec<String> = rejects.iter().map(seen).collect();
    // The first row keeps an id even if it is rejected, so there is nothing to reverse.
    assert_eq!(
        seen,
        [
            "persons.csv:3 repeated-id `psn_no` `P2` is the number of a row of `more.csv`, which counts even if it was \
             rejected",
            "claims/1.csv:2 unknown-original `init_setl_id` `A` is a claim that was rejected, so there is nothing to \
             reverse",
            "claims/1.csv:3 not-a-date `begntime` `x` is not a date: write `YYYY-MM-DD`, with an optional ` HH:MM:SS`",
            "claims/2.csv:3 repeated-id `mdtrt_id` `B` is the id of an earlier row, which counts even if it was rejected",
            "claims/3.csv:2 repeated-id `mdtrt_id` `A` is the id of a row of `claims/1.csv`, which counts even if it was \
             rejected",
            "claims/3.csv:3 repeated-id `mdtrt_id` `B` is the id of a row of `claims/2.csv`, which counts even if it was \
             rejected",
        ]
    );
    // Without the bad row the reversal finds its original, which comes two files later.
    write("claims/1.csv", "R,P1,21,H1,2023-04-05,2023-04-05,-5000.00,01,1,A");
    desk.yibao("settle --persons persons.csv --claims claims --out out --format csv")
        .exits(1);
    let settlements = desk.rows("out/settlements.csv");
    let ids: BTreeSet<&str> = settlements.iter().map(|row| row["setl_id"].as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["A", "A.1r", "B", "B.1r", "B.2"]));
}

/// Writes files, creating their folders.
fn write_all(desk: &Desk, files: &[(&str, &str)]) {
    for (name, text) in files {
        std::fs::create_dir_all(desk.path(name).parent().unwrap()).unwrap();
        desk.write(name, text);
    }
}

/// What the claims of a run say in a column of `settlements.csv`, by `mdtrt_id`.
fn column(desk: &Desk, name: &str) -> BTreeMap<String, String> {
    let rows = desk.rows("out/settlements.csv").into_iter();
    rows.map(|row| (row["mdtrt_id"].clone(), row[name].clone()))
        .collect()
}

const HIVE_CLAIMS: &str = "mdtrt_id,psn_no,fixmedins_code,begntime,endtime,medfee_sumamt,hosp_lv\n";

#[test]
fn folders_named_after_a_column_are_that_column() {
    let desk = Desk::new();
    let claim = |id: &str| format!("{HIVE_CLAIMS}{id},P1,H1,2023-01-05,2023-01-10,5000.00,08\n");
    let files = [
        ("persons.csv", PERSONS),
        // Case and aliases as in a header; a key of no column is nobody's business, and neither is the folder given.
        ("lake/med_type=52/claims/month=01/MedType=21/a.csv", &claim("A")),
        (
            "lake/med_type=52/claims/month=01/MedType=%31%31/b.csv",
            &claim("B"),
        ),
        (
            "lake/med_type=52/claims/month=01/MedType=__HIVE_DEFAULT_PARTITION__/c.csv",
            &claim("C"),
        ),
        ("lake/med_type=52/claims/month=01/MedType=99x/d.csv", &claim("D")),
    ];
    write_all(&desk, &files);
    let settle = "settle --persons persons.csv --out out --format csv --claims";
    let answer = desk.yibao(&format!("{settle} lake/med_type=52/claims")).exits(1);
    assert!(!answer.stderr.contains("warning"), "{}", answer.stderr);
    let kinds =
        BTreeMap::from([("A", "21"), ("B", "11")].map(|(id, kind)| (id.to_string(), kind.to_string())));
    assert_eq!(column(&desk, "med_type"), kinds);
    let rejects: Vec<String> = desk
        .rows("out/rejects.csv")
        .iter()
        .map(|row| {
            format!(
                "{} {} `{}` {}",
                row["mdtrt_id"], row["column"], row["value"], row["reason"]
            )
        })
        .collect();
    assert_eq!(
        rejects,
        ["D med_type `99x` unknown-code", "C med_type `` missing-value"]
    );
    // A glob speaks from its first wildcard on.
    desk.yibao(&format!("{settle} lake/med_type=52/claims/*/MedType=21/*"))
        .exits(0);
    assert_eq!(column(&desk, "med_type")["A"], "21");
    let lacking = desk.yibao(&format!(
        "{settle} lake/med_type=52/claims/month=01/MedType=21/*.csv"
    ));
    lacking.fails_naming(&["has no column `med_type`", "a.csv"]);
    // Without the folders the file lacks what it needs, but a wider path to the same file says it.
    let both = "lake/med_type=52/claims/month=01/MedType=21/a.csv lake/*/claims/month=01/MedType=21";
    desk.yibao(&format!("{settle} {both}")).exits(0);
}

#[test]
fn the_column_of_the_file_counts_before_the_folder() {
    let desk = Desk::new();
    let persons =
        |district: &str, id: &str| format!("psn_no,brdy,insuplc_admdvs\n{id},1980-05-01,{district}\n");
    let files = [
        ("people/insu_admdvs=370103/a.csv", &*persons("370102", "P1")),
        ("people/insu_admdvs=370103/b.csv", &*persons("", "P2")),
        ("people/insu_admdvs=370103/c.csv", "psn_no,brdy\nP3,1980-05-01\n"),
        (
            "people/insu_admdvs=__HIVE_DEFAULT_PARTITION__/d.csv",
            "psn_no,brdy\nP4,1980-05-01\n",
        ),
        (
            "enrolments.csv",
            "psn_no,year,pay_date\nP1,2023,2022-10-01\nP2,2023,2022-10-01\nP3,2023,2022-10-01\nP4,2023,2022-10-01\n",
        ),
        ("claims.csv", CLAIMS.lines().next().unwrap()),
    ];
    write_all(&desk, &files);
    let answer = desk
        .yibao("settle --persons people --enrolments enrolments.csv --claims claims.csv --out out")
        .exits(0);
    let warning = "warning: persons files have a column `insu_admdvs`, and folders named after it: the column was read, not \
                   the folders";
    assert_eq!(answer.stderr.matches(warning).count(), 1, "{}", answer.stderr);
    // Blank in the file or by the name of the folder, the district of two of the four is unknown.
    let ledger = desk.rows("out/ledger.csv").into_iter();
    let received = ledger.filter(|row| row["account"] == "revenue-account" && row["kind"] == "receipt");
    let heads: Vec<(String, String)> = received
        .filter(|row| row["date"] == "2022-10-01")
        .map(|row| (row["district"].clone(), row["items"].clone()))
        .collect();
    let heads: Vec<(&str, &str)> = heads
        .iter()
        .map(|(district, items)| (&**district, &**items))
        .collect();
    assert_eq!(heads, [("", "2"), ("370102", "1"), ("370103", "1")]);
}

#[test]
fn what_means_no_file_is_an_error_that_says_what_was_looked_for() {
    let desk = Desk::with_good_files();
    write_all(
        &desk,
        &[
            ("empty/_SUCCESS", ""),
            ("empty/.a.csv", PERSONS),
            ("empty/a.txt", ""),
        ],
    );
    let settle = |claims: &str| {
        desk.yibao(&format!(
            "settle --persons persons.csv --out out --claims {claims}"
        ))
    };
    settle("empty").fails_naming(&[
        "the folder `empty`, which is to give the claims, has no table",
        "hint: ",
    ]);
    settle("claims.csv --claims parts/*.parquet").fails_naming(&[
        "no file matches `parts/*.parquet`, which is to give the claims",
        "hint: ",
    ]);
    settle("empt*").fails_naming(&["no file matches `empt*`"]);
    settle("claims[.csv").fails_naming(&["`claims[.csv` is neither a file nor a pattern"]);
    settle("claims.txt").fails_naming(&["cannot read `claims.txt`"]);
    assert!(!desk.path("out").exists());
}

#[test]
fn standard_input_is_one_file_among_others() {
    let desk = Desk::with_files();
    let whole = desk
        .yibao("settle --persons persons.csv --claims claims.csv --totals")
        .exits(1)
        .stdout;
    write_all(&desk, &[("parts/a.csv", &claims(2..7))]);
    let split = "settle --persons persons.csv --claims parts - --claims - --totals";
    assert_eq!(
        desk.yibao_reading(split, claims(0..2).as_bytes()).exits(1).stdout,
        whole
    );
    desk.yibao("settle --persons - persons.csv --claims parts - --totals")
        .fails_naming(&["the persons and the claims file are both `-`"]);
}

#[test]
fn what_is_tolerated_in_every_file_alike_is_said_once() {
    let desk = Desk::new();
    let persons = |id: &str, column: &str| format!("psn_no,brdy,{column}\n{id},1980-05-01,\n");
    let files = [
        ("people/a.csv", &*persons("P1", "dt")),
        ("people/b.csv", &*persons("P2", "dt")),
        ("people/c.csv", &*persons("P3", "dt")),
        ("people/d.csv", &*persons("P4", "etl")),
        ("claims.csv", CLAIMS.lines().next().unwrap()),
    ];
    write_all(&desk, &files);
    let answer = desk
        .yibao("settle --persons people --claims claims.csv --totals")
        .exits(0);
    let ignored = "columns that no persons file has were ignored";
    // Persons are read in the order of their files.
    let warnings: Vec<&str> = answer.stderr.lines().collect();
    assert_eq!(
        warnings,
        [
            format!("warning: `people/a.csv` (and 2 other files): {ignored}: `dt`"),
            format!("warning: `people/d.csv`: {ignored}: `etl`"),
            "warning: there is no claim in the files: nothing was settled".to_string(),
        ]
    );
}

#[test]
fn a_folder_does_not_swallow_the_outputs() {
    let desk = Desk::with_good_files();
    write_all(&desk, &[("parts/a.csv", &claims(0..4))]);
    let settle = |claims: &str, out: &str| {
        desk.yibao(&format!(
            "settle --persons persons.csv --claims {claims} --out {out} --format csv"
        ))
    };
    for claims in ["parts", "part*", "parts/../parts"] {
        settle(claims, "parts/settled/now")
            .fails_naming(&["`parts/settled/now` lies in `", "of which every table is read"]);
    }
    settle("parts", "parts").fails_naming(&["lies in the output directory `parts`"]);
    settle("parts", "out").exits(0);
    settle("*/*.csv", "out").fails_naming(&["lies in the output directory `out`"]);
    settle("out", "out").fails_naming(&["lies in the output directory `out`"]);
    assert_eq!(desk.names("parts").len(), 1);
}

#[test]
fn a_run_of_many_files_is_resettled_from_its_record() {
    let desk = Desk::new();
    let stay = |id: &str, from: &str| format!("{HIVE_CLAIMS}{id},P1,H1,{from},{from},5000.00,01\n");
    let files = [
        ("persons.csv", PERSONS),
        ("claims/med_type=21/a.csv", &*stay("A", "2023-01-05")),
        ("claims/med_type=21/b.csv", &*stay("B", "2023-02-05")),
        ("late/med_type=21/a.csv", &*stay("C", "2023-01-02")),
        ("late/med_type=21/b.csv", &*stay("B", "2023-02-06")),
        ("late/med_type=21/c.csv", &*stay("B", "2023-02-07")),
        ("all/med_type=21/1.csv", &*stay("A", "2023-01-05")),
        ("all/med_type=21/2.csv", &*stay("B", "2023-02-06")),
        ("all/med_type=21/3.csv", &*stay("C", "2023-01-02")),
    ];
    write_all(&desk, &files);
    desk.yibao("settle --persons persons.csv --claims claims --out out")
        .exits(0);
    // What has come into the folder since is no part of the run.
    desk.write("claims/med_type=21/c.csv", &stay("D", "2023-05-05"));
    let resettled = desk
        .yibao("resettle --previous out --claims late --out again")
        .exits(1);
    assert!(
        resettled
            .stdout
            .contains("Rejected rows: 1, of which 1 of the late facts"),
        "{}",
        resettled.stdout
    );
    let reject = &desk.rows("again/rejects.csv")[0];
    assert_eq!(
        (reject["file"].as_str(), reject["reason"].as_str()),
        ("late/med_type=21/c.csv", "repeated-id")
    );
    desk.yibao("settle --persons persons.csv --claims all --out all-at-once")
        .exits(0);
    assert_eq!(
        desk.json("again/run.json")["fingerprint"],
        desk.json("all-at-once/run.json")["fingerprint"]
    );
    // A chain, and the recorded files are found in the record alone.
    write_all(&desk, &[("later/med_type=21/x.csv", &stay("E", "2023-06-01"))]);
    desk.yibao("resettle --previous again --claims later/** --out third")
        .exits(0);
    assert_eq!(desk.json("third/run.json")["late"].as_array().unwrap().len(), 2);
    desk.yibao("resettle --previous again --claims later --out later/third")
        .fails_naming(&["lies in `later`, of which every table is read"]);
    desk.yibao("resettle --previous again --claims nowhere/* --out fourth")
        .fails_naming(&["no file matches `nowhere/*`"]);
}

#[test]
fn explain_and_cover_read_many_files_too() {
    let desk = Desk::with_good_files();
    write_all(
        &desk,
        &[("parts/a.csv", &claims(0..1)), ("parts/b.csv", &claims(1..4))],
    );
    let explain = |claims: &str| {
        desk.yibao(&format!(
            "explain --persons persons.csv --claims {claims} --claim B"
        ))
        .exits(0)
    };
    assert_eq!(explain("parts/*").stdout, explain("claims.csv").stdout);
    let header = "psn_no,year,pay_date";
    write_all(
        &desk,
        &[
            ("paid/a.csv", &format!("{header}\nP1,2023,2022-10-01\n")),
            ("paid/b.csv", &format!("{header}\nP1,2024,2023-10-01\n")),
        ],
    );
    for claims in ["", "--claims parts"] {
        let cover = desk
            .yibao(&format!(
                "cover --persons persons.csv --enrolments paid {claims} --person P1"
            ))
            .exits(0);
        assert!(cover.stdout.contains("2022-10-01 for 2023") && cover.stdout.contains("2023-10-01 for 2024"));
    }
}
