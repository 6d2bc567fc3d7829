//! The macro for builder methods that set one field.

/// Writes a method for each line: `name(value: Type) => field = expression;`.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident($($value:ident: $type:ty),*) => $field:ident = $to:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $($value: $type),*) -> Self {
            self.$field = $to;
            self
        }
    )*};
}

pub(crate) use setters;
