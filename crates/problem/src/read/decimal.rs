//! Decimal numbers, exactly.

/// A decimal number `mantissa / 10^decimals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    mantissa: i64,
    decimals: u32,
}

impl Decimal {
    /// Reads `-12.5`, `1.544e+04`; `None` for anything else, or for what 64 bits do not hold.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (body, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, body) = match body.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, body.strip_prefix('+').unwrap_or(body)),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        if whole.is_empty() && fraction.is_empty() || whole.len() + fraction.len() > 400 {
            return None;
        }
        if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        let trimmed = digits.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Self { mantissa: 0, decimals: 0 });
        }
        if trimmed.len() > 19 || exponent.abs() > 1000 {
            return None;
        }
        let dropped = (digits.len() - trimmed.len()) as i32;
        let mantissa: i64 = trimmed.parse().ok()?;
        let decimals = fraction.len() as i32 - dropped - exponent;
        let mantissa = if negative { -mantissa } else { mantissa };
        if decimals >= 0 {
            return Some(Self { mantissa, decimals: decimals as u32 });
        }
        let factor = 10_i64.checked_pow(decimals.unsigned_abs())?;
        Some(Self { mantissa: mantissa.checked_mul(factor)?, decimals: 0 })
    }

    /// A whole number.
    pub(crate) fn whole(value: u64) -> Self {
        Self { mantissa: i64::try_from(value).unwrap_or(i64::MAX), decimals: 0 }
    }

    /// From a JSON number (which is exact as its shortest decimal form).
    pub(crate) fn of(number: &serde_json::Number) -> Option<Self> {
        Self::parse(&number.to_string())
    }

    pub(crate) fn decimals(self) -> u32 {
        self.decimals
    }

    pub(crate) fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The value times `10^decimals`, rounded down; whether it is exact is the second.
    pub(crate) fn times(self, decimals: u32) -> Option<(i128, bool)> {
        let mantissa = i128::from(self.mantissa);
        if decimals >= self.decimals {
            let factor = 10_i128.checked_pow(decimals - self.decimals)?;
            return Some((mantissa.checked_mul(factor)?, true));
        }
        let factor = 10_i128.checked_pow(self.decimals - decimals);
        let Some(factor) = factor else { return Some((if mantissa < 0 { -1 } else { 0 }, false)) };
        Some((mantissa.div_euclid(factor), mantissa.rem_euclid(factor) == 0))
    }
}

/// Most decimals that are kept exactly.
pub(crate) const MAX_DECIMALS: u32 = 9;

/// Numbers brought to whole units of `1 / 10^decimals`.
pub(crate) struct Whole {
    pub(crate) values: Vec<u64>,
    pub(crate) decimals: u32,
}

impl Whole {
    /// `Err((position, message))` for the first number that is negative or cannot be kept exactly.
    pub(crate) fn new(numbers: &[Decimal], most: u64) -> Result<Self, (usize, String)> {
        let decimals = numbers.iter().map(|d| d.decimals).max().unwrap_or(0);
        if decimals > MAX_DECIMALS {
            let at = numbers.iter().position(|d| d.decimals == decimals).unwrap_or(0);
            return Err((at, format!("more than {MAX_DECIMALS} decimals; round it")));
        }
        let mut values = Vec::with_capacity(numbers.len());
        for (at, number) in numbers.iter().enumerate() {
            if number.is_negative() {
                return Err((at, "is negative".to_owned()));
            }
            let value = number.times(decimals).and_then(|(v, _)| u64::try_from(v).ok()).filter(|v| *v <= most);
            let Some(value) = value else {
                return Err((at, format!("is too large (in units of 1/10^{decimals} the most is {most})")));
            };
            values.push(value);
        }
        Ok(Self { values, decimals })
    }

    pub(crate) fn unit(&self) -> u64 {
        10_u64.pow(self.decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let read = |t: &str| Decimal::parse(t).map(|d| (d.mantissa, d.decimals));
        assert_eq!(read("12.50"), Some((125, 1)));
        assert_eq!(read("1.54400e+04"), Some((15440, 0)));
        assert_eq!(read("-0.001"), Some((-1, 3)));
        assert_eq!(read("0"), Some((0, 0)));
        assert_eq!(read("1e308"), None);
        assert_eq!(read("NaN"), None);
        assert_eq!(read(""), None);
        assert_eq!(Decimal::parse("-1.5").and_then(|d| d.times(0)), Some((-2, false)));
    }
}
