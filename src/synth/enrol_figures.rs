//! `[population.enrolment]`: who enrols, when they pay, and what makes them leave.

use super::figure::{NOT_NEGATIVE, SHARE, Section};
use super::table::AgeTable;
use crate::figure::FigureNote;

/// Mean delays and spans; longer than the benefit year makes no sense.
const DAYS: (f64, f64) = (0.0, 366.0);
/// The parts of equal length that the days of a window are told apart by.
const QUARTERS: [&str; 4] = ["first", "second", "third", "last"];

/// How the residents of a synthetic city enrol for its year.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrolmentModel {
    /// Share of an age that never enrols. Each resident has a mark for life, and does not enrol while it is below this.
    pub never: AgeTable,
    /// Share of the others of an age that skips the year.
    pub lapse: AgeTable,
    /// Share of those enrolled by schools that pay in each quarter of the window; they sum to 1.
    pub paid_at_school: [f64; 4],
    /// The same of everyone else but newborns.
    pub paid_at_residence: [f64; 4],
    /// Share of payers, newborns aside, that come after the window has closed.
    pub late: f64,
    /// Over how many days after the window they do, evenly.
    pub late_days: f64,
    /// Share of payers that pay only a part.
    pub part: f64,
    /// Share of payers in the window that pay a second time in it.
    pub twice: f64,
    /// Share of payments whose amount is left blank.
    pub blank: f64,
    /// Those born since the window opened.
    pub newborns: NewbornModel,
    /// Those who take up work with employee insurance.
    pub into_jobs: JobModel,
    /// What else happens between the payment and the end of the window.
    pub leaving: LeavingModel,
    /// Share of those entitled to a refund that apply for it.
    pub refund_applied: f64,
    /// Mean days from what entitles them to the application.
    pub refund_days: f64,
}

/// `newborns`: those born since the window opened. Delays are exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewbornModel {
    /// Share that is not enrolled, in place of the shares by age.
    pub never: f64,
    /// Mean days from birth to registration.
    pub registered_days: f64,
    /// Mean days from registration to payment.
    pub paid_days: f64,
}

/// `into_jobs`: employee insurance that starts.
#[derive(Clone, Debug, PartialEq)]
pub struct JobModel {
    /// Starts per resident and year.
    pub per_head: f64,
    /// Starts by age; only the shape counts.
    pub ages: AgeTable,
    /// Share of them that ends again before the benefit year does, evenly over the days that are left.
    pub ended: f64,
    /// Share of those in employee insurance on the day on which they would pay that pay all the same.
    pub paid_anyway: f64,
}

/// `leaving`: events after the payment and within the window, of those who take up no job.
#[derive(Clone, Debug, PartialEq)]
pub struct LeavingModel {
    /// Share of an age that joins the army.
    pub enlisted: AgeTable,
    /// Share that moves the registration out of the city.
    pub moved_out: f64,
    /// Share of pupils and students that moves the student status out of the city.
    pub student_left: f64,
}

/// Reads the table `enrolment` of the scenario's `[population]`.
pub(super) fn enrolment_of(section: &Section, notes: &mut Vec<FigureNote>) -> EnrolmentModel {
    section.only(&[
        "never",
        "lapse",
        "paid_at_school",
        "paid_at_residence",
        "late",
        "late_days",
        "part",
        "twice",
        "blank",
        "refund_applied",
        "refund_days",
        "newborns",
        "into_jobs",
        "leaving",
    ]);
    EnrolmentModel {
        never: section.ages("never", "rate", SHARE, notes),
        lapse: section.ages("lapse", "rate", SHARE, notes),
        paid_at_school: quarters(section, "paid_at_school", notes),
        paid_at_residence: quarters(section, "paid_at_residence", notes),
        late: section.rate("late", notes),
        late_days: section.figure("late_days", "days", DAYS, notes),
        part: section.rate("part", notes),
        twice: section.rate("twice", notes),
        blank: section.rate("blank", notes),
        refund_applied: section.rate("refund_applied", notes),
        refund_days: section.figure("refund_days", "days", DAYS, notes),
        newborns: newborns(&section.section("newborns"), notes),
        into_jobs: into_jobs(&section.section("into_jobs"), notes),
        leaving: leaving(&section.section("leaving"), notes),
    }
}

fn quarters(section: &Section, key: &str, notes: &mut Vec<FigureNote>) -> [f64; 4] {
    let mix = section.mix(key, &QUARTERS, notes);
    std::array::from_fn(|quarter| mix[quarter])
}

fn newborns(section: &Section, notes: &mut Vec<FigureNote>) -> NewbornModel {
    section.only(&["never", "registered_days", "paid_days"]);
    NewbornModel {
        never: section.rate("never", notes),
        registered_days: section.figure("registered_days", "days", DAYS, notes),
        paid_days: section.figure("paid_days", "days", DAYS, notes),
    }
}

fn into_jobs(section: &Section, notes: &mut Vec<FigureNote>) -> JobModel {
    section.only(&["per_head", "ages", "ended", "paid_anyway"]);
    JobModel {
        per_head: section.figure("per_head", "per_head", SHARE, notes),
        ages: section.ages("ages", "ratio", NOT_NEGATIVE, notes),
        ended: section.rate("ended", notes),
        paid_anyway: section.rate("paid_anyway", notes),
    }
}

fn leaving(section: &Section, notes: &mut Vec<FigureNote>) -> LeavingModel {
    section.only(&["enlisted", "moved_out", "student_left"]);
    LeavingModel {
        enlisted: section.ages("enlisted", "rate", SHARE, notes),
        moved_out: section.rate("moved_out", notes),
        student_left: section.rate("student_left", notes),
    }
}
