//! Exact fractions of models: shares, busy fractions.

/// A fraction of two whole numbers, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

impl Ratio {
    /// `numerator / denominator`; `None` where the denominator is 0.
    ///
    /// ```
    /// use firesite_problem::models::Ratio;
    /// assert_eq!(Ratio::new(30, 100), Ratio::new(3, 10));
    /// assert_eq!(Ratio::new(1, 0), None);
    /// ```
    #[must_use]
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let (mut a, mut b) = (numerator, denominator);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        Some(Self { numerator: numerator / a, denominator: denominator / a })
    }

    /// A decimal (`0.35`) or a fraction (`1/3`), not negative, at most nine places.
    ///
    /// ```
    /// use firesite_problem::models::Ratio;
    /// assert_eq!(Ratio::parse("0.35"), Ratio::new(7, 20));
    /// assert_eq!(Ratio::parse("1/3"), Ratio::new(1, 3));
    /// assert_eq!(Ratio::parse("-1"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Self::new(numerator.trim().parse().ok()?, denominator.trim().parse().ok()?);
        }
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && places.is_empty() || !digits(whole) || !digits(places) || places.len() > 9 {
            return None;
        }
        let unit = 10_u64.pow(places.len() as u32);
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let places: u64 = if places.is_empty() { 0 } else { places.parse().ok()? };
        Self::new(whole.checked_mul(unit)?.checked_add(places)?, unit)
    }

    /// Numerator, in lowest terms.
    #[must_use]
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// Denominator, in lowest terms.
    #[must_use]
    pub fn denominator(self) -> u64 {
        self.denominator
    }

    /// Whether it is at most 1.
    #[must_use]
    pub fn at_most_one(self) -> bool {
        self.numerator <= self.denominator
    }

    /// The least whole number that is at least this share of `total`.
    ///
    /// ```
    /// use firesite_problem::models::Ratio;
    /// assert_eq!(Ratio::new(2, 3).map(|r| r.of_rounded_up(10)), Some(7));
    /// ```
    #[must_use]
    pub fn of_rounded_up(self, total: u64) -> u64 {
        let exact = u128::from(self.numerator) * u128::from(total);
        u64::try_from(exact.div_ceil(u128::from(self.denominator))).unwrap_or(u64::MAX)
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}
