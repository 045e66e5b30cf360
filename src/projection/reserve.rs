//! Chain ladder (链梯法): what is still to be settled of visits that have ended, from how earlier ones developed.
//!
//! A triangle has a row for each period in which visits ended (the origin) and a column for each period since
//! (the development): its cells are what was settled by then, cumulative. With n origins, C(i, j) is known for i + j < n,
//! both counted from 0, and (Mack, *ASTIN Bulletin* 23, 1993):
//!
//! - f(j) = Σ C(i, j + 1) / Σ C(i, j), over the origins that know both: the development factors.
//! - U(i) = C(i, n - 1 - i) · f(n - 1 - i) · … · f(n - 2): what an origin will have cost; its reserve is what is missing.
//! - σ²(j) = Σ C(i, j) · (C(i, j + 1) / C(i, j) - f(j))² / (n - j - 2); the last one, for which there is one ratio alone, is
//!   min(σ⁴(n - 3) / σ²(n - 4), σ²(n - 4), σ²(n - 3)).
//! - The mean square error of a reserve is U(i)² Σ σ²(j) / f(j)² · (1 / C(i, j) + 1 / Σ C(k, j)), over the developments
//!   still to come, with the C(i, j) that are expected; that of their sum adds the part in which they err together, because
//!   they share the factors.
//!
//! Amounts known are fen; factors and errors are floats, and an ultimate amount is rounded to the fen once. There is no tail:
//! after the last development that was seen nothing is expected.
//!
//! ```
//! use yibao::money::Fen;
//! use yibao::projection::reserve::{Triangle, chain_ladder};
//! let yuan = |row: &[i64]| row.iter().copied().map(Fen::from_yuan).collect();
//! let triangle = Triangle::new(vec![yuan(&[100, 150, 165]), yuan(&[120, 180]), yuan(&[80])])?;
//! let ladder = chain_ladder(&triangle)?;
//! assert_eq!(ladder.factors, [1.5, 1.1]); // (150 + 180) / (100 + 120), 165 / 150
//! assert_eq!(ladder.origins[2].ultimate_fen, Fen::from_yuan(132)); // 80 x 1.5 x 1.1
//! assert_eq!(ladder.total.reserve_fen, Fen::from_yuan(18 + 52));
//! # Ok::<(), yibao::projection::reserve::ReserveError>(())
//! ```

use crate::money::Fen;
use serde::Serialize;

/// Why a triangle cannot be developed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReserveError {
    /// Nothing to develop from.
    #[error("a development needs two periods, and there is {periods}")]
    TooFew {
        /// How many there are.
        periods: usize,
    },
    /// The rows do not make a triangle.
    #[error("origin {origin} of the triangle has {found} developments, not {expected}")]
    NotATriangle {
        /// Which one, from 1.
        origin: usize,
        /// How many it has.
        found: usize,
        /// How many the first origin leaves for it.
        expected: usize,
    },
    /// Something came of nothing.
    #[error(
        "nothing was settled up to development {development}, and something after it: there is no factor"
    )]
    NoFactor {
        /// The development, from 0.
        development: usize,
    },
}

/// Cumulative amounts by origin and development.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Triangle {
    rows: Vec<Vec<Fen>>,
}

impl Triangle {
    /// The triangle of these rows, the oldest origin first: each one shorter than the one before, the last with one amount.
    ///
    /// # Errors
    /// They are not so.
    pub fn new(rows: Vec<Vec<Fen>>) -> Result<Triangle, ReserveError> {
        for (index, row) in rows.iter().enumerate() {
            let (origin, found, expected) = (index + 1, row.len(), rows.len() - index);
            if found != expected {
                return Err(ReserveError::NotATriangle {
                    origin,
                    found,
                    expected,
                });
            }
        }
        Ok(Triangle { rows })
    }

    /// How many origins there are, and as many developments.
    pub fn periods(&self) -> usize {
        self.rows.len()
    }

    /// The rows, the oldest origin first.
    pub fn rows(&self) -> &[Vec<Fen>] {
        &self.rows
    }

    /// The amounts that development `j` led from and to, over the origins that know both.
    fn steps(&self, j: usize) -> impl Iterator<Item = (Fen, Fen)> {
        self.rows
            .iter()
            .filter_map(move |row| Some((*row.get(j)?, *row.get(j + 1)?)))
    }

