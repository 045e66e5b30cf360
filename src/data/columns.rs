//! The columns of the interchange files: names, aliases, what must be there, and how headers are matched to them.

use crate::data::error::DataError;
use crate::data::role::FileRole;

/// What a column holds, as far as the file format matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// Identifiers and other texts that hardly recur.
    Id,
    /// Codes, names, flags: texts that recur.
    Code,
    /// Identifiers that recur in rows which follow each other.
    Owner,
    /// Yuan.
    Amount,
    /// A proportion.
    Rate,
    /// A day, perhaps with a time.
    Day,
    /// Part of the contract, but nothing needs it yet.
    Unread,
}

/// One column of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnSpec {
    /// The national element name.
    pub(super) name: &'static str,
    /// Other names for it.
    pub(super) aliases: &'static [&'static str],
    /// Whether a file without it is unusable.
    pub(super) required: bool,
    /// What it holds.
    pub(super) kind: ColumnKind,
}

/// The columns of one kind of file, as an enum in the order of the contract.
pub(super) trait Column: Copy + 'static {
    /// The kind of file.
    const ROLE: FileRole;
    /// Its columns, in the order of the enum.
    const SPECS: &'static [ColumnSpec];
    /// Position in [`Column::SPECS`].
    fn index(self) -> usize;
    /// The national element name.
    fn name(self) -> &'static str {
        Self::SPECS[self.index()].name
    }
}

/// The columns of every kind of file.
const FILES: [(FileRole, &[ColumnSpec]); 6] = [
    (FileRole::Persons, PersonColumn::SPECS),
    (FileRole::Enrolments, EnrolmentColumn::SPECS),
    (FileRole::Events, EventColumn::SPECS),
    (FileRole::Institutions, InstitutionColumn::SPECS),
    (FileRole::Claims, ClaimColumn::SPECS),
    (FileRole::Lines, LineColumn::SPECS),
];

/// The name of a column of any file, or of none, as it stands in the program.
pub(super) fn known_name(name: &str) -> Option<&'static str> {
    let names = FILES
        .into_iter()
        .flat_map(|(_, specs)| specs)
        .map(|column| column.name);
    names.chain([""]).find(|&known| known == name)
}

/// The kind of file that has all its required columns among these headers; of several, the one that has most.
fn role_of(headers: &[String]) -> Option<FileRole> {
    let has = |spec: &ColumnSpec| {
        let one = std::slice::from_ref(spec);
        headers.iter().any(|header| find_spec(one, header).is_some())
    };
    let required = |specs: &'static [ColumnSpec]| specs.iter().filter(|spec| spec.required);
    let complete = FILES.into_iter().filter(|(_, specs)| required(specs).all(has));
    let most = complete.max_by_key(|(_, specs)| required(specs).count());
    most.map(|(role, _)| role)
}

/// Declares the columns of a file once, so that the enum and the table cannot drift apart.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident of $role:ident { $($variant:ident: $text:literal $kind:ident $required:literal [$($alias:literal),*];)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(dead_code)] // Columns of kind `Unread` are known, so that nobody is warned of them, and never asked for.
        pub(super) enum $name { $($variant),+ }

        impl Column for $name {
            const ROLE: FileRole = FileRole::$role;
            const SPECS: &'static [ColumnSpec] = &[$(ColumnSpec {
                name: $text,
                aliases: &[$($alias),*],
                required: $required,
                kind: ColumnKind::$kind,
            }),+];
            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

columns! {
    /// Columns of `persons`.
    PersonColumn of Persons {
        PsnNo: "psn_no" Id true [];
        Brdy: "brdy" Day true [];
        Gend: "gend" Code false [];
        PsnType: "psn_type" Code false [];
        InsuAdmdvs: "insu_admdvs" Code false ["insuplc_admdvs", "insu_optins"];
        Residence: "residence" Code false [];
        PsnIdetType: "psn_idet_type" Code false [];
        ClctGrde: "clct_grde" Code false [];
        DeathDate: "death_date" Day false [];
        LastPaidYear: "last_paid_year" Code false [];
    }
}

