//! A claim of a case: by national codes, or by the names of the scenario.

use crate::benefit::claim::{
    Claim, Delivery, DiseaseGroup, Exclusion, HospLv, InstitutionKind, MedType, OutOfArea, Referral, Stated,
};
use crate::benefit::kind::BenefitKind;
use crate::benefit::scope::{Amounts, Class, split_line};
use crate::benefit::tariff::{Level, Tariff};
use crate::cases::CaseClaim;
use crate::money::{Fen, Rate};
use crate::scenario::reader::Node;
use crate::scenario::{KINDS, Scenario};
use chrono::{Datelike, NaiveDate};

/// The keys of a claim, so that none is taken for unknown because an error kept it from being read.
const KEYS: [&str; 32] = [
    "id",
    "kind",
    "med_type",
    "level",
    "hosp_lv",
    "institution_kind",
    "institution",
    "designated",
    "on",
    "begin",
    "end",
    "total",
    "own_pay",
    "over_limit",
    "first_share",
    "in_scope",
    "lines",
    "out_of_area",
    "exclusion",
    "third_party",
    "delivery",
    "disease",
    "special_account",
    "family_doctor",
    "referral",
    "referred_on",
    "selected",
    "accident",
    "hospital",
    "reverses",
    "expect",
    "resettled",
];

/// A claim and its id. `None` after complaints.
pub(super) fn claim(
    scenario: &Scenario,
    node: &Node<'_>,
    year: Option<i32>,
    index: usize,
    institutions: &mut Vec<String>,
) -> Option<(String, Claim)> {
    node.knows(&KEYS);
    let id = if node.has("id") {
        node.text("id")?.to_string()
    } else {
        (index + 1).to_string()
    };
    let (begin, end) = days(node, year, index)?;
    let year = scenario.codebook().year_of.year(begin, end);
    let Some(tariff) = scenario.tariff(year) else {
        let key = if node.has("end") { "end" } else { "on" };
        node.complain(
            key,
            format!("the scenario has no figures for benefit year {year}"),
        );
        return None;
    };
    let (med_type, place) = (med_type(node, tariff), place(node, scenario, tariff));
    let bill = bill(node, scenario);
    let (med_type, (hosp_lv, institution_kind), bill) = (med_type?, place?, bill?);
    let flag = |key: &str| node.has(key) && node.flag(key).unwrap_or_default();
    let optional_flag = |key: &str| node.has(key).then(|| node.flag(key)).flatten();
    let amount = |key: &str| node.has(key).then(|| node.amount(key)).flatten();
    // Of claims of one day, the one that stands first in the file settles first.
    let settled_at = end.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::seconds(index as i64);
    let claim = Claim {
        begin,
        end,
        settled_at,
        total: bill.total,
        own_pay: bill.amounts.own_pay,
        over_limit: bill.amounts.over_limit,
        first_share: bill.amounts.first_share,
        in_scope: bill.amounts.in_scope,
        hospital_borne: bill.hospital,
        third_party: amount("third_party"),
        med_type,
        hosp_lv,
        institution_kind,
        institution: institution(node, institutions),
        designated: !node.has("designated") || node.flag("designated").unwrap_or_default(),
        out_of_area: choice(node, "out_of_area", &OutOfArea::ALL.map(|of| (of.name(), of)))
            .unwrap_or_default(),
        exclusion: choice(node, "exclusion", &Exclusion::ALL.map(|of| (of.name(), of))),
        delivery: choice(node, "delivery", &Delivery::ALL.map(|of| (of.name(), of))),
        special_account: flag("special_account"),
        disease: disease(node, tariff),
        family_doctor: flag("family_doctor"),
        referral: referral(node, begin)?,
        selected: Stated::from(optional_flag("selected")),
        accident: Stated::from(optional_flag("accident")),
    };
    Some((id, claim))
}

/// Whether there was a referral, and when. `None` after a complaint.
fn referral(node: &Node<'_>, begin: NaiveDate) -> Option<Referral> {
    let flag = node.has("referral").then(|| node.flag("referral")).flatten();
    let date = node.has("referred_on").then(|| node.day("referred_on")).flatten();
    let found = Referral::of(flag, date, begin);
    if found.is_none() {
        node.complain("referred_on", "there was no `referral`");
    }
    found
}

/// A reversal of an earlier claim of the case: its id, that claim at the time of the reversal, and which it is. `None` after
/// complaints.
pub(super) fn reversal(
    node: &Node<'_>,
    year: Option<i32>,
    index: usize,
    earlier: &[CaseClaim],
) -> Option<(String, Claim, Option<u32>)> {
    node.knows(&["id", "on", "reverses", "expect", "resettled"]);
    let id = if node.has("id") {
        node.text("id")?.to_string()
    } else {
        (index + 1).to_string()
    };
    let (on, _) = days(node, year, index)?;
    let whose = node.text("reverses")?;
    let original = earlier.iter().position(|claim| claim.id == whose);
    let Some((number, original)) = original.and_then(|at| Some((at, earlier.get(at)?))) else {
        node.complain("reverses", format!("`{whose}` is no claim before this one"));
        return None;
    };
    let number = u32::try_from(number).ok();
    if original.reverses.is_some() {
        node.complain("reverses", format!("`{whose}` is itself a reversal"));
        return None;
    }
    if earlier.iter().any(|claim| claim.reverses == number) {
        node.complain("reverses", format!("`{whose}` has been reversed already"));
        return None;
    }
    let settled_at = on.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::seconds(index as i64);
    if settled_at < original.claim.settled_at {
        node.complain(
            "reverses",
            format!("`{whose}` settles later, on {}", original.claim.end),
        );
        return None;
    }
    let claim = Claim {
        settled_at,
        ..original.claim.clone()
    };
    Some((id, claim, number))
}

