//! Amounts of data: a number with its unit.

/// The bytes of each unit. The document does not define the units: these are the SI and IEC ones,
/// with the French names. A small `b` is left out: it may stand for bits.
const UNITS: &[(&str, f64)] = &[
    ("B", 1.0),
    ("o", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("ko", 1e3),
    ("Ko", 1e3),
    ("MB", 1e6),
    ("Mo", 1e6),
    ("GB", 1e9),
    ("Go", 1e9),
    ("TB", 1e12),
    ("To", 1e12),
    ("KiB", 1024.0),
    ("Kio", 1024.0),
    ("MiB", 1_048_576.0),
    ("Mio", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("Gio", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("Tio", 1_099_511_627_776.0),
];

/// The bytes of one unit.
fn factor(unit: &str) -> Option<f64> {
    let mut units = UNITS.iter();
    units.find_map(|(name, factor)| (*name == unit).then_some(*factor))
}

/// The bytes of an amount, for the macro.
#[doc(hidden)]
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive, rounded, and limited by the type"
)]
pub fn bytes(value: f64, unit: &str) -> Option<u64> {
    let bytes = (value * factor(unit)?).round();
    (value >= 0.0).then_some(bytes as u64)
}

/// An amount divided by another, for the macro.
#[doc(hidden)]
#[must_use]
pub fn ratio((value, unit): (f64, &str), (whole, whole_unit): (f64, &str)) -> Option<f64> {
    let factor = match unit == whole_unit {
        true => 1.0,
        false => factor(unit)? / factor(whole_unit)?,
    };
    let ratio = value * factor / whole;
    ratio.is_finite().then_some(ratio)
}

/// Adds `new` and the conversions of an amount to a model with the fields `unit` and `value`.
#[doc(hidden)]
#[macro_export]
macro_rules! quantity {
    ($name:ident $(: $compared:ident)? {
        $(#[$unit_meta:meta])* unit: String = $unit_wire:literal $($unit_fact:ident)?,
        $(#[$meta:meta])* value: $value:ty = $wire:literal $($fact:ident)? $(,)?
    }) => {
        impl $name {
            /// Creates an amount from its number and unit, such as `MB`. Any unit is accepted.
            #[must_use]
            pub fn new(
                value: impl ::core::convert::Into<$value>,
                unit: impl ::core::convert::Into<::std::string::String>,
            ) -> Self {
                Self {
                    unit: unit.into(),
                    value: value.into(),
                }
            }

            /// The amount in bytes. Returns `None` if it is negative, or its unit is none of bytes.
            ///
            /// Inferred: a `GB` is 1,000 MB and a `GiB` 1,024 MiB. The API does not define its units.
            #[must_use]
            pub fn bytes(&self) -> ::core::option::Option<u64> {
                $crate::private::bytes(self.value as f64, &self.unit)
            }

            /// This amount divided by another: 0.5 if half of it is used.
            ///
            /// Returns `None` if the other is zero, or the units cannot be converted.
            #[must_use]
            pub fn ratio(&self, whole: &Self) -> ::core::option::Option<f64> {
                $crate::private::ratio(
                    (self.value as f64, &self.unit),
                    (whole.value as f64, &whole.unit),
                )
            }
        }

        /// Prints the number and the unit: `250 MB`.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad($crate::private::quantity_text(&self.value, &self.unit).as_str())
            }
        }
    };
}

/// The text of an amount, for the macro.
#[doc(hidden)]
#[must_use]
pub fn text(value: &dyn std::fmt::Display, unit: &str) -> String {
    format!("{value} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{bytes, ratio, text};

    #[test]
    fn counts_bytes_in_known_units() {
        assert_eq!(bytes(250.0, "MB"), Some(250_000_000));
        assert_eq!(bytes(1.5, "GiB"), Some(1_610_612_736));
        assert_eq!(bytes(3.0, "Go"), Some(3_000_000_000));
        assert_eq!(bytes(1.0, "parsec"), None);
        assert_eq!(bytes(1.0, "Mb"), None);
        assert_eq!(bytes(-1.0, "MB"), None);
        assert_eq!(bytes(-0.4, "B"), None);
        assert_eq!(bytes(f64::NAN, "MB"), None);
    }

    #[test]
    fn divides_amounts_of_different_units() {
        assert_eq!(ratio((50.0, "MB"), (200.0, "MB")), Some(0.25));
        assert_eq!(ratio((50.0, "sites"), (200.0, "sites")), Some(0.25));
        assert_eq!(ratio((500.0, "MB"), (1.0, "GB")), Some(0.5));
        assert_eq!(ratio((500.0, "MB"), (1.0, "sites")), None);
        assert_eq!(ratio((500.0, "MB"), (0.0, "MB")), None);
    }

    #[test]
    fn prints_number_and_unit() {
        assert_eq!(text(&250.0, "MB"), "250 MB");
        assert_eq!(text(&0.5, ""), "0.5");
    }
}
