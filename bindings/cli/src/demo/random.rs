//! A random number generator of our own, so that bytes never change with a
//! dependency.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", 2014): one 64-bit counter, one mixing function. It is small,
//! passes the usual test batteries, and splits: every customer has a stream
//! that depends on the seed and the customer's number alone, so that no
//! customer changes because another one does.

/// Increment of the counter: 2^64 divided by the golden ratio, odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random {
    counter: u64,
}

impl Random {
    /// The stream for one purpose and one customer under a seed.
    pub fn stream(seed: u64, purpose: u64, customer: u64) -> Random {
        let root = mix(seed.wrapping_add(STEP));
        let branch = mix(root ^ purpose.wrapping_mul(STEP));
        Random { counter: mix(branch ^ mix(customer.wrapping_add(STEP))) }
    }

    /// The next 64 bits.
    fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(STEP);
        mix(self.counter)
    }

    /// Uniform in `0.0 .. 1.0`, on a grid of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `0.0 < x <= 1.0`, whose logarithm is finite.
    fn above_zero(&mut self) -> f64 {
        1.0 - self.unit()
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number in `0 .. n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        // Multiply and shift; the bias of n / 2^64 is far below what shows.
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// A whole number in `low ..= high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// One of several things, all as likely.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of several things with their weights, which need not sum to one.
    pub fn pick_weighted<T: Copy>(&mut self, of: &[(T, u32)]) -> T {
        let total: u32 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total as usize) as u32;
        for &(thing, weight) in of {
            if left < weight {
                return thing;
            }
            left -= weight;
        }
        of[of.len() - 1].0
    }

    /// A waiting time with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.above_zero())
    }

    /// Mean 0, standard deviation 1 (Box and Muller, one of the pair).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(2.0 * self.exponential());
        radius * libm::cos(core::f64::consts::TAU * self.unit())
    }

    /// A factor around 1: the median is 1, `spread` is the standard deviation
    /// of its logarithm.
    pub fn factor(&mut self, spread: f64) -> f64 {
        libm::exp(spread * self.normal())
    }

    /// Gamma distributed with this shape and mean 1 (Marsaglia and Tsang, "A
    /// simple method for generating gamma variables", 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = libm::pow(self.above_zero(), 1.0 / shape);
            return self.gamma(shape + 1.0) * (shape + 1.0) * boost / shape;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let cube = 1.0 + c * x;
            if cube <= 0.0 {
                continue;
            }
            let v = cube * cube * cube;
            if libm::log(self.above_zero()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v / shape;
            }
        }
    }
}

/// The output function of SplitMix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first outputs of the reference implementation for state 0.
        let mut random = Random { counter: 0 };
        assert_eq!(random.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.next(), 0x6E78_9E6A_A1B9_65F4);
        assert_eq!(random.next(), 0x06C4_5D18_8009_454F);
    }

    #[test]
    fn distributions_have_their_means() {
        let mut random = Random::stream(1, 2, 3);
        let n = 40_000;
        let mut mean = |draw: &mut dyn FnMut(&mut Random) -> f64| {
            (0..n).map(|_| draw(&mut random)).sum::<f64>() / f64::from(n)
        };
        assert!((mean(&mut |r| r.unit()) - 0.5).abs() < 0.01);
        assert!((mean(&mut |r| r.exponential()) - 1.0).abs() < 0.02);
        assert!(mean(&mut |r| r.normal()).abs() < 0.02);
        assert!((mean(&mut |r| r.gamma(0.5)) - 1.0).abs() < 0.03);
        assert!((mean(&mut |r| r.gamma(4.0)) - 1.0).abs() < 0.02);
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_customer() {
        let first = |seed, purpose, customer| Random::stream(seed, purpose, customer).next();
        let all = [first(1, 1, 1), first(2, 1, 1), first(1, 2, 1), first(1, 1, 2)];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }
}
