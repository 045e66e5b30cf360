//! Parquet in and out: the types that are read, and what is written read back.

use crate::{PERSONS, codebook, load_paths, seen, write};
use chrono::NaiveDateTime;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use yibao::data::settlements::COLUMNS;
use yibao::data::source::Source;
use yibao::data::writer::{Format, Kind, OutCell, OutColumn, TableWriter};
use yibao::data::{DataError, FileRole, Inputs, LoadOptions, Loaded, load_sources};
use yibao::money::{Fen, Rate};

/// Values of one column for [`write_raw`].
enum Raw {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Double(Vec<f64>),
    Text(Vec<&'static str>),
    Bytes(Vec<Vec<u8>>),
    Fixed(Vec<Vec<u8>>),
}

/// Writes a file with columns of any type, all values present.
fn write_raw(path: &Path, schema: &str, columns: &[Raw]) {
    write_groups(path, schema, &[columns], EnabledStatistics::Page);
}

/// Like [`write_raw`], in several row groups, with statistics or without.
fn write_groups(path: &Path, schema: &str, groups: &[&[Raw]], statistics: EnabledStatistics) {
    let schema = Arc::new(parse_message_type(&format!("message t {{ {schema} }}")).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(statistics);
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for columns in groups {
        write_group(&mut writer, columns);
    }
    writer.close().unwrap();
}

fn write_group(writer: &mut SerializedFileWriter<File>, columns: &[Raw]) {
    let mut group = writer.next_row_group().unwrap();
    for values in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let bytes = |values: &[Vec<u8>]| values.iter().cloned().map(ByteArray::from).collect::<Vec<_>>();
        let count = match (column.untyped(), values) {
            (ColumnWriter::BoolColumnWriter(c), Raw::Bool(v)) => c.write_batch(v, None, None),
            (ColumnWriter::Int32ColumnWriter(c), Raw::Int32(v)) => c.write_batch(v, None, None),
            (ColumnWriter::Int64ColumnWriter(c), Raw::Int64(v)) => c.write_batch(v, None, None),
            (ColumnWriter::DoubleColumnWriter(c), Raw::Double(v)) => c.write_batch(v, None, None),
            (ColumnWriter::ByteArrayColumnWriter(c), Raw::Text(v)) => c.write_batch(
                &v.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>(),
                None,
                None,
            ),
            (ColumnWriter::ByteArrayColumnWriter(c), Raw::Bytes(v)) => c.write_batch(&bytes(v), None, None),
            (ColumnWriter::FixedLenByteArrayColumnWriter(c), Raw::Fixed(v)) => {
                let values = bytes(v)
                    .into_iter()
                    .map(FixedLenByteArray::from)
                    .collect::<Vec<_>>();
                c.write_batch(&values, None, None)
            }
            _ => panic!("the schema says otherwise"),
        };
        assert!(count.unwrap() > 0);
        column.close().unwrap();
    }
    group.close().unwrap();
}

/// The usual claim, with the amount, the end and one more column given raw.
fn load_claim(schema: &str, columns: Vec<Raw>) -> Result<Loaded, DataError> {
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let claims = dir.path().join("claims.parquet");
    let schema = format!(
        "required binary mdtrt_id (UTF8); required binary psn_no; required int32 med_type; \
         required binary fixmedins_code (UTF8); required int32 hosp_lv; {schema}"
    );
    let mut all = vec![
        Raw::Text(vec!["C1"]),
        Raw::Text(vec!["P1"]),
        Raw::Int32(vec![21]),
        Raw::Text(vec!["H1"]),
        Raw::Int32(vec![11]),
    ];
    all.extend(columns);
    write_raw(&claims, &schema, &all);
    load_paths(&persons, &claims)
}

const DAYS: &str = "required int32 begntime (DATE); required int32 endtime (DATE);";

/// 2021-03-01 and 2021-03-09.
fn days() -> [Raw; 2] {
    [Raw::Int32(vec![18_687]), Raw::Int32(vec![18_695])]
}

#[track_caller]
fn total(amount: &str, values: Raw) -> Result<Fen, String> {
    let [begin, end] = days();
    let loaded = load_claim(&format!("{DAYS} required {amount};"), vec![begin, end, values]).unwrap();
    match loaded.caseload.claims.first() {
        Some(entry) => Ok(entry.claim.total),
        None => Err(loaded.rejects[0].reason.name().to_string()),
    }
}

#[test]
fn amounts_of_every_exact_type() {
    let fen = Fen::new(123_450);
    assert_eq!(
        total("int64 medfee_sumamt (DECIMAL(18,2))", Raw::Int64(vec![123_450])),
        Ok(fen)
    );
    assert_eq!(
        total("int32 medfee_sumamt (DECIMAL(9,1))", Raw::Int32(vec![12_345])),
        Ok(fen)
    );
    assert_eq!(
        total(
            "int64 medfee_sumamt (DECIMAL(18,4))",
            Raw::Int64(vec![12_345_000])
        ),
        Ok(fen)
    );
    let finer = total(
        "int64 medfee_sumamt (DECIMAL(18,4))",
        Raw::Int64(vec![12_345_001]),
    );
    assert_eq!(finer, Err("too-many-decimals".to_string()));
    let wide = 12_345_000i128.to_be_bytes().to_vec();
    let fixed = Raw::Fixed(vec![wide]);
    assert_eq!(
        total("fixed_len_byte_array(16) medfee_sumamt (DECIMAL(38,4))", fixed),
        Ok(fen)
    );
    let short = Raw::Bytes(vec![vec![0x01, 0xe2, 0x3a]]);
    assert_eq!(total("binary medfee_sumamt (DECIMAL(10,2))", short), Ok(fen));
    assert_eq!(
        total("binary medfee_sumamt (UTF8)", Raw::Text(vec!["1234.5"])),
        Ok(fen)
    );
    assert_eq!(
        total("int32 medfee_sumamt", Raw::Int32(vec![1234])),
        Ok(Fen::from_yuan(1234))
    );
    let unsigned = Raw::Int32(vec![1234]);
    assert_eq!(
        total("int32 medfee_sumamt (INTEGER(32,false))", unsigned),
        Ok(Fen::from_yuan(1234))
    );
}

#[test]
fn floats_are_refused() {
    let [begin, end] = days();
    let schema = format!("{DAYS} required double medfee_sumamt;");
    let error = load_claim(&schema, vec![begin, end, Raw::Double(vec![1.5])]).expect_err("a float");
    assert!(
        error.to_string().starts_with("column `medfee_sumamt` of "),
        "{error}"
    );
    let hint = error.hint().unwrap();
    assert_eq!(
        hint,
        "write amounts as DECIMAL(18,2), rates as DECIMAL(9,6), or both as text"
    );
    let [begin, end] = days();
    let schema = format!("{DAYS} required int32 medfee_sumamt; required double insutype;");
    let columns = vec![begin, end, Raw::Int32(vec![5]), Raw::Double(vec![390.0])];
    let error = load_claim(&schema, columns).expect_err("a float");
    assert_eq!(error.hint().unwrap(), "write codes as text and days as DATE");
    // A column that is not wanted may hold anything.
    let [begin, end] = days();
    let schema = format!("{DAYS} required int32 medfee_sumamt; required double weight;");
    let columns = vec![begin, end, Raw::Int32(vec![5]), Raw::Double(vec![3.3])];
    assert_eq!(load_claim(&schema, columns).unwrap().caseload.claims.len(), 1);
}

#[test]
fn types_that_cannot_be_read() {
    let schema = format!("{DAYS} required int32 medfee_sumamt; required int96 setl_time;");
    let error = {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.parquet");
        let message = format!(
            "message t {{ required binary mdtrt_id (UTF8); required binary psn_no (UTF8); required binary med_type (UTF8); \
             required binary fixmedins_code (UTF8); {schema} }}"
        );
        let file = File::create(&path).unwrap();
        let schema = Arc::new(parse_message_type(&message).unwrap());
        SerializedFileWriter::new(file, schema, Default::default())
            .unwrap()
            .close()
            .unwrap();
        let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
        load_paths(&persons, &path).expect_err("int96")
    };
    assert!(error.to_string().contains("column `setl_time`"), "{error}");
    assert!(error.hint().unwrap().contains("TIMESTAMP"));
    let [begin, end] = days();
    let schema = format!("{DAYS} required binary medfee_sumamt;");
    let error =
        load_claim(&schema, vec![begin, end, Raw::Bytes(vec![vec![0xff, 0xfe]])]).expect_err("no text");
    assert!(error.to_string().ends_with("is not UTF-8 text"), "{error}");
}

#[test]
fn times_of_every_unit() {
    let time: NaiveDateTime = "2021-03-10T08:30:00".parse().unwrap();
    let millis = time.and_utc().timestamp_millis();
    for (kind, value, warnings) in [
        ("TIMESTAMP(MILLIS,false)", millis, 0),
        ("TIMESTAMP(MICROS,false)", millis * 1_000, 0),
        ("TIMESTAMP(NANOS,false)", millis * 1_000_000, 0),
        ("TIMESTAMP(MILLIS,true)", millis - 8 * 3_600_000, 1),
    ] {
        let [begin, end] = days();
        let schema = format!("{DAYS} required int32 medfee_sumamt; required int64 setl_time ({kind});");
        let loaded = load_claim(
            &schema,
            vec![begin, end, Raw::Int32(vec![5]), Raw::Int64(vec![value])],
        )
        .unwrap();
        assert_eq!(loaded.caseload.claims[0].claim.settled_at, time, "{kind}");
        assert_eq!(loaded.warnings.len(), warnings, "{kind}");
    }
}

#[test]
fn booleans_are_flags_and_rows_are_counted_from_one() {
    let [begin, end] = days();
    let schema = format!("{DAYS} required int32 medfee_sumamt; required boolean special_account;");
    let loaded = load_claim(
        &schema,
        vec![begin, end, Raw::Int32(vec![5]), Raw::Bool(vec![true])],
    )
    .unwrap();
    assert!(loaded.caseload.claims[0].claim.special_account);
    assert_eq!(loaded.caseload.claims[0].line, 1);
    let schema = format!("{DAYS} required int32 medfee_sumamt;");
    let [begin, end] = days();
    let loaded = load_claim(&schema, vec![begin, end, Raw::Int32(vec![-5])]).unwrap();
    assert_eq!(
        seen(&loaded),
        [(
            FileRole::Claims,
            1,
            "medfee_sumamt",
            "-5".to_string(),
            "non-positive-total"
        )]
    );
}

#[test]
fn a_truncated_file_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let path = dir.path().join("claims.parquet");
    write_claims(&path, Format::Parquet, 10);
    let bytes = std::fs::read(&path).unwrap();
    for keep in [bytes.len() - 1, bytes.len() / 2, 5, 4] {
        std::fs::write(&path, &bytes[..keep]).unwrap();
        let error = load_paths(&persons, &path).expect_err("a file error");
        assert!(error.to_string().contains("cannot be read as Parquet"), "{error}");
    }
}