fn choice<T: Copy>(node: &Node<'_>, key: &str, choices: &[(&str, T)]) -> Option<T> {
    node.has(key).then(|| node.choice(key, choices)).flatten()
}

/// First and last day.
fn days(node: &Node<'_>, year: Option<i32>, index: usize) -> Option<(NaiveDate, NaiveDate)> {
    if node.has("on") {
        if node.has("begin") || node.has("end") {
            node.complain("on", "give either `on`, or `begin` and `end`");
        }
        let on = node.day("on")?;
        return Some((on, on));
    }
    if node.has("begin") || node.has("end") {
        let (begin, end) = (node.day("begin"), node.day("end"));
        let days = (begin?, end?);
        if days.0 > days.1 {
            node.complain("end", "lies before `begin`");
            return None;
        }
        return Some(days);
    }
    let day = year.and_then(|year| day_of(year, index));
    if day.is_none() {
        let hint = "give `on = 2024-03-01`, or `begin` and `end`, or the case a `year`";
        node.complain_hinting("on", "this claim has no day", Some(hint.into()));
    }
    day.map(|day| (day, day))
}

/// The medical service type: a national code, or the first that the scenario settles as a kind of benefit.
fn med_type(node: &Node<'_>, tariff: &Tariff) -> Option<MedType> {
    if node.has("med_type") {
        if node.has("kind") {
            node.complain("med_type", "give either `kind` or `med_type`");
        }
        let code = node.text("med_type")?;
        let found = MedType::from_code(code);
        if found.is_none() {
            node.complain(
                "med_type",
                format!("`{code}` is not a national medical service type"),
            );
        }
        return found;
    }
    let kind: BenefitKind = node.choice("kind", &KINDS)?;
    let found = MedType::all().find(|med_type| tariff.kinds[med_type.index()] == Some(kind));
    if found.is_none() {
        node.complain("kind", "the scenario has no such benefit");
    }
    found
}

/// National level and kind of institution: as given, or the first that the scenario takes for one of its levels.
fn place(node: &Node<'_>, scenario: &Scenario, tariff: &Tariff) -> Option<(HospLv, InstitutionKind)> {
    if node.has("hosp_lv") {
        if node.has("level") {
            node.complain("hosp_lv", "give either `level` or `hosp_lv`");
        }
        let code = node.text("hosp_lv")?;
        let found = HospLv::from_code(code);
        if found.is_none() {
            node.complain(
                "hosp_lv",
                format!("`{code}` is not a national level code, 01 to 11"),
            );
        }
        return Some((found?, institution_kind(node, scenario)?));
    }
    let names = tariff.level_names.iter().enumerate();
    let levels: Vec<(&str, Level)> = names
        .map(|(index, [name, _])| (name.as_str(), Level(index as u8)))
        .collect();
    let level = node.choice("level", &levels)?;
    let given = node.has("institution_kind");
    let wanted = institution_kind(node, scenario)?;
    let mut places = HospLv::all().flat_map(|hosp_lv| {
        let kinds = 0..tariff.levels[hosp_lv.index()].len();
        kinds.map(move |kind| (hosp_lv, InstitutionKind(kind as u8)))
    });
    let found = places.find(|(hosp_lv, kind)| {
        let here = tariff.levels[hosp_lv.index()][usize::from(kind.0)] == Some(level);
        here && (!given || *kind == wanted)
    });
    if found.is_none() {
        node.complain("institution_kind", "no institution of this kind has that level");
    }
    found
}

fn institution_kind(node: &Node<'_>, scenario: &Scenario) -> Option<InstitutionKind> {
    if !node.has("institution_kind") {
        return Some(InstitutionKind::default());
    }
    let names = &scenario.codebook().institution_kinds;
    let numbered = names.iter().enumerate();
    let kinds: Vec<(&str, InstitutionKind)> = numbered
        .map(|(index, name)| (name.as_str(), InstitutionKind(index as u8 + 1)))
        .collect();
    node.choice("institution_kind", &kinds)
}

/// What tells institutions apart: the place of their name among those of the case; claims without one are all at the same.
fn institution(node: &Node<'_>, names: &mut Vec<String>) -> u32 {
    let Some(name) = node
        .has("institution")
        .then(|| node.text("institution"))
        .flatten()
    else {
        return 0;
    };
    let known = names.iter().position(|known| known == name);
    let index = known.unwrap_or_else(|| {
        names.push(name.to_string());
        names.len() - 1
    });
    index as u32 + 1
}