    /// Their sums.
    fn sums(&self, j: usize) -> (Fen, Fen) {
        (
            self.steps(j).map(|(from, _)| from).sum(),
            self.steps(j).map(|(_, to)| to).sum(),
        )
    }
}

/// A triangle, developed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChainLadder {
    /// The factor from each development to the next: one fewer than there are periods.
    pub factors: Vec<f64>,
    /// Mack's σ² of each factor, in fen; `None` with fewer than four periods, or where an origin has nothing to develop from.
    pub variances: Option<Vec<f64>>,
    /// What is expected of each origin, the oldest first.
    pub origins: Vec<Expected>,
    /// Their sum, with the error of the sum.
    pub total: Expected,
}

/// What is expected of an origin, or of all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Settled so far.
    pub settled_fen: Fen,
    /// What will have been settled in the end.
    pub ultimate_fen: Fen,
    /// What is missing: the reserve.
    pub reserve_fen: Fen,
    /// Mack's standard error of the reserve, in fen; `None` where there is none to be had.
    pub standard_error_fen: Option<f64>,
}

/// Develops a triangle.
///
/// # Errors
/// It has fewer than two periods, or a development has no factor. Where nothing was settled before and after, the factor
/// is 1.
pub fn chain_ladder(triangle: &Triangle) -> Result<ChainLadder, ReserveError> {
    let periods = triangle.periods();
    if periods < 2 {
        return Err(ReserveError::TooFew { periods });
    }
    let factors = (0..periods - 1)
        .map(|development| match triangle.sums(development) {
            (Fen::ZERO, Fen::ZERO) => Ok(1.0),
            (from, to) if from > Fen::ZERO => Ok(float(to) / float(from)),
            _ => Err(ReserveError::NoFactor { development }),
        })
        .collect::<Result<Vec<f64>, ReserveError>>()?;
    let variances = variances(triangle, &factors);
    let developed: Vec<Developed> = triangle
        .rows
        .iter()
        .map(|row| Developed::of(row, &factors))
        .collect();
    let mut origins = Vec::with_capacity(periods);
    for (row, developed) in triangle.rows.iter().zip(&developed) {
        let settled_fen = row[row.len() - 1];
        let ultimate_fen = developed.ultimate();
        let error = variances.as_ref().and_then(|variances| {
            let square: f64 = developed
                .still_to_come(variances, &factors)
                .map(|(j, relative)| relative / developed.at[j] + relative / float(triangle.sums(j).0))
                .sum();
            let error = developed.last() * square.sqrt();
            error.is_finite().then_some(error)
        });
        origins.push(Expected {
            settled_fen,
            ultimate_fen,
            reserve_fen: ultimate_fen - settled_fen,
            standard_error_fen: error,
        });
    }
    let together = variances
        .as_ref()
        .and_then(|variances| shared_error(triangle, &factors, variances, &developed, &origins));
    let sum = |amount: fn(&Expected) -> Fen| origins.iter().map(amount).sum();
    let total = Expected {
        settled_fen: sum(|origin| origin.settled_fen),
        ultimate_fen: sum(|origin| origin.ultimate_fen),
        reserve_fen: sum(|origin| origin.reserve_fen),
        standard_error_fen: together,
    };
    Ok(ChainLadder {
        factors,
        variances,
        origins,
        total,
    })
}

/// Mack's σ² of each factor.
fn variances(triangle: &Triangle, factors: &[f64]) -> Option<Vec<f64>> {
    let estimated = factors.len().checked_sub(1).filter(|&estimated| estimated >= 2)?;
    let mut variances = Vec::with_capacity(factors.len());
    for (j, factor) in factors[..estimated].iter().enumerate() {
        let (mut squares, mut origins) = (0.0, 0usize);
        for (from, to) in triangle.steps(j) {
            match (from, to) {
                // An origin with nothing, before and after, tells nothing of the factor.
                (Fen::ZERO, Fen::ZERO) => continue,
                (from, _) if from <= Fen::ZERO => return None,
                (from, to) => squares += (float(to) - factor * float(from)).powi(2) / float(from),
            }
            origins += 1;
        }
        variances.push(match origins {
            0 => 0.0,
            1 => return None,
            _ => squares / (origins - 1) as f64,
        });
    }
    let (before, last) = (variances[estimated - 2], variances[estimated - 1]);
    let shrinking = if before > 0.0 { last * last / before } else { 0.0 };
    variances.push(shrinking.min(before).min(last));
    Some(variances)
}

