//! A synthetic city: residents, how they enrol, their illnesses and their bills, from figures and a seed.
//!
//! Every draw is a function of (seed, person, year, purpose), never of how many draws came before. So any slice of a
//! city can be generated anywhere, in any order and on any number of threads, and two scenarios with the same
//! `[population]` and `[utilisation]` see the same people and the same illnesses whatever their tariffs; they enrol
//! in the window, and pay what is due, of their own city.
//!
//! [`CityModel`] holds the figures of one year, read from a scenario; [`Generator`] draws residents, payments and claims
//! from them; [`City`] is the outcome, ready to settle or to be written as interchange files.

mod arrivals;
mod bill;
mod city;
mod claims;
mod codes;
mod cohort;
mod days;
mod enrol;
mod enrol_figures;
mod expect;
mod figure;
mod flows;
mod generator;
mod illness;
mod institutions;
mod key;
mod life;
mod membership;
mod model;
mod parse;
mod people;
mod table;
mod write;

pub use arrivals::ArrivalModel;
pub use city::City;
pub use codes::{delivery_code, person_type_code, residence_code, sex_code};
pub use enrol_figures::{EnrolmentModel, JobModel, LeavingModel, NewbornModel};
pub use expect::Expected;
pub use figure::{FigureError, FigureProblem};
pub use flows::{AGE_BANDS, Departure, Entry, Fate, Flows, Heads, age_band};
pub use generator::{Generator, MAX_PERSONS, city};
pub use institutions::Institution;
pub use membership::insured_at_base_total;
pub use model::{
    AgeBand, ChronicModel, CityModel, DeliveryModel, DiseaseModel, DistrictShare, LagModel, Level,
    LevelModel, PopulationModel, ShareModel, StayModel, TierModel, UtilisationModel, VisitModel,
};
pub use people::Resident;
pub use table::{AgeTable, OLDEST};
pub use write::write_city;