/// Whatever is in the bytes, the answer is a caseload or an error, never a panic.
#[test]
fn damaged_bytes_never_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("claims.parquet");
    write_claims(&path, Format::Parquet, 40);
    let good = std::fs::read(&path).unwrap();
    let codebook = codebook();
    let options = LoadOptions {
        codebook: &codebook,
        years: &[2021],
        only_year: None,
    };
    let mut state = 1u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut failures = 0;
    for _ in 0..2_000 {
        let mut bytes = good.clone();
        for _ in 0..=draw(3) {
            let at = 4 + draw(bytes.len() - 4);
            bytes[at] = draw(256) as u8;
        }
        let sources = Inputs::new(
            Source::from_reader("persons.csv", PERSONS.as_bytes()).unwrap(),
            Source::from_reader("claims.parquet", bytes.as_slice()).unwrap(),
        );
        failures += usize::from(load_sources(sources, &options).is_err());
    }
    assert!(failures > 0);
}

/// A claims table through the program's own writer.
fn write_claims(path: &Path, format: Format, rows: i64) {
    let columns = [
        OutColumn::new("mdtrt_id", Kind::Text),
        OutColumn::new("psn_no", Kind::Text),
        OutColumn::new("med_type", Kind::Text),
        OutColumn::new("fixmedins_code", Kind::Text),
        OutColumn::new("begntime", Kind::Date),
        OutColumn::new("endtime", Kind::Date),
        OutColumn::new("medfee_sumamt", Kind::Fen),
        OutColumn::new("setl_time", Kind::Time),
        OutColumn::new("hosp_lv", Kind::Text),
        OutColumn::new("preselfpay_amt", Kind::Fen),
    ];
    let mut table = TableWriter::create(path, format, &columns).unwrap();
    let begin = "2021-03-01".parse().unwrap();
    let time: NaiveDateTime = "2021-03-10T08:30:00".parse().unwrap();
    for row in 0..rows {
        let id = format!("C{row}");
        let blank_every = |n, cell| if row % n == 0 { OutCell::Blank } else { cell };
        table
            .row(&[
                OutCell::Text(&id),
                OutCell::Text(if row % 7 == 3 { "P9" } else { "P1" }),
                blank_every(11, OutCell::Text("21")),
                OutCell::Text("济南1"),
                OutCell::Date(begin),
                OutCell::Date(begin),
                OutCell::Fen(Fen::new(row * 101)),
                blank_every(3, OutCell::Time(time)),
                OutCell::Text("05"),
                blank_every(2, OutCell::Fen(Fen::new(row))),
            ])
            .unwrap();
    }
    assert_eq!(table.finish().unwrap(), rows as u64);
}