columns! {
    /// Columns of `enrolments`. The aliases are those of the national contribution records (人员缴费).
    EnrolmentColumn of Enrolments {
        PsnNo: "psn_no" Id true [];
        Year: "year" Code true [];
        PayDate: "pay_date" Day true ["clct_time"];
        Amount: "amount" Amount false ["psn_clct_amt"];
        RegisteredDate: "registered_date" Day false [];
    }
}

columns! {
    /// Columns of `events`.
    EventColumn of Events {
        PsnNo: "psn_no" Id true [];
        Event: "event" Code true [];
        EventDate: "event_date" Day true [];
    }
}

columns! {
    /// Columns of `institutions`.
    InstitutionColumn of Institutions {
        FixmedinsCode: "fixmedins_code" Code true [];
        HospLv: "hosp_lv" Code true [];
        Kind: "kind" Code false [];
        InsuAdmdvs: "insu_admdvs" Unread false ["insuplc_admdvs", "insu_optins"];
        DesignatedFrom: "designated_from" Day false [];
        DesignatedTo: "designated_to" Day false [];
    }
}

columns! {
    /// Columns of `claims`.
    ClaimColumn of Claims {
        MdtrtId: "mdtrt_id" Id true [];
        PsnNo: "psn_no" Owner true [];
        MedType: "med_type" Code true [];
        FixmedinsCode: "fixmedins_code" Code true [];
        Begntime: "begntime" Day true ["begndate", "adm_time"];
        Endtime: "endtime" Day true ["enddate", "dscg_time"];
        MedfeeSumamt: "medfee_sumamt" Amount true ["med_fee_sumamt"];
        SetlTime: "setl_time" Day false [];
        HospLv: "hosp_lv" Code false [];
        Insutype: "insutype" Code false [];
        FulamtOwnpayAmt: "fulamt_ownpay_amt" Amount false ["ownpay_amt"];
        OverlmtSelfpay: "overlmt_selfpay" Amount false ["overlmt_amt"];
        PreselfpayAmt: "preselfpay_amt" Amount false [];
        InscpScpAmt: "inscp_scp_amt" Amount false ["inscp_amt"];
        OutOfArea: "out_of_area" Code false [];
        ExclRea: "excl_rea" Code false [];
        TtpPayAmt: "ttp_pay_amt" Amount false [];
        SpecialAccount: "special_account" Code false [];
        MatnType: "matn_type" Code false [];
        DiseCodg: "dise_codg" Code false ["dise_no"];
        SignedFamilyDoctor: "signed_family_doctor" Code false [];
        OtpErReflFlag: "otp_er_refl_flag" Code false [];
        ReflDate: "refl_date" Day false [];
        SelectedInstitution: "selected_institution" Code false [];
        TrumFlag: "trum_flag" Code false [];
        RefdSetlFlag: "refd_setl_flag" Code false [];
        InitSetlId: "init_setl_id" Id false [];
    }
}

columns! {
    /// Columns of `lines`.
    LineColumn of Lines {
        MdtrtId: "mdtrt_id" Id true [];
        FeedetlSn: "feedetl_sn" Id true [];
        DetItemFeeSumamt: "det_item_fee_sumamt" Amount true [];
        ChrgitmLv: "chrgitm_lv" Code false [];
        SelfpayProp: "selfpay_prop" Rate false [];
        OverlmtAmt: "overlmt_amt" Amount false ["overlmt_selfpay"];
        Consent: "consent" Code false [];
    }
}

/// Where each column of a spec is in a file: its position among the headers.
pub(super) struct HeaderMatch {
    /// Per spec, the position of its header.
    pub(super) positions: Vec<Option<usize>>,
    /// Headers that no spec knows.
    pub(super) unknown: Vec<String>,
    /// Per constant that stands for a column which the file lacks, its spec and its own place.
    pub(super) constants: Vec<(usize, usize)>,
    /// The columns that both the file and a constant have.
    pub(super) doubled: Vec<&'static str>,
}

