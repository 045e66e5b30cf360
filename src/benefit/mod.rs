//! Chapter 3: benefits. One file per step of the waterfall; [`mod@settle`] strings them together.

mod admission;
pub mod assistance;
pub mod case;
pub mod ceiling;
pub mod claim;
pub mod critical_illness;
pub mod deductible;
pub mod disease;
pub mod exclusion;
pub mod fact;
pub mod fund_limit;
pub mod institution;
pub mod kind;
pub mod maternity;
pub mod out_of_area;
pub mod payout_ceiling;
pub mod person;
pub mod ratio;
pub mod record;
pub mod referral;
pub mod rule;
pub mod scope;
pub mod settle;
pub mod settlement;
pub mod special_account;
pub mod state;
pub mod tariff;