/// More rows than a batch and than a row group.
#[test]
fn csv_and_parquet_load_alike() {
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let load = |format: Format| {
        let path = dir.path().join(format!("claims.{}", format.extension()));
        write_claims(&path, format, 140_000);
        load_paths(&persons, &path).unwrap()
    };
    let (csv, parquet) = (load(Format::Csv), load(Format::Parquet));
    assert_eq!(csv.totals, parquet.totals);
    assert!(csv.totals.accepted.rows > 100_000 && csv.totals.rejected.rows > 20_000);
    assert_eq!(csv.caseload.claim_ids, parquet.caseload.claim_ids);
    for (a, b) in csv.caseload.claims.iter().zip(&parquet.caseload.claims) {
        assert_eq!((a.person, a.line - 1, &a.claim), (b.person, b.line, &b.claim));
    }
    for (a, b) in csv.rejects.iter().zip(&parquet.rejects) {
        assert_eq!(
            (a.line - 1, a.column, &a.value, a.reason),
            (b.line, b.column, &b.value, b.reason)
        );
    }
}

#[test]
fn parquet_from_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("claims");
    write_claims(&path, Format::Parquet, 3);
    let sources = Inputs::new(
        Source::from_reader("persons.csv", PERSONS.as_bytes()).unwrap(),
        Source::from_reader("-", File::open(&path).unwrap()).unwrap(),
    );
    let codebook = codebook();
    let options = LoadOptions {
        codebook: &codebook,
        years: &[2021],
        only_year: None,
    };
    assert_eq!(load_sources(sources, &options).unwrap().totals.read.rows, 3);
}

