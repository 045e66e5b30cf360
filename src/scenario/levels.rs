//! The levels of institution that a scenario tells apart: `[levels]`.

use crate::benefit::claim::HospLv;
use crate::benefit::tariff::{Level, MAX_INSTITUTION_KINDS, MAX_LEVELS};
use crate::scenario::reader::Node;

/// The levels of institution that a scenario tells apart, and which national codes fall to each (Art. 22).
pub(super) struct Levels {
    /// The key of each, and its name in Chinese.
    pub(super) names: Vec<[String; 2]>,
    pub(super) table: [[Option<Level>; MAX_INSTITUTION_KINDS]; HospLv::TABLE_LEN],
}

impl Levels {
    /// The index and the key of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.names.iter().map(|[key, _]| key.as_str()).enumerate()
    }
}

/// Reads `[levels]`. `None` after complaints.
pub(super) fn levels(node: &Node<'_>) -> Option<Levels> {
    let names = node.keys();
    if names.len() > MAX_LEVELS {
        node.reader
            .complain(None, &node.path, format!("more than {MAX_LEVELS} levels"));
        return None;
    }
    let mut table = [[None; MAX_INSTITUTION_KINDS]; HospLv::TABLE_LEN];
    let (mut special, mut names_zh) = (Vec::new(), vec![String::new(); names.len()]);
    for (index, name) in names.iter().enumerate() {
        let level = Level(index as u8);
        let Some(row) = node.table(name) else { continue };
        names_zh[index] = row.text("name_zh").unwrap_or_default().to_string();
        let codes = row.texts("hosp_lv").unwrap_or_default();
        let kind = row
            .has("institution_kind")
            .then(|| row.text("institution_kind"))
            .flatten();
        for code in codes {
            let Some(hosp_lv) = HospLv::from_code(code) else {
                row.complain(
                    "hosp_lv",
                    format!("`{code}` is not a national level code, 01 to 11"),
                );
                continue;
            };
            match kind {
                Some(kind) => special.push((hosp_lv, node.reader.institution_kind(kind), level)),
                None if table[hosp_lv.index()][0].is_some() => {
                    row.complain("hosp_lv", format!("`{code}` already belongs to another level"));
                }
                None => table[hosp_lv.index()] = [Some(level); MAX_INSTITUTION_KINDS],
            }
        }
    }
    for (hosp_lv, kind, level) in special {
        table[hosp_lv.index()][usize::from(kind.0)] = Some(level);
    }
    let names = names
        .into_iter()
        .zip(names_zh)
        .map(|(key, name_zh)| [key, name_zh])
        .collect();
    Some(Levels { names, table })
}
