//! The names that a program settling claims needs: `use yibao::prelude::*`.

pub use crate::batch::settle_one;
pub use crate::benefit::case::Member;
pub use crate::benefit::claim::{Claim, Delivery, Exclusion, OutOfArea};
pub use crate::benefit::record::{Recorder, Silent, Trace};
pub use crate::benefit::settle::settle;
pub use crate::benefit::settlement::{Settlement, Status};
pub use crate::benefit::state::State;
pub use crate::insured::category::Category;
pub use crate::insured::person::{Identity, Person, Residence};
pub use crate::money::{Fen, Rate, Rounding};
pub use crate::scenario::Scenario;
