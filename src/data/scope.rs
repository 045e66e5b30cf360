//! The four scope amounts of a claim (Art. 20), from its header or from its fee lines.

use crate::data::columns::ClaimColumn as C;
use crate::data::lines::LineSums;
use crate::money::Fen;

/// The four columns, in the order of [`GivenScope`].
pub(super) const SCOPE_COLUMNS: [C; 4] = [
    C::FulamtOwnpayAmt,
    C::OverlmtSelfpay,
    C::PreselfpayAmt,
    C::InscpScpAmt,
];

/// `fulamt_ownpay_amt`, `overlmt_selfpay`, `preselfpay_amt`, `inscp_scp_amt` as the header gives them.
pub(super) type GivenScope = [Option<Fen>; 4];

/// The bill cut into its parts, which add up to the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) own_pay: Fen,
    pub(super) over_limit: Fen,
    pub(super) first_share: Fen,
    pub(super) in_scope: Fen,
    pub(super) hospital_borne: Fen,
}

/// Amounts that contradict each other: the column to point at, and what to say of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    pub(super) column: C,
    pub(super) sentence: String,
}

/// Completes what the header gives.
///
/// Without `inscp_scp_amt` the blanks count as 0 and `inscp_scp_amt` is the remainder. With it, a single blank is the
/// remainder; two or three blanks count as 0, and then everything must add up.
#[inline(always)]
pub(super) fn from_header(total: Fen, given: GivenScope) -> Result<Scope, Contradiction> {
    if let [Some(own_pay), Some(over_limit), Some(first_share), Some(in_scope)] = given
        && own_pay + over_limit + first_share + in_scope == total
    {
        // As most files give them.
        return Ok(Scope {
            own_pay,
            over_limit,
            first_share,
            in_scope,
            hospital_borne: Fen::ZERO,
        });
    }
    complete(total, given)
}

#[inline(never)]
fn complete(total: Fen, given: GivenScope) -> Result<Scope, Contradiction> {
    let known: Fen = given.iter().flatten().copied().sum();
    let rest = total - known;
    let mut parts = given.map(Option::unwrap_or_default);
    let blanks = given[..3].iter().filter(|part| part.is_none()).count();
    let derived = match (given[3], blanks) {
        (None, _) => Some(3),
        (Some(_), 1) => given.iter().position(Option::is_none),
        (Some(_), _) => None,
    };
    match derived {
        Some(part) if rest >= Fen::ZERO => parts[part] = rest,
        None if rest.is_zero() => {}
        _ => {
            let sentence = format!("does not match the four scope amounts, which add up to {known}");
            return Err(Contradiction {
                column: C::MedfeeSumamt,
                sentence,
            });
        }
    }
    let [own_pay, over_limit, first_share, in_scope] = parts;
    Ok(Scope {
        own_pay,
        over_limit,
        first_share,
        in_scope,
        hospital_borne: Fen::ZERO,
    })
}

/// Takes the lines' sums; what the header gives must be the same.
pub(super) fn from_lines(total: Fen, given: GivenScope, lines: &LineSums) -> Result<Scope, Contradiction> {
    let differs = |column, sum: Fen| {
        let sentence = format!("is not the sum of the claim's fee lines, which is {sum}");
        Err(Contradiction { column, sentence })
    };
    if lines.total != total {
        return differs(C::MedfeeSumamt, lines.total);
    }
    let in_scope = total - lines.own_pay - lines.over_limit - lines.first_share;
    let sums = [lines.own_pay, lines.over_limit, lines.first_share, in_scope];
    for ((column, given), sum) in SCOPE_COLUMNS.into_iter().zip(given).zip(sums) {
        if given.is_some_and(|given| given != sum) {
            return differs(column, sum);
        }
    }
    let [own_pay, over_limit, first_share, in_scope] = sums;
    Ok(Scope {
        own_pay,
        over_limit,
        first_share,
        in_scope,
        hospital_borne: lines.hospital_borne,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(given: [Option<i64>; 4]) -> Option<[i64; 4]> {
        let scope = from_header(Fen::new(100), given.map(|fen| fen.map(Fen::new))).ok()?;
        Some([scope.own_pay, scope.over_limit, scope.first_share, scope.in_scope].map(Fen::get))
    }

    #[test]
    fn any_one_amount_follows_from_the_others() {
        assert_eq!(header([None, None, None, None]), Some([0, 0, 0, 100]));
        assert_eq!(header([Some(10), None, Some(5), None]), Some([10, 0, 5, 85]));
        assert_eq!(header([None, Some(10), Some(5), Some(80)]), Some([5, 10, 5, 80]));
        assert_eq!(header([Some(10), Some(5), None, Some(85)]), Some([10, 5, 0, 85]));
        assert_eq!(header([Some(20), None, None, Some(80)]), Some([20, 0, 0, 80]));
        assert_eq!(header([None, None, None, Some(100)]), Some([0, 0, 0, 100]));
    }

    #[test]
    fn contradictions_are_refused() {
        assert_eq!(header([Some(101), None, None, None]), None);
        assert_eq!(header([Some(1), Some(1), Some(1), Some(98)]), None);
        assert_eq!(header([Some(90), None, Some(5), Some(10)]), None);
        assert_eq!(header([Some(20), None, None, Some(70)]), None);
    }
}
