//! The macro for methods that only return a value.

/// Declares getters, each with its documentation, type and value.
macro_rules! getters {
    ($of:ty {
        $($(#[$meta:meta])* $name:ident -> $type:ty: $this:ident => $value:expr;)*
    }) => {
        impl $of {
            $(
                $(#[$meta])*
                #[must_use]
                pub fn $name(&self) -> $type {
                    let $this = self;
                    $value
                }
            )*
        }
    };
}

pub(crate) use getters;