#[test]
fn what_is_written_has_the_promised_types_and_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.parquet");
    let columns = [
        OutColumn::new("text", Kind::Text),
        OutColumn::new("amount", Kind::Fen),
        OutColumn::new("rate", Kind::Rate),
        OutColumn::new("number", Kind::Int),
        OutColumn::new("statistic", Kind::Float),
        OutColumn::new("day", Kind::Date),
        OutColumn::new("time", Kind::Time),
    ];
    let mut table = TableWriter::create(&path, Format::Parquet, &columns).unwrap();
    let cells = [
        OutCell::Text("济南"),
        OutCell::Fen(Fen::new(-12_345)),
        OutCell::Rate(Rate::from_ppm(650_000)),
        OutCell::Int(i64::MIN),
        OutCell::Float(-0.1),
        OutCell::Date("1969-12-30".parse().unwrap()),
        OutCell::Time("2021-03-10T08:30:00".parse().unwrap()),
    ];
    table.row(&cells).unwrap();
    table.row(&[OutCell::Blank; 7]).unwrap();
    table.finish().unwrap();
    let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
    let rows: Vec<String> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    assert_eq!(
        rows,
        [
            "{text: \"济南\", amount: -123.45, rate: 0.650000, number: -9223372036854775808, statistic: -1E-1, day: 1969-12-30, \
             time: 2021-03-10 08:30:00.000000 +00:00}",
            "{text: null, amount: null, rate: null, number: null, statistic: null, day: null, time: null}",
        ]
    );
    let schema = reader.metadata().file_metadata().schema_descr();
    let kinds: Vec<String> = schema
        .columns()
        .iter()
        .map(|column| format!("{} {:?}", column.physical_type(), column.logical_type_ref()))
        .collect();
    assert!(
        kinds[1].starts_with("INT64 Some(Decimal")
            && kinds[1].contains("scale: 2")
            && kinds[1].contains("18")
    );
    assert!(kinds[2].starts_with("INT32 Some(Decimal") && kinds[2].contains("scale: 6"));
    assert_eq!(kinds[4], "DOUBLE None");
    assert!(kinds[6].contains("is_adjusted_to_u_t_c: false") && kinds[6].contains("MICROS"));
    assert_eq!(COLUMNS.len(), 29);
}

