//! Facts of a claim that a rule may ask for and a file need not state. What is not stated is neither "yes" nor "no": the
//! rule that asks does not apply, and the settlement says so.

/// A fact that rules of some cities ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Whether, and when, the person was referred.
    Referral,
    /// Whether the institution is one that the person chose.
    Selected,
    /// Whether it is for an injury by accident.
    Accident,
    /// Whether the fund paid nothing for the person in the year before.
    YearBefore,
}

impl Fact {
    pub(crate) const COUNT: usize = 4;

    /// Every fact, in the order of their indices.
    pub const ALL: [Fact; Fact::COUNT] = [Fact::Referral, Fact::Selected, Fact::Accident, Fact::YearBefore];

    /// What so many claims that do not state it leave open, the columns that would state it, and the keys of the rules that
    /// ask for it.
    pub fn sentence(self, claims: i64) -> String {
        let (question, rule) = match self {
            Fact::Referral => (
                "whether and when there was a referral (columns `otp_er_refl_flag`, `refl_date`)",
                "`benefit.KIND.referral`, or a group with `referred`,",
            ),
            Fact::Selected => (
                "whether the person chose the institution (column `selected_institution`)",
                "a group with `selected`",
            ),
            Fact::Accident => (
                "whether the treatment is for an accident (column `trum_flag`)",
                "`benefit.accident`",
            ),
            Fact::YearBefore => (
                "whether the fund paid nothing for the person in the year before (column `last_paid_year` of persons)",
                "`benefit.critical_illness.continuity.zero_claim_add`",
            ),
        };
        let (claims, them) = match claims {
            1 => ("1 claim does".to_string(), "it"),
            _ => (format!("{claims} claims do"), "them"),
        };
        format!("{claims} not say {question}: what {rule} asks was not applied to {them}")
    }
}

/// The facts that a settlement would have needed and the claim does not state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unstated(u8);

impl Unstated {
    /// None.
    pub(crate) const NOTHING: Unstated = Unstated(0);

    #[inline]
    pub(crate) const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Adds a fact.
    pub const fn add(&mut self, fact: Fact) {
        self.0 |= 1 << fact as u8;
    }

    pub(crate) const fn add_all(&mut self, others: Unstated) {
        self.0 |= others.0;
    }

    /// The facts.
    pub fn facts(self) -> impl Iterator<Item = Fact> {
        Fact::ALL
            .into_iter()
            .filter(move |&fact| self.0 & (1 << fact as u8) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_stated_is_said_of_one_claim_or_of_many() {
        assert_eq!(
            Fact::Selected.sentence(1),
            "1 claim does not say whether the person chose the institution (column `selected_institution`): what a \
             group with `selected` asks was not applied to it"
        );
        assert_eq!(
            Fact::Accident.sentence(2),
            "2 claims do not say whether the treatment is for an accident (column `trum_flag`): what \
             `benefit.accident` asks was not applied to them"
        );
    }

    #[test]
    fn facts_are_kept_apart() {
        assert!(Unstated::NOTHING.is_nothing());
        let mut unstated = Unstated::NOTHING;
        unstated.add(Fact::Accident);
        assert!(!unstated.is_nothing());
        assert!(unstated.facts().eq([Fact::Accident]));
    }
}