/// An origin's amounts at each development, known or expected.
struct Developed {
    at: Vec<f64>,
    /// The last development that is known.
    known: usize,
}

impl Developed {
    fn of(row: &[Fen], factors: &[f64]) -> Developed {
        let mut at: Vec<f64> = row.iter().copied().map(float).collect();
        let known = at.len() - 1;
        for (j, factor) in factors.iter().enumerate().skip(known) {
            at.push(at[j] * factor);
        }
        Developed { at, known }
    }

    fn last(&self) -> f64 {
        self.at[self.at.len() - 1]
    }

    fn ultimate(&self) -> Fen {
        Fen::new(self.last().round() as i64)
    }

    /// The developments still to come that add an error, with σ² / f² of each.
    fn still_to_come<'a>(
        &self,
        variances: &'a [f64],
        factors: &'a [f64],
    ) -> impl Iterator<Item = (usize, f64)> + use<'a> {
        (self.known..factors.len())
            .filter(|&j| variances[j] > 0.0)
            .map(|j| (j, variances[j] / factors[j].powi(2)))
    }
}

/// The standard error of the sum of the reserves; `None` if one of them has none.
fn shared_error(
    triangle: &Triangle,
    factors: &[f64],
    variances: &[f64],
    developed: &[Developed],
    origins: &[Expected],
) -> Option<f64> {
    let mut square = 0.0;
    for (i, origin) in origins.iter().enumerate() {
        let younger: f64 = developed[i + 1..].iter().map(Developed::last).sum();
        let shared: f64 = developed[i]
            .still_to_come(variances, factors)
            .map(|(j, relative)| 2.0 * relative / float(triangle.sums(j).0))
            .sum();
        square += origin.standard_error_fen?.powi(2) + developed[i].last() * younger * shared;
    }
    Some(square.sqrt())
}

