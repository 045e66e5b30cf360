//! Amounts that are a share of a stated income: `{ rate = 0.5, of = "disposable_income", ... }`.

use super::Node;
use crate::figure::Cited;
use crate::money::{Fen, Rounding};
use crate::scenario::source::nearest;
use toml_edit::Item;

impl Node<'_> {
    /// Reads `[income]` for the reader's year; on the root.
    pub(crate) fn read_incomes(&self) {
        let Some(table) = self.optional_table("income") else {
            return;
        };
        let incomes = table.keys().into_iter();
        let incomes = incomes.filter_map(|name| table.yuan(&name).map(|cited| (name, cited.value)));
        *self.reader.incomes.borrow_mut() = incomes.collect();
    }

    pub(super) fn is_share_of_income(&self, key: &str) -> bool {
        let table = self.item(key).and_then(Item::as_table_like);
        table.is_some_and(|table| table.contains_key("of"))
    }

    /// The amount, rounded half-up to the fen.
    pub(super) fn share_of_income(&self, key: &str) -> Option<Cited<Fen>> {
        let name = self.optional_table(key).and_then(|table| table.text("of"));
        let (rate, name) = (self.rate(key), name?);
        let incomes = self.reader.incomes.borrow();
        let Some(income) = incomes.get(name) else {
            let near = nearest(name, incomes.keys().map(String::as_str));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("give it as `[income]` with `{name} = {{ yuan = ... }}`"),
            };
            self.complain_hinting(key, format!("there is no income `{name}`"), Some(hint));
            return None;
        };
        let rate = rate?;
        Some(Cited {
            value: income.times(rate.value, Rounding::HalfUp),
            figure: rate.figure,
        })
    }
}
