//! Random lives that sit on the boundaries.

use crate::calendar::{Date, date, days_of_month};
use crate::law::{Event, Life, Payment, due, window};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The same lives for the same seed, one after the other.
pub struct Lives {
    rng: ChaCha8Rng,
}

impl Lives {
    pub fn from_seed(seed: u64) -> Lives {
        Lives {
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    pub fn life(&mut self) -> Life {
        let year = self.rng.random_range(2020..=2024);
        let birth = self.birth(year);
        let mut life = Life {
            birth,
            death: None,
            psn_type: self.pick(&[
                "", "", "", "1401", "1501", "1601", "1402", "1403", "1404", "1404", "1101", "13",
            ]),
            residence: self.pick(&["registered", "registered", "registered", "permit", "none"]),
            psn_idet_type: self.pick(&[
                "ordinary",
                "ordinary",
                "ordinary",
                "ordinary",
                "ordinary",
                "dibao",
                "extreme-poverty",
                "severe-disability",
                "entitled-group",
            ]),
            payments: Vec::new(),
            events: Vec::new(),
        };
        for _ in 0..self.pick(&[0, 1, 1, 1, 2, 2, 3, 4]) {
            let payment = self.payment(&life, year);
            life.payments.push(payment);
        }
        if self.chance(25) {
            life.death = Some(self.near(&life, year).max(birth));
        }
        if self.chance(60) {
            self.events(&mut life, year);
        }
        life.payments.shuffle(&mut self.rng);
        life.events.shuffle(&mut self.rng);
        life
    }

    fn birth(&mut self, year: i32) -> Date {
        let born = match self.rng.random_range(0..10) {
            0..=4 => year - self.pick(&[0, 0, 1, 1, 2, -1]),
            5 | 6 => year - 18 + self.pick(&[-1, 0, 0, 1]),
            _ => self.rng.random_range(1935..=2015),
        };
        let special = [
            (1, 1),
            (1, 2),
            (2, 28),
            (2, 29),
            (3, 31),
            (5, 31),
            (6, 30),
            (8, 30),
            (8, 31),
            (9, 1),
            (10, 31),
            (12, 1),
            (12, 30),
            (12, 31),
        ];
        if self.chance(60) {
            let (month, day) = self.pick(&special);
            date(born, month, day.min(days_of_month(born, month)))
        } else {
            self.day_of(born)
        }
    }

    fn payment(&mut self, life: &Life, focus: i32) -> Payment {
        let year = if self.chance(4) {
            self.pick(&[2018, 2019, 2025, 2026])
        } else {
            (focus + self.pick(&[0, 0, 0, 0, 1, 1, -1])).clamp(2020, 2024)
        };
        let pay_date = match self.rng.random_range(0..10) {
            0..=3 => {
                let (first, last) = window(year);
                let boundaries = [
                    first.previous(),
                    first,
                    first.next(),
                    last.previous(),
                    last,
                    last.next(),
                ];
                self.pick(&boundaries)
            }
            4 => {
                let month = self.rng.random_range(9..=12);
                date(year - 1, month, self.rng.random_range(1..=30))
            }
            5..=7 => {
                let around = self.newborn_days(life.birth);
                self.pick(&around)
            }
            8 => {
                let whole = year - self.pick(&[0, 1]);
                self.day_of(whole)
            }
            _ => self.near(life, focus),
        };
        let amount = match self.rng.random_range(0..20) {
            0..=7 => None,
            8 => Some(0),
            9 => Some(30_000),
            drawn if (2020..=2024).contains(&year) => {
                let category = self.pick(&["adult", "minor"]);
                let exact = due(year, category, life.psn_idet_type);
                let off = [-5_000, -1, 1, 3_000];
                Some((exact + if drawn < 13 { self.pick(&off) } else { 0 }).max(0))
            }
            _ => None,
        };
        let registered_date = match self.rng.random_range(0..10) {
            0 => Some(pay_date.previous()),
            1 => Some(pay_date),
            2 => Some(pay_date.next()),
            3 => Some(life.birth),
            _ => None,
        };
        Payment {
            year,
            pay_date,
            amount,
            registered_date,
        }
    }

    fn events(&mut self, life: &mut Life, year: i32) {
        let mut add = |event, event_date| life.events.push(Event { event, event_date });
        // A whole year of employee insurance, or all but a day of it.
        if self.chance(15) {
            let new_year = date(year, 1, 1);
            let last = date(year, 12, 31);
            add(
                "employee-cover-start",
                self.pick(&[new_year.previous(), new_year, new_year.next()]),
            );
            match self.rng.random_range(0..5) {
                0 | 1 => {}
                2 => add(
                    "employee-cover-end",
                    self.pick(&[last.previous(), last, last.next()]),
                ),
                _ => {
                    let hole = self.day_of(year);
                    add("employee-cover-end", hole.previous());
                    let again = self.pick(&[hole.previous(), hole, hole.next()]);
                    add("employee-cover-start", again);
                }
            }
        }
        // An event that entitles to a refund, and the application.
        if self.chance(30) {
            let entitling = ["enlisted", "employee-cover-start", "moved-out", "student-left"];
            let event = self.pick(&entitling);
            let event_date = self.near(life, year);
            life.events.push(Event { event, event_date });
        }
        if self.chance(40) {
            let mut dates = vec![
                date(year, 12, 31),
                date(year + 1, 1, 1),
                date(year, 1, 1),
                date(year - 1, 12, 31),
                self.day_of(year),
            ];
            let known = life.events.iter().map(|event| event.event_date);
            dates.extend(known.chain(life.death).flat_map(around));
            let event_date = self.pick(&dates);
            let event = "refund-applied";
            life.events.push(Event { event, event_date });
        }
        for _ in 0..self.pick(&[0, 0, 1, 1, 2, 3, 5]) {
            let event = self.pick(&[
                "employee-cover-start",
                "employee-cover-start",
                "employee-cover-end",
                "employee-cover-end",
                "enlisted",
                "moved-out",
                "student-left",
                "refund-applied",
            ]);
            let event_date = self.near(life, year);
            life.events.push(Event { event, event_date });
        }
    }

    /// A day close to something that matters in the life or in the year.
    fn near(&mut self, life: &Life, year: i32) -> Date {
        let mut days: Vec<Date> = Vec::new();
        for of in [year - 1, year, year + 1] {
            days.extend(around(date(of, 1, 1)));
            days.push(date(of, 9, 1));
            days.push(self.day_of(of));
        }
        for payment in &life.payments {
            days.extend(around(payment.pay_date));
        }
        for event in &life.events {
            days.extend(around(event.event_date));
        }
        days.extend(life.death.iter().flat_map(|&death| around(death)));
        if life.birth.year >= year - 2 {
            days.extend(self.newborn_days(life.birth));
        }
        self.pick(&days)
    }

    /// Days around birth, half a year after and the first birthday, and the ends of months between them.
    fn newborn_days(&mut self, birth: Date) -> Vec<Date> {
        let mut found = Vec::new();
        for months in [0, 6, 12] {
            found.extend(around(birth.months_later(months)));
        }
        for months in [7, 9, 11] {
            let first = birth.months_later(months).first_of_next_month();
            found.extend([first.previous(), first]);
        }
        found.extend([date(birth.year, 12, 1), date(birth.year, 11, 30)]);
        found
    }

    fn day_of(&mut self, year: i32) -> Date {
        let month = self.rng.random_range(1..=12);
        date(year, month, self.rng.random_range(1..=days_of_month(year, month)))
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        *choices.choose(&mut self.rng).unwrap()
    }
}

fn around(day: Date) -> [Date; 3] {
    [day.previous(), day, day.next()]
}