/// An amount as a float, for factors and errors: exact below 90 million million yuan.
fn float(amount: Fen) -> f64 {
    amount.get() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The triangle of Taylor and Ashe (*Journal of Econometrics* 23, 1983), which Mack (1993) develops; one fen stands for
    /// one of its units.
    fn taylor_ashe() -> Triangle {
        let rows: [&[i64]; 10] = [
            &[
                357_848, 1_124_788, 1_735_330, 2_218_270, 2_745_596, 3_319_994, 3_466_336, 3_606_286,
                3_833_515, 3_901_463,
            ],
            &[
                352_118, 1_236_139, 2_170_033, 3_353_322, 3_799_067, 4_120_063, 4_647_867, 4_914_039,
                5_339_085,
            ],
            &[
                290_507, 1_292_306, 2_218_525, 3_235_179, 3_985_995, 4_132_918, 4_628_910, 4_909_315,
            ],
            &[
                310_608, 1_418_858, 2_195_047, 3_757_447, 4_029_929, 4_381_982, 4_588_268,
            ],
            &[443_160, 1_136_350, 2_128_333, 2_897_821, 3_402_672, 3_873_311],
            &[396_132, 1_333_217, 2_180_715, 2_985_752, 3_691_712],
            &[440_832, 1_288_463, 2_419_861, 3_483_130],
            &[359_480, 1_421_128, 2_864_498],
            &[376_686, 1_363_294],
            &[344_014],
        ];
        triangle(&rows)
    }

    fn triangle(rows: &[&[i64]]) -> Triangle {
        Triangle::new(
            rows.iter()
                .map(|row| row.iter().copied().map(Fen::new).collect())
                .collect(),
        )
        .unwrap()
    }

    #[test]
    fn the_published_reserves_and_errors_come_out() {
        let ladder = chain_ladder(&taylor_ashe()).unwrap();
        let factors = [
            3.4906, 1.7473, 1.4574, 1.1739, 1.1038, 1.0863, 1.0539, 1.0766, 1.0177,
        ];
        for (found, published) in ladder.factors.iter().zip(factors) {
            assert!((found - published).abs() < 5e-5, "{found} {published}");
        }
        // Reserve and standard error of each origin: Mack (1993), and England and Verrall (*British Actuarial Journal* 8,
        // 2002), table 3.
        let published = [
            (0, 0.0),
            (94_634, 75_535.0),
            (469_511, 121_699.0),
            (709_638, 133_549.0),
            (984_889, 261_406.0),
            (1_419_459, 411_010.0),
            (2_177_641, 558_317.0),
            (3_920_301, 875_328.0),
            (4_278_972, 971_258.0),
            (4_625_811, 1_363_155.0),
        ];
        for (found, (reserve, error)) in ladder.origins.iter().zip(published) {
            assert_eq!(found.reserve_fen, Fen::new(reserve));
            let found = found.standard_error_fen.unwrap();
            assert!((found - error).abs() < 0.5, "{found} {error}");
        }
        assert_eq!(ladder.total.reserve_fen, Fen::new(18_680_856));
        let total = ladder.total.standard_error_fen.unwrap();
        assert!((total - 2_447_095.0).abs() < 0.5, "{total}");
    }

    #[test]
    fn the_example_of_the_manual_comes_out() {
        // docs/projection.md, "By hand": thousand yuan.
        let rows: [&[i64]; 4] = [&[100, 150, 165, 168], &[120, 168, 189], &[80, 130], &[110]];
        let thousand = |row: &&[i64]| row.iter().map(|&paid| Fen::from_yuan(paid * 1_000)).collect();
        let ladder = chain_ladder(&Triangle::new(rows.iter().map(thousand).collect()).unwrap()).unwrap();
        let near = |found: f64, by_hand: f64| assert!((found - by_hand).abs() < 0.005, "{found} {by_hand}");
        for (found, by_hand) in ladder.origins.iter().zip([0.0, 3.44, 17.35, 76.19]) {
            near(found.reserve_fen.to_yuan_lossy() / 1_000.0, by_hand);
        }
        for (found, by_hand) in ladder.origins.iter().zip([0.0, 0.90, 3.15, 15.78]) {
            near(found.standard_error_fen.unwrap() / 100_000.0, by_hand);
        }
        near(ladder.total.reserve_fen.to_yuan_lossy() / 1_000.0, 96.97);
        near(ladder.total.standard_error_fen.unwrap() / 100_000.0, 16.39);
    }

    #[test]
    fn what_does_not_develop_needs_no_reserve_and_does_not_err() {
        let done = triangle(&[&[70, 70, 70, 70], &[30, 30, 30], &[50, 50], &[20]]);
        let ladder = chain_ladder(&done).unwrap();
        assert_eq!(ladder.factors, [1.0; 3]);
        assert_eq!(ladder.total.reserve_fen, Fen::ZERO);
        assert_eq!(ladder.total.standard_error_fen, Some(0.0));
    }

    #[test]
    fn an_error_is_not_invented() {
        // Three periods have one variance, and the last cannot be told from it.
        let three = triangle(&[&[100, 150, 165], &[120, 180], &[80]]);
        assert_eq!(chain_ladder(&three).unwrap().total.standard_error_fen, None);
        // The last origin has nothing yet: its reserve is 0, and nobody knows how far off.
        let nothing = triangle(&[&[10, 20, 22, 22], &[10, 22, 23], &[12, 20], &[0]]);
        let ladder = chain_ladder(&nothing).unwrap();
        assert_eq!(ladder.origins[3].reserve_fen, Fen::ZERO);
        assert_eq!(ladder.origins[3].standard_error_fen, None);
        assert!(ladder.origins[2].standard_error_fen.is_some());
        assert_eq!(ladder.total.standard_error_fen, None);
    }

    #[test]
    fn what_cannot_be_developed_says_why() {
        let told = |rows: &[&[i64]]| chain_ladder(&triangle(rows)).unwrap_err().to_string();
        assert_eq!(told(&[&[5]]), "a development needs two periods, and there is 1");
        assert_eq!(
            told(&[&[0, 5], &[3]]),
            "nothing was settled up to development 0, and something after it: there is no factor"
        );
        assert_eq!(
            Triangle::new(vec![vec![Fen::ZERO], vec![Fen::ZERO]])
                .unwrap_err()
                .to_string(),
            "origin 1 of the triangle has 1 developments, not 2"
        );
    }
}