/// Matches headers to specs with case and underscores folded, then through aliases.
///
/// # Errors
/// [`DataError::TwoColumns`] or [`DataError::MissingColumn`].
pub(super) fn match_headers(
    path: &str,
    role: FileRole,
    specs: &'static [ColumnSpec],
    headers: &[String],
    constants: &[(String, String)],
) -> Result<HeaderMatch, DataError> {
    let mut positions: Vec<Option<usize>> = vec![None; specs.len()];
    let mut unknown = Vec::new();
    for (position, header) in headers.iter().enumerate() {
        match find_spec(specs, header) {
            None => unknown.push(header.clone()),
            Some(index) => match positions[index] {
                None => positions[index] = Some(position),
                Some(earlier) => {
                    return Err(DataError::TwoColumns {
                        path: path.to_string(),
                        column: specs[index].name,
                        first: headers[earlier].clone(),
                        second: header.clone(),
                    });
                }
            },
        }
    }
    let (constants, doubled) = match_constants(specs, &positions, constants);
    let is_constant = |spec| constants.iter().any(|&(of, _)| of == spec);
    let missing = specs
        .iter()
        .zip(&positions)
        .enumerate()
        .find(|&(index, (spec, position))| spec.required && position.is_none() && !is_constant(index));
    if let Some((_, (spec, _))) = missing {
        return Err(DataError::MissingColumn {
            path: path.to_string(),
            role,
            column: spec.name,
            nearest: nearest(spec, &unknown),
            delimiter: other_delimiter(headers),
            looks_like: role_of(headers),
        });
    }
    Ok(HeaderMatch {
        positions,
        unknown,
        constants,
        doubled,
    })
}

/// The spec that a header means.
fn find_spec(specs: &[ColumnSpec], header: &str) -> Option<usize> {
    let folded = fold(header);
    let known = |name: &&str| fold(name) == folded;
    let by_name = specs.iter().position(|spec| known(&spec.name));
    by_name.or_else(|| specs.iter().position(|spec| spec.aliases.iter().any(known)))
}

/// Which constants stand for columns that are not among the headers, and which columns are both. Of two names of a column
/// the last counts; a constant that no spec knows says nothing.
fn match_constants(
    specs: &[ColumnSpec],
    positions: &[Option<usize>],
    constants: &[(String, String)],
) -> (Vec<(usize, usize)>, Vec<&'static str>) {
    let (mut matched, mut doubled) = (Vec::new(), Vec::new());
    for (place, (name, _)) in constants.iter().enumerate() {
        match find_spec(specs, name) {
            Some(spec) if positions[spec].is_none() => {
                matched.retain(|&(of, _)| of != spec);
                matched.push((spec, place));
            }
            Some(spec) => doubled.push(specs[spec].name),
            None => {}
        }
    }
    (matched, doubled)
}

/// A header without case, underscores and surrounding blanks.
fn fold(header: &str) -> String {
    header
        .trim()
        .chars()
        .filter(|&c| c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The unknown header that most resembles the column or one of its aliases, if it resembles it enough to be a typo.
fn nearest(spec: &ColumnSpec, unknown: &[String]) -> Option<String> {
    let likeness = |header: &String| {
        let folded = fold(header);
        let names = std::iter::once(&spec.name).chain(spec.aliases);
        names
            .map(|name| strsim::jaro_winkler(&folded, &fold(name)))
            .fold(0.0, f64::max)
    };
    let best = unknown
        .iter()
        .map(|header| (likeness(header), header))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.8)
        .map(|(_, header)| header.clone())
}

/// What the header row is cut by, if it is one cell that holds another usual delimiter.
fn other_delimiter(headers: &[String]) -> Option<&'static str> {
    let [only] = headers else { return None };
    [
        ('\t', "tabs"),
        (';', "semicolons"),
        ('|', "vertical bars"),
        ('，', "Chinese commas"),
    ]
    .into_iter()
    .find(|(delimiter, _)| only.contains(*delimiter))
    .map(|(_, name)| name)
}