/// Rows for every way to store a column: few and many different values, ids in order and not, nulls, extremes.
fn many_kinds(row: i64) -> ([String; 3], [OutCell<'static>; 6]) {
    let mixed = row.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
    let texts = [
        format!("C{row:06}"),
        format!("{:x}", mixed as u64),
        format!("w{}", row % 5),
    ];
    let day: chrono::NaiveDate = "2021-03-01".parse().unwrap();
    let numbers = [
        OutCell::Int(mixed),
        OutCell::Int(if row % 2 == 0 { i64::MIN } else { i64::MAX }),
        if row % 7 < 3 {
            OutCell::Blank
        } else {
            OutCell::Fen(Fen::new(row * row % 100_003 - 50))
        },
        if row < 9_000 {
            OutCell::Blank
        } else {
            OutCell::Rate(Rate::from_ppm(650_000))
        },
        match row % 3 {
            0 => OutCell::Blank,
            // As many digits as a number can have.
            _ => OutCell::Float(mixed as f64 / 3.0),
        },
        OutCell::Date(day + chrono::Days::new(row as u64 % 9_000)),
    ];
    (texts, numbers)
}

/// Parts appended by turns with rows, and pieces joined, are the same table as rows alone.
#[test]
fn however_a_table_is_put_together_it_reads_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let columns = [
        OutColumn::new("id", Kind::Id),
        OutColumn::new("loose", Kind::Id),
        OutColumn::new("word", Kind::Code),
        OutColumn::new("text", Kind::Text),
        OutColumn::new("words", Kind::Text),
        OutColumn::new("none", Kind::Text),
        OutColumn::new("many", Kind::Int),
        OutColumn::new("extreme", Kind::Int),
        OutColumn::new("amount", Kind::Fen),
        OutColumn::new("rate", Kind::Rate),
        OutColumn::new("statistic", Kind::Float),
        OutColumn::new("day", Kind::Date),
    ];
    let cells = |row: i64, write: &mut dyn FnMut(OutCell<'_>)| {
        let ([id, loose, word], numbers) = many_kinds(row);
        let texts = [&id, &loose, &word, &loose, &word].map(|text| OutCell::Text(text));
        texts.into_iter().chain([OutCell::Text("")]).for_each(&mut *write);
        numbers.into_iter().for_each(write);
    };
    let (rows, half) = (20_000, 11_111);
    for format in [Format::Csv, Format::Parquet] {
        let path = |name: &str| dir.path().join(name).with_extension(format.extension());
        let by_rows = |name: &str, rows: std::ops::Range<i64>| {
            let mut table = TableWriter::create(&path(name), format, &columns).unwrap();
            for row in rows {
                table
                    .record(|part| cells(row, &mut |cell| part.cell(cell)))
                    .unwrap();
            }
            table.finish().unwrap()
        };
        assert_eq!(by_rows("whole", 0..rows), rows as u64);
        let first = by_rows("first", 0..half);
        let second = by_rows("second", half..rows);
        let mut joined = TableWriter::create(&path("joined"), format, &columns).unwrap();
        joined.append_file(&path("first"), first).unwrap();
        joined.append_file(&path("second"), second).unwrap();
        assert_eq!(joined.finish().unwrap(), rows as u64);

        let mut mixed = TableWriter::create(&path("mixed"), format, &columns).unwrap();
        let mut part = mixed.part();
        for row in 0..rows {
            if row < half {
                mixed
                    .record(|part| cells(row, &mut |cell| part.cell(cell)))
                    .unwrap();
            } else {
                cells(row, &mut |cell| part.cell(cell));
                part.end_row();
            }
            if row == half + 99 {
                mixed.append(part.encode().unwrap()).unwrap();
            }
        }
        mixed.append(part.encode().unwrap()).unwrap();
        assert_eq!(mixed.finish().unwrap(), rows as u64);

        let whole = read_back(&path("whole"), format);
        assert_eq!(whole.len(), rows as usize + usize::from(format == Format::Csv));
        assert!(read_back(&path("joined"), format) == whole, "{format:?}");
        assert!(read_back(&path("mixed"), format) == whole, "{format:?}");
        if format == Format::Parquet {
            for (row, found) in whole.iter().enumerate().step_by(37) {
                let mut expected = Vec::new();
                cells(row as i64, &mut |cell| expected.push(as_read(cell)));
                let names = columns.iter().zip(expected);
                let expected: Vec<String> = names
                    .map(|(column, cell)| format!("{}: {cell}", column.name))
                    .collect();
                assert_eq!(*found, format!("{{{}}}", expected.join(", ")), "{row}");
            }
        }
        let other = TableWriter::create(&path("other"), format, &columns[..3]).unwrap();
        other.finish().unwrap();
        let mut table = TableWriter::create(&path("table"), format, &columns).unwrap();
        assert!(matches!(
            table.append_file(&path("other"), 0),
            Err(DataError::Unwritable { .. })
        ));
    }
}

