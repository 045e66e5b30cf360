//! Texts to dense indices, without an allocation per text.

use crate::data::ascent::{Ascent, Standing};
use crate::data::caseload::Names;
use std::hint::black_box;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// Marks an empty slot.
const EMPTY: u64 = u64::MAX;

/// A set of texts, each with an index in order of first appearance.
///
/// Ids mostly come in ascending order, or nearly so. Then their order tells which are new, and a table to search is made
/// only when a text comes quite out of order, or when one is looked for.
#[derive(Default)]
pub(super) struct Interner {
    names: Names,
    /// Holds for as long as there is no table.
    order: Ascent,
    /// Once there is one, it holds every name.
    slots: OnceLock<Slots>,
}

/// Open addressing: the upper half of a slot is the tag of a name, the lower its index; or [`EMPTY`]. The length is a
/// power of two, at most half full. With the tag in the slot, names that differ are told apart without a look at them.
struct Slots(Vec<u64>);

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
        if self.slots.get().is_none() {
            let next = self.names.len() as u32;
            match self.order.place(&self.names, next, name.as_bytes()) {
                Standing::New => return (self.names.push(name), true),
                Standing::Known(index) => return (index, false),
                Standing::Untold => {}
            }
        }
        self.intern_tagged(name, Tag::of(name))
    }

    /// Whether order tells which names are new: there is no table.
    pub(super) fn goes_by_order(&self) -> bool {
        self.slots.get().is_none()
    }

    /// Like [`Interner::intern`], by the table, with the tag of `name` at hand.
    pub(super) fn intern_tagged(&mut self, name: &str, tag: Tag) -> (u32, bool) {
        let names = &mut self.names;
        let mut slots = self.slots.take().unwrap_or_else(|| Slots::of(names));
        slots.make_room(names.len() + 1);
        let slot = slots.find(names, name, tag);
        let found = slots.0[slot];
        let (index, new) = if found == EMPTY {
            let index = names.push(name);
            slots.0[slot] = filled(tag, index);
            (index, true)
        } else {
            (found as u32, false)
        };
        self.slots = OnceLock::from(slots);
        (index, new)
    }

    /// Adds texts that differ, if their order tells that all of them are new; else does nothing.
    pub(super) fn append_new(&mut self, names: &Names, order: &Ascent) -> bool {
        let appends = self.goes_by_order() && self.order.append(&self.names, names, order);
        if appends {
            self.names.append(names, 0..names.len());
        }
        appends
    }

    /// Makes the table if there is none, and fetches the slots of names to come. Each is far from the others in memory, so
    /// waiting for all of them at once takes little longer than waiting for one.
    pub(super) fn look_ahead(&self, tags: &[Tag]) {
        let slots = self.searchable();
        let slots = tags.iter().map(|&tag| slots.0[slots.start(tag)]);
        black_box(slots.fold(0, u64::wrapping_add));
    }

    /// Room for so many more names.
    pub(super) fn reserve(&mut self, names: usize) {
        self.names.reserve(names);
    }

    /// As [`Interner::find`], without making a table if the order tells where `name` is. Slow for many.
    pub(super) fn find_by_order(&self, name: &str) -> Option<u32> {
        let found = self.goes_by_order().then(|| self.order.search(&self.names, name));
        found.flatten().or_else(|| self.find(name))
    }

    /// The index of `name`, if it is known.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        if self.names.is_empty() {
            return None;
        }
        let slots = self.searchable();
        let slot = slots.0[slots.find(&self.names, name, Tag::of(name))];
        (slot != EMPTY).then_some(slot as u32)
    }

    /// The text at `index`.
    #[inline]
    pub(super) fn name(&self, index: u32) -> &str {
        self.names.get(index)
    }

    /// The bytes of the text at `index`.
    #[inline]
    pub(super) fn bytes(&self, index: u32) -> &[u8] {
        self.names.bytes(index)
    }

    /// Hands over all texts, by index.
    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    fn searchable(&self) -> &Slots {
        self.slots.get_or_init(|| Slots::of(&self.names))
    }
}

impl Slots {
    /// A table of names that differ.
    fn of(names: &Names) -> Slots {
        let mut slots = Slots(vec![EMPTY; slots_for(names.len() + 1)]);
        for index in 0..names.len() as u32 {
            slots.enter(filled(Tag::of(names.get(index)), index));
        }
        slots
    }

    /// Where a tag's search begins. The upper bits decide, so that a table can grow by its tags alone.
    #[inline]
    fn start(&self, tag: Tag) -> usize {
        ((u64::from(tag.0) * self.0.len() as u64) >> 32) as usize
    }

    /// The slot that holds `name`, or the empty one where it belongs.
    #[inline]
    fn find(&self, names: &Names, name: &str, tag: Tag) -> usize {
        let mask = self.0.len() - 1;
        let mut at = self.start(tag);
        loop {
            let slot = self.0[at];
            if slot == EMPTY || ((slot >> 32) as u32 == tag.0 && names.get(slot as u32) == name) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for `names` names at least: if need be, enters every name again.
    fn make_room(&mut self, names: usize) {
        if self.0.len() < names * 2 {
            let old = std::mem::replace(&mut self.0, vec![EMPTY; slots_for(names)]);
            for slot in old.into_iter().filter(|&slot| slot != EMPTY) {
                self.enter(slot);
            }
        }
    }

    /// Enters a name that is not there yet.
    fn enter(&mut self, slot: u64) {
        let mask = self.0.len() - 1;
        let mut at = self.start(Tag((slot >> 32) as u32));
        while self.0[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.0[at] = slot;
    }
}

/// How many slots `names` names need.
fn slots_for(names: usize) -> usize {
    (names * 2).next_power_of_two().max(64)
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

    /// Whatever the order of appearance, and whenever the table is made.
    #[test]
    fn ascending_names_and_others_have_the_same_indices() {
        for searched_after in [0, 3, 7, 100] {
            let mut interner = Interner::default();
            let mut known: Vec<String> = Vec::new();
            let names = ["a", "b", "c", "c", "d", "b", "z", "y", "", "z", "zz", "a"];
            for (count, name) in names.into_iter().enumerate() {
                if count == searched_after {
                    assert_eq!(interner.find("none"), None);
                }
                let place = known.iter().position(|other| other == name);
                let expected = place.unwrap_or(known.len());
                assert_eq!(
                    interner.intern(name),
                    (expected as u32, place.is_none()),
                    "{name}"
                );
                if place.is_none() {
                    known.push(name.to_string());
                }
            }
            for (index, name) in known.iter().enumerate() {
                assert_eq!(interner.find(name), Some(index as u32));
            }
        }
    }
}
