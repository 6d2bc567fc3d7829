//! Numbers and what is said of them: medians with their spread, ratios, targets.

use serde::Deserialize;
use std::fmt::{self, Write as _};

/// One thing measured several times.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(super) struct Samples(pub(super) Vec<f64>);

impl Samples {
    /// The median, or no number of nothing.
    pub(super) fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The value below which this part of all lies.
    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            return f64::NAN;
        }
        let place = part * (sorted.len() - 1) as f64;
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
    }

    /// Each divided by what was measured beside it, so that a busy moment meets both.
    pub(super) fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }
}

/// `1.07 (1.04 to 1.12)`: the median, and between which the middle half lies.
impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        if self.0.len() < 2 {
            return write!(f, "{:.digits$}", self.median());
        }
        write!(
            f,
            "{:.digits$} ({:.digits$} to {:.digits$})",
            self.median(),
            self.at(0.25),
            self.at(0.75)
        )
    }
}

/// What was to be reached, and what was.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    /// What it is about.
    pub(super) what: String,
    /// The figure, with its spread where there is one.
    pub(super) figure: String,
    /// What it may be at most.
    pub(super) limit: String,
    /// Whether it is.
    pub(super) reached: bool,
}

impl Target {
    /// A median that may be so high.
    pub(super) fn at_most(what: impl Into<String>, samples: &Samples, limit: f64) -> Self {
        Self {
            what: what.into(),
            figure: samples.to_string(),
            limit: format!("at most {limit:.2}"),
            // No number is no success.
            reached: samples.median() <= limit,
        }
    }

    /// A count that may be so high.
    pub(super) fn count(what: impl Into<String>, count: u64, limit: u64) -> Self {
        Self {
            what: what.into(),
            figure: count.to_string(),
            limit: format!("at most {limit}"),
            reached: count <= limit,
        }
    }
}

pub(super) const HEAD: &str = "| target | figure | limit | |\n|---|---|---|---|\n";

/// Rows of a table, which the head of the whole report repeats.
pub(super) fn rows(targets: &[Target]) -> String {
    targets.iter().fold(String::new(), |mut text, target| {
        let end = if target.reached {
            "reached"
        } else {
            "**missed**"
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {end} |",
            target.what, target.figure, target.limit
        );
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_has_the_middle_half_around_it() {
        let samples = Samples(vec![5.0, 1.0, 3.0, 2.0, 4.0]);
        assert_eq!(samples.to_string(), "3.00 (2.00 to 4.00)");
        assert_eq!(format!("{samples:.0}"), "3 (2 to 4)");
        assert_eq!(Samples(vec![1.5]).to_string(), "1.50");
        assert_eq!(Samples(vec![1.0, 2.0]).median(), 1.5);
        let ratio = samples.over(&Samples(vec![5.0, 2.0]));
        assert_eq!(ratio.0, [1.0, 0.5]);
    }

    #[test]
    fn what_was_not_measured_reaches_no_target() {
        let reached =
            |values: &[f64]| Target::at_most("x", &Samples(values.to_vec()), 1.05).reached;
        assert!(reached(&[1.05]));
        assert!(!reached(&[1.06]));
        assert!(!reached(&[]));
        assert!(rows(&[Target::count("x", 2, 1)]).contains("| 2 | at most 1 | **missed** |"));
    }
}
