//! Texts to dense indices, without an allocation per text.

use crate::data::caseload::Names;
use std::hint::black_box;
use xxhash_rust::xxh3::xxh3_64;

/// Marks an empty slot.
const EMPTY: u64 = u64::MAX;

/// A set of texts, each with an index in order of first appearance.
#[derive(Default)]
pub(super) struct Interner {
    names: Names,
    /// Open addressing: the upper half of a slot is the tag of a name, the lower its index; or [`EMPTY`]. The length is a
    /// power of two, at most half full. With the tag in the slot, names that differ are told apart without a look at them.
    slots: Vec<u64>,
}

/// The part of a text's hash that an [`Interner`] goes by; it can be computed before, and elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag(u32);

impl Tag {
    /// The tag of a text.
    #[inline]
    pub(super) fn of(name: &str) -> Tag {
        Tag((xxh3_64(name.as_bytes()) >> 32) as u32)
    }
}

impl Interner {
    /// The index of `name`, and whether it is new.
    pub(super) fn intern(&mut self, name: &str) -> (u32, bool) {
        self.intern_tagged(name, Tag::of(name))
    }

    /// Like [`Interner::intern`], with the tag of `name` at hand.
    pub(super) fn intern_tagged(&mut self, name: &str, tag: Tag) -> (u32, bool) {
        if self.slots.len() < (self.names.len() + 1) * 2 {
            self.grow(self.names.len() + 1);
        }
        let slot = self.slot(name, tag);
        if self.slots[slot] != EMPTY {
            return (self.slots[slot] as u32, false);
        }
        let index = self.names.push(name);
        self.slots[slot] = filled(tag, index);
        (index, true)
    }

    /// Fetches the slots of names to come. Each is far from the others in memory, so waiting for all of them at once takes
    /// little longer than waiting for one.
    pub(super) fn look_ahead(&self, tags: &[Tag]) {
        if !self.slots.is_empty() {
            let slots = tags.iter().map(|&tag| self.slots[self.start(tag)]);
            black_box(slots.fold(0, u64::wrapping_add));
        }
    }

    /// The index of `name`, if it is known.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(name, Tag::of(name))];
        (slot != EMPTY).then_some(slot as u32)
    }

    /// The text at `index`.
    pub(super) fn name(&self, index: u32) -> &str {
        self.names.get(index)
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Where a tag's search begins. The upper bits decide, so that a table can grow by its tags alone.
    #[inline]
    fn start(&self, tag: Tag) -> usize {
        ((u64::from(tag.0) * self.slots.len() as u64) >> 32) as usize
    }

    /// The slot that holds `name`, or the empty one where it belongs.
    #[inline]
    fn slot(&self, name: &str, tag: Tag) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.start(tag);
        loop {
            let slot = self.slots[at];
            if slot == EMPTY || ((slot >> 32) as u32 == tag.0 && self.names.get(slot as u32) == name) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for `names` names at least, and enters every name again.
    fn grow(&mut self, names: usize) {
        let slots = (names * 2).next_power_of_two().max(64);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; slots]);
        let mask = slots - 1;
        for slot in old.into_iter().filter(|&slot| slot != EMPTY) {
            let mut at = self.start(Tag((slot >> 32) as u32));
            while self.slots[at] != EMPTY {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

/// A slot with a name in it.
fn filled(tag: Tag, index: u32) -> u64 {
    u64::from(tag.0) << 32 | u64::from(index)
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
