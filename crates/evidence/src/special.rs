//! The distributions that the tests are made of.
//!
//! Incomplete beta: DLMF 8.17 (continued fraction 8.17.22, by Lentz's method). Normal quantile:
//! Newton steps on `erfc`, so that it is as precise as that.

use libm::{erfc, exp, lgamma, log, log1p, sqrt};

/// The natural logarithm of `n` over `k`; both may be fractions.
pub fn ln_choose(n: f64, k: f64) -> f64 {
    lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
}

/// The standard normal distribution function.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// The value that a standard normal variable stays below with probability `p`.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    // The tail falls off as exp(-z²/2), which gives the start; Halley's step converges cubically.
    let mut z = -sqrt(-2.0 * log(p.min(0.4)));
    for _ in 0..60 {
        let density = exp(-0.5 * z * z) / sqrt(2.0 * std::f64::consts::PI);
        let off = (normal_cdf(z) - p) / density;
        let step = off / (1.0 + 0.5 * z * off);
        let step = step.clamp(-1.0, 1.0);
        z -= step;
        if step.abs() < 1e-15 * z.abs().max(1.0) {
            break;
        }
    }
    z
}

/// How many standard errors a two-sided interval of this confidence (`0.95`) reaches to each side.
pub fn z_of(confidence: f64) -> f64 {
    -normal_quantile(0.5 - confidence / 2.0)
}

/// The regularised incomplete beta function, the chance that a Beta(a, b) variable is below `x`.
pub fn beta_reg(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || b == f64::INFINITY {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if a <= 0.0 {
        return 1.0;
    }
    if b <= 0.0 {
        return 0.0;
    }
    let front = a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b);
    // The fraction converges fast on one side of the mean only; the other side is its mirror.
    if x < (a + 1.0) / (a + b + 2.0) {
        exp(front) * fraction(a, b, x) / a
    } else {
        1.0 - exp(front) * fraction(b, a, 1.0 - x) / b
    }
}

#[expect(
    clippy::many_single_char_names,
    reason = "the names of Lentz's method and of DLMF"
)]
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    let most = 400.0 + 10.0 * sqrt(a.max(b));
    let mut m = 1.0;
    while m < most {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let step = d * c;
        result *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
        m += 1.0;
    }
    result
}

/// The chance that a binomial count of `n` trials is at most `k`; both may be fractions.
pub fn binomial_cdf(k: f64, n: f64, p: f64) -> f64 {
    if k < 0.0 {
        0.0
    } else if k >= n {
        1.0
    } else {
        beta_reg(n - k, k + 1.0, 1.0 - p)
    }
}

/// The chance that it is at least `k`.
pub fn binomial_sf(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 {
        1.0
    } else if k > n {
        0.0
    } else {
        beta_reg(k, n - k + 1.0, p)
    }
}

/// The chance of exactly `k`.
pub fn binomial_pmf(k: f64, n: f64, p: f64) -> f64 {
    let weighted = |count: f64, ln_p: f64| if count == 0.0 { 0.0 } else { count * ln_p };
    exp(ln_choose(n, k) + weighted(k, log(p)) + weighted(n - k, log1p(-p)))
}

/// The chance that a Student t variable with `freedom` degrees is at least as far from 0 as `t`.
pub fn t_two_sided(t: f64, freedom: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    beta_reg(freedom / 2.0, 0.5, freedom / (freedom + t * t))
}

/// How far from 0 a t variable with `freedom` degrees is with probability `1 - confidence`.
pub fn t_of(confidence: f64, freedom: f64) -> f64 {
    let tail = 1.0 - confidence;
    let mut high = 1.0;
    while t_two_sided(high, freedom) > tail && high < 1e12 {
        high *= 2.0;
    }
    bisect(0.0, high, |t| t_two_sided(t, freedom) - tail)
}

/// Where a function that changes its sign between two places is nought.
pub(crate) fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let low_is_negative = f(low) < 0.0;
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if (f(middle) < 0.0) == low_is_negative {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_quantile_is_the_usual_number() {
        assert!((z_of(0.95) - 1.959_963_984_540_054).abs() < 1e-13);
        // scipy.stats.norm.ppf
        for (p, z) in [
            (0.5, 0.0),
            (1e-300, -37.047_096_299_361_2),
            (0.001, -3.090_232_306_167_813_5),
            (0.8, 0.841_621_233_572_914_3),
            (0.3, -0.524_400_512_708_040_9),
        ] {
            assert!((normal_quantile(p) - z).abs() < 1e-10, "{p}");
        }
    }

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        // scipy.stats.t.ppf(0.975, df)
        for (freedom, t) in [
            (1.0, 12.706_204_736),
            (10.0, 2.228_138_852),
            (100.0, 1.983_971_519),
        ] {
            assert!((t_of(0.95, freedom) - t).abs() < 1e-8, "{freedom}");
        }
    }

    #[test]
    fn both_tails_and_the_middle_make_one() {
        for (k, n, p) in [(3.0, 10.0, 0.3), (0.0, 7.0, 0.5), (990.0, 1000.0, 0.97)] {
            let sum =
                binomial_cdf(k - 1.0, n, p) + binomial_pmf(k, n, p) + binomial_sf(k + 1.0, n, p);
            assert!((sum - 1.0).abs() < 1e-11, "{k} of {n}: {sum}");
        }
    }
}
