//! Texts to dense indices, without an allocation per text.

use crate::data::caseload::Names;
use xxhash_rust::xxh3::xxh3_64;

/// Marks an empty slot.
const EMPTY: u32 = u32::MAX;

/// A set of texts, each with an index in order of first appearance.
#[derive(Default)]
pub(super) struct Interner {
    names: Names,
    /// Open addressing: index of a name, or [`EMPTY`]; the length is a power of two, at most half full.
    slots: Vec<u32>,
}

impl Interner {
    /// The index of `name`, and whether it is new.
    pub(super) fn intern(&mut self, name: &str) -> (u32, bool) {
        if self.slots.len() < (self.names.len() + 1) * 2 {
            self.grow();
        }
        let slot = self.slot(name);
        if self.slots[slot] != EMPTY {
            return (self.slots[slot], false);
        }
        self.slots[slot] = self.names.push(name);
        (self.slots[slot], true)
    }

    /// The index of `name`, if it is known.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(name)]).filter(|&index| index != EMPTY)
    }

    /// The text at `index`.
    pub(super) fn name(&self, index: u32) -> &str {
        self.names.get(index)
    }

    /// The slot that holds `name`, or the empty one where it belongs.
    fn slot(&self, name: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = xxh3_64(name.as_bytes()) as usize & mask;
        while self.slots[slot] != EMPTY && self.names.get(self.slots[slot]) != name {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Doubles the table and enters every name again.
    fn grow(&mut self) {
        self.slots = vec![EMPTY; (self.slots.len() * 2).max(64)];
        for index in 0..self.names.len() as u32 {
            let slot = self.slot(self.names.get(index));
            self.slots[slot] = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_dense_and_in_order_of_appearance() {
        let mut interner = Interner::default();
        for n in 0..1000u32 {
            assert_eq!(interner.intern(&format!("id{n}")), (n, true));
        }
        assert_eq!(interner.intern("id500"), (500, false));
        assert_eq!(interner.find("id999"), Some(999));
        assert_eq!(interner.find("none"), None);
        assert_eq!(interner.name(7), "id7");
    }
}