/// The disease group by its key in the scenario.
fn disease(node: &Node<'_>, tariff: &Tariff) -> Option<DiseaseGroup> {
    if !node.has("disease") {
        return None;
    }
    let kinds = tariff.tiers[0].benefits.iter().flatten();
    let groups: Vec<(&str, DiseaseGroup)> = kinds
        .flat_map(|terms| terms.diseases.iter().enumerate())
        .filter_map(|(index, terms)| Some((terms.as_ref()?.name.as_str(), DiseaseGroup(index as u8))))
        .collect();
    node.choice("disease", &groups)
}

/// A bill by scope.
struct Bill {
    total: Fen,
    amounts: Amounts,
    hospital: Fen,
}

/// The bill: fee lines, or amounts of which what is left out follows from the others.
fn bill(node: &Node<'_>, scenario: &Scenario) -> Option<Bill> {
    let given = |key: &str| node.has(key).then(|| node.amount(key));
    if node.has("lines") {
        let keys = ["total", "own_pay", "over_limit", "first_share", "in_scope"];
        if let Some(key) = keys.into_iter().find(|key| node.has(key)) {
            node.complain(key, "the `lines` say what the bill is");
            return None;
        }
        return lines(node, scenario);
    }
    let mut parts = [None; 3];
    for (part, key) in parts.iter_mut().zip(["own_pay", "over_limit", "first_share"]) {
        *part = match given(key) {
            Some(amount) => Some(amount?),
            None => None,
        };
    }
    let [own_pay, over_limit, first_share] = parts;
    let outside = sum(&parts);
    let (total, in_scope) = match (given("total"), given("in_scope")) {
        (Some(total), None) => (total?, total? - outside),
        (None, Some(in_scope)) => (in_scope? + outside, in_scope?),
        (Some(total), Some(in_scope)) => (total?, in_scope?),
        (None, None) => {
            node.complain(
                "total",
                "this claim has no amount; give `total`, `in_scope` or `lines`",
            );
            return None;
        }
    };
    if in_scope < Fen::ZERO || total != outside + in_scope {
        let message =
            format!("the parts do not add up: {total} is not {outside} out of scope and {in_scope} in scope");
        node.complain(if node.has("total") { "total" } else { "in_scope" }, message);
        return None;
    }
    let amounts = Amounts {
        own_pay: own_pay.unwrap_or_default(),
        over_limit: over_limit.unwrap_or_default(),
        first_share: first_share.unwrap_or_default(),
        in_scope,
    };
    let hospital = match given("hospital") {
        Some(amount) => amount?,
        None => Fen::ZERO,
    };
    if hospital > amounts.own_pay {
        node.complain("hospital", "the hospital bears no more than `own_pay`");
        return None;
    }
    Some(Bill {
        total,
        amounts,
        hospital,
    })
}

fn lines(node: &Node<'_>, scenario: &Scenario) -> Option<Bill> {
    let codebook = scenario.codebook();
    let classes = [("A", Class::A), ("B", Class::B), ("C", Class::OwnPay)];
    let mut bill = Bill {
        total: Fen::ZERO,
        amounts: Amounts::default(),
        hospital: Fen::ZERO,
    };
    let mut complete = true;
    for line in node.tables("lines") {
        line.knows(&["class", "amount", "over_limit", "first_share", "consent"]);
        let (class, amount) = (line.choice("class", &classes), line.amount("amount"));
        let over_limit = if line.has("over_limit") {
            line.amount("over_limit")
        } else {
            Some(Fen::ZERO)
        };
        let first_share = if line.has("first_share") {
            line.plain_rate("first_share")
        } else {
            Some(Rate::ZERO)
        };
        let consent = !line.has("consent") || line.flag("consent").unwrap_or_default();
        let (Some(class), Some(amount), Some(over_limit), Some(first_share)) =
            (class, amount, over_limit, first_share)
        else {
            complete = false;
            continue;
        };
        if over_limit > amount {
            line.complain("over_limit", "is more than the line's `amount`");
            complete = false;
        }
        let split = split_line(class, amount, over_limit, first_share, codebook.rounding);
        bill.total += amount;
        bill.amounts.own_pay += split.own_pay;
        bill.amounts.over_limit += split.over_limit;
        bill.amounts.first_share += split.first_share;
        bill.amounts.in_scope += split.in_scope;
        if !consent && codebook.hospital_bears_unconsented {
            bill.hospital += split.own_pay;
        }
    }
    complete.then_some(bill)
}

/// The day on which a claim of a case that gives none begins and ends: the first of March and the days after it, in the
/// order of the file.
fn day_of(year: i32, index: usize) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 3, 1)?;
    let day = first.checked_add_days(chrono::Days::new(index as u64))?;
    (day.year() == year).then_some(day)
}

/// The sum of the parts that are given.
fn sum(parts: &[Option<Fen>]) -> Fen {
    parts.iter().flatten().copied().sum()
}
