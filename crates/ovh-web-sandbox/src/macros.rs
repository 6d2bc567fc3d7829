//! The macros for builder methods that make one change, and for errors that are one text.

/// Writes a method for each line: `name(value: Type) => this.field = expression;`.
macro_rules! setters {
    ($this:ident: $($(#[$doc:meta])* $name:ident($($value:ident: $type:ty),*) => $change:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, $($value: $type),*) -> Self {
            let mut $this = self;
            $change;
            $this
        }
    )*};
}

/// Implements `Error` for a wrapper of a text, which is shown after another text.
macro_rules! text_error {
    ($name:ident: $before:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($before, " {}"), self.0)
            }
        }

        impl std::error::Error for $name {}
    };
}

pub(crate) use {setters, text_error};