/// The rows of a table as texts.
fn read_back(path: &Path, format: Format) -> Vec<String> {
    if format == Format::Csv {
        return std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .map(str::to_string)
            .collect();
    }
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().to_string()).collect()
}

/// A cell as the Parquet reader prints it.
fn as_read(cell: OutCell<'_>) -> String {
    match cell {
        OutCell::Blank | OutCell::Text("") => "null".to_string(),
        OutCell::Text(text) => format!("\"{text}\""),
        OutCell::Fen(amount) => amount.to_string(),
        OutCell::Rate(rate) => format!("{}.{:06}", rate.ppm() / 1_000_000, rate.ppm() % 1_000_000),
        OutCell::Int(number) => number.to_string(),
        OutCell::Float(number) => parquet::record::Field::Double(number).to_string(),
        OutCell::Date(date) => date.to_string(),
        OutCell::Time(time) => time.to_string(),
    }
}

/// What the statistics say of the columns is true, so that readers may skip by it.
#[test]
fn statistics_are_those_of_the_values() {
    use parquet::file::statistics::Statistics;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.parquet");
    let columns = [
        OutColumn::new("id", Kind::Id),
        OutColumn::new("loose", Kind::Id),
        OutColumn::new("word", Kind::Code),
        OutColumn::new("amount", Kind::Fen),
    ];
    let mut table = TableWriter::create(&path, Format::Parquet, &columns).unwrap();
    for (id, loose, word, amount) in [("a", "z", "x", 5), ("ab", "a", "b", -7), ("b", "k", "c", 3)] {
        let texts = [id, loose, word].map(OutCell::Text);
        table
            .row(&[texts[0], texts[1], texts[2], OutCell::Fen(Fen::new(amount))])
            .unwrap();
    }
    table
        .row(&[OutCell::Text("c"), OutCell::Blank, OutCell::Blank, OutCell::Blank])
        .unwrap();
    table.finish().unwrap();
    let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
    let group = reader.metadata().row_group(0);
    let of = |column: usize| group.column(column).statistics().unwrap();
    let text = |column: usize| {
        let bound = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
        let statistics = of(column);
        (
            bound(statistics.min_bytes_opt()),
            bound(statistics.max_bytes_opt()),
            statistics.null_count_opt(),
        )
    };
    let some = |text: &str| Some(text.to_string());
    assert_eq!(text(0), (some("a"), some("c"), Some(0)));
    assert_eq!(text(1), (None, None, Some(1)));
    assert_eq!(text(2), (some("b"), some("x"), Some(1)));
    let Statistics::Int64(amounts) = of(3) else {
        panic!("{:?}", of(3));
    };
    assert_eq!((amounts.min_opt(), amounts.max_opt()), (Some(&-7), Some(&5)));
}

