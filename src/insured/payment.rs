//! A payment for a benefit year (缴费), and what became of it: taken by a route, or refused for a reason.
//! [`enrolment`](crate::insured::enrolment) decides which.

use crate::article::Article;
use crate::insured::category::Category;
use crate::insured::contribution::Due;
use crate::money::Fen;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One row of the `enrolments` file: a payment for a benefit year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// `year`: the benefit year.
    pub year: i32,
    /// `pay_date`.
    pub paid_on: NaiveDate,
    /// `amount`: what the person paid; `None` for a blank, which means what is due.
    pub amount: Option<Fen>,
    /// `registered_date`: when a newborn was registered, if given.
    pub registered_on: Option<NaiveDate>,
}

/// By which rule a payment was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Route {
    /// Paid in the window, or presumed to be (Art. 8).
    Window,
    /// A newborn in time, or presumed to be: covered from birth (Art. 14(2)).
    NewbornFromBirth,
    /// A newborn later: covered from the month after (Art. 14(2)).
    NewbornLater,
    /// After the window, where a city allows it.
    Late,
    /// A missed year that was bought back; it covers nothing.
    BuyBack,
}

impl Route {
    /// Every route.
    pub const ALL: [Route; 5] = [
        Route::Window,
        Route::NewbornFromBirth,
        Route::NewbornLater,
        Route::Late,
        Route::BuyBack,
    ];

    /// The name in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Route::Window => "window",
            Route::NewbornFromBirth => "newborn-from-birth",
            Route::NewbornLater => "newborn-later",
            Route::Late => "late",
            Route::BuyBack => "buy-back",
        }
    }

    /// The article that it rests on.
    pub const fn article(self) -> Article {
        match self {
            Route::Window | Route::Late | Route::BuyBack => Article::whole(8),
            Route::NewbornFromBirth | Route::NewbornLater => Article::part(14, 2),
        }
    }
}

/// Why a payment was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The scenario has no figures for the benefit year.
    NoFiguresForYear,
    /// For a year before the person's birth, or paid before it.
    BeforeBirth,
    /// Paid after the person's death.
    AfterDeath,
    /// A newborn's payment before the registration (Art. 8).
    BeforeRegistration,
    /// Not in the window, and by no other route (Art. 8).
    OutsideWindow,
    /// Cover would begin after the end of the benefit year (Art. 14(2)).
    NothingLeft,
    /// The person is of the employee scheme (Art. 2).
    EmployeeScheme,
    /// The person neither is registered, nor holds a residence permit, nor studies here (Art. 2).
    NoResidence,
    /// The year is paid for already (Art. 8).
    SecondPayment,
    /// Less than what is due, which is so much (Art. 8).
    PartPayment(Fen),
    /// More than what is due, which is so much (Art. 8).
    Overpayment(Fen),
    /// Employee insurance leaves no day of cover (Art. 11).
    EmployeeInsured,
    /// A year is to be bought back that was not missed.
    NotMissed,
}

impl Refusal {
    /// Every reason; amounts stand at zero.
    pub const ALL: [Refusal; 13] = [
        Refusal::NoFiguresForYear,
        Refusal::BeforeBirth,
        Refusal::AfterDeath,
        Refusal::BeforeRegistration,
        Refusal::OutsideWindow,
        Refusal::NothingLeft,
        Refusal::EmployeeScheme,
        Refusal::NoResidence,
        Refusal::SecondPayment,
        Refusal::PartPayment(Fen::ZERO),
        Refusal::Overpayment(Fen::ZERO),
        Refusal::EmployeeInsured,
        Refusal::NotMissed,
    ];

    /// The code in `rejects.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::NoFiguresForYear => "no-figures-for-year",
            Refusal::BeforeBirth => "before-birth",
            Refusal::AfterDeath => "after-death",
            Refusal::BeforeRegistration => "before-registration",
            Refusal::OutsideWindow => "outside-window",
            Refusal::NothingLeft => "nothing-left",
            Refusal::EmployeeScheme => "employee-scheme",
            Refusal::NoResidence => "no-residence",
            Refusal::SecondPayment => "second-payment",
            Refusal::PartPayment(_) => "part-payment",
            Refusal::Overpayment(_) => "overpayment",
            Refusal::EmployeeInsured => "employee-insured",
            Refusal::NotMissed => "not-missed",
        }
    }

    /// The article that it rests on.
    pub const fn article(self) -> Article {
        match self {
            Refusal::NoFiguresForYear => Article::whole(32),
            Refusal::EmployeeScheme | Refusal::NoResidence => Article::whole(2),
            Refusal::NothingLeft => Article::whole(14),
            Refusal::EmployeeInsured => Article::whole(11),
            Refusal::BeforeBirth
            | Refusal::AfterDeath
            | Refusal::BeforeRegistration
            | Refusal::OutsideWindow
            | Refusal::SecondPayment
            | Refusal::PartPayment(_)
            | Refusal::Overpayment(_)
            | Refusal::NotMissed => Article::whole(8),
        }
    }
}

/// What became of a payment that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It covers the days from [`Purchase::cover_from`] on, less those of employee insurance, to death or year's end.
    Covers,
    /// Undone on application of that day (Art. 9).
    Refunded(NaiveDate),
    /// The person died before the cover began, and nobody applied.
    Lapsed,
    /// It bought back a missed year.
    BoughtBack,
}

/// A payment that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The benefit year that was paid for.
    pub year: i32,
    /// When the person paid.
    pub paid_on: NaiveDate,
    /// By which rule it was taken.
    pub route: Route,
    /// The category for the whole benefit year (Art. 2).
    pub category: Category,
    /// The contribution tier (`clct_grde`): 0 is the plain one.
    pub tier: u8,
    /// What is due, by payer; the person has paid their part.
    pub due: Due,
    /// The first day of cover, before employee insurance is taken out.
    pub cover_from: NaiveDate,
    /// What became of it.
    pub fate: Fate,
}