/// A claim in short: id, person, first and last day as days since 1970, flag, and the claim it reverses.
type Short = (&'static str, &'static str, i32, i32, i32, &'static str);

/// 2020-03-01 and 2021-03-01.
const IN_2020: i32 = 18_322;
const IN_2021: i32 = 18_687;

/// Row groups of the years 2020, 2021 and both, with rows that are rejected, repeated or of nobody.
fn groups_by_year(reversal_in_2020: bool) -> [Vec<Short>; 3] {
    let mut early = vec![
        ("A1", "P1", IN_2020, IN_2020, 0, ""),
        ("A2", "P9", IN_2020, IN_2020, 0, ""),
        ("A3", "P1", IN_2020, IN_2020 - 1, 0, ""),
        ("A1", "P2", IN_2020, IN_2020, 0, ""),
        (" ", "P2", IN_2020, IN_2020, 0, ""),
    ];
    if reversal_in_2020 {
        early.push(("R1", "P1", IN_2020, IN_2020, 1, "B1"));
    }
    let late = vec![
        ("B1", "P1", IN_2021, IN_2021, 0, ""),
        ("A2", "P1", IN_2021, IN_2021, 0, ""),
        ("B2", "P9", IN_2021, IN_2021, 0, ""),
    ];
    let both = vec![
        ("C1", "P2", IN_2020, IN_2021, 0, ""),
        ("C2", "P2", IN_2020, IN_2020, 0, ""),
    ];
    [early, late, both]
}

/// What loading 2021 alone makes of a file: claims, totals, counts, and rejects with the number of their row.
fn year_2021(claims: &Path, header_lines: u64) -> String {
    let dir = tempfile::tempdir().unwrap();
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    let inputs = Inputs::new(Source::open(&persons).unwrap(), Source::open(claims).unwrap());
    let codebook = codebook();
    let options = LoadOptions {
        codebook: &codebook,
        years: &[2020, 2021],
        only_year: Some(2021),
    };
    let loaded = load_sources(inputs, &options).unwrap();
    let claims = loaded.caseload.claims.iter().map(|claim| &claim.claim);
    let file = &loaded.files[1];
    let counts = [
        file.rows,
        file.accepted,
        file.rejected,
        file.skipped,
        file.replaced,
    ];
    let rejects = loaded.rejects.iter().map(|reject| {
        let ids = (&reject.mdtrt_id, &reject.psn_no, reject.amount);
        (reject.line - header_lines, reject.column, &reject.sentence, ids)
    });
    format!(
        "{:?}\n{:?}\n{:?}\n{counts:?}\n{:?}\n{:#?}",
        claims.collect::<Vec<_>>(),
        loaded.caseload.claim_ids,
        loaded.totals,
        file.latest,
        rejects.collect::<Vec<_>>(),
    )
}

/// Row groups of other years are read in part, with the result of reading them whole.
#[test]
fn row_groups_of_other_years_give_what_the_same_rows_give_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let schema = "required binary mdtrt_id (UTF8); required binary psn_no (UTF8); required int32 med_type; \
         required binary fixmedins_code (UTF8); required int32 hosp_lv; required int32 begntime (DATE); \
         required int32 endtime (DATE); required int64 medfee_sumamt (DECIMAL(18,2));";
    let flags = "required int32 refd_setl_flag; required binary init_setl_id (UTF8);";
    for (with_flags, reversal) in [(false, false), (true, false), (true, true)] {
        let groups = groups_by_year(reversal);
        let mut csv = "mdtrt_id,psn_no,med_type,fixmedins_code,hosp_lv,begntime,endtime,medfee_sumamt,\
             refd_setl_flag,init_setl_id\n"
            .to_string();
        let mut raw = Vec::new();
        for rows in &groups {
            let day = |day: i32| chrono::NaiveDate::from_epoch_days(day).unwrap();
            let yuan = |flag: i32| if flag == 1 { -10 } else { 10 };
            for &(id, person, begin, end, flag, original) in rows {
                let (begin, end, yuan) = (day(begin), day(end), yuan(flag));
                csv += &format!("{id},{person},21,H1,11,{begin},{end},{yuan}.00,{flag},{original}\n");
            }
            let mut columns = vec![
                Raw::Text(rows.iter().map(|row| row.0).collect()),
                Raw::Text(rows.iter().map(|row| row.1).collect()),
                Raw::Int32(vec![21; rows.len()]),
                Raw::Text(vec!["H1"; rows.len()]),
                Raw::Int32(vec![11; rows.len()]),
                Raw::Int32(rows.iter().map(|row| row.2).collect()),
                Raw::Int32(rows.iter().map(|row| row.3).collect()),
                Raw::Int64(rows.iter().map(|row| i64::from(yuan(row.4)) * 100).collect()),
            ];
            if with_flags {
                columns.push(Raw::Int32(rows.iter().map(|row| row.4).collect()));
                columns.push(Raw::Text(rows.iter().map(|row| row.5).collect()));
            }
            raw.push(columns);
        }
        let expected = year_2021(&write(&dir, "claims.csv", csv.as_bytes()), 1);
        let schema = format!("{schema} {}", if with_flags { flags } else { "" });
        let groups: Vec<&[Raw]> = raw.iter().map(Vec::as_slice).collect();
        for statistics in [EnabledStatistics::Page, EnabledStatistics::None] {
            let path = dir.path().join("claims.parquet");
            write_groups(&path, &schema, &groups, statistics);
            assert_eq!(
                year_2021(&path, 0),
                expected,
                "{with_flags} {reversal} {statistics:?}"
            );
        }
    }
}

/// Columns that are not needed are not even decoded: text that is none is found only where it is looked at.
#[test]
fn what_a_row_group_of_another_year_does_not_need_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let schema = "required binary mdtrt_id (UTF8); required binary psn_no (UTF8); required binary med_type (UTF8); \
         required binary fixmedins_code (UTF8); required int32 begntime (DATE); required int32 endtime (DATE); \
         required int64 medfee_sumamt (DECIMAL(18,2));";
    let columns = [
        Raw::Text(vec!["A1"]),
        Raw::Text(vec!["P1"]),
        Raw::Bytes(vec![vec![0xff]]),
        Raw::Text(vec!["H1"]),
        Raw::Int32(vec![IN_2020]),
        Raw::Int32(vec![IN_2020]),
        Raw::Int64(vec![1000]),
    ];
    let path = dir.path().join("claims.parquet");
    write_groups(&path, schema, &[&columns], EnabledStatistics::Chunk);
    assert!(year_2021(&path, 0).contains("[1, 0, 0, 1, 0]"));
    let persons = write(&dir, "persons.csv", PERSONS.as_bytes());
    assert!(matches!(
        load_paths(&persons, &path),
        Err(DataError::UnsupportedColumn { .. })
    ));
}
