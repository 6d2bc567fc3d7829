//! Macros for repeated methods: `Debug` output that leaves fields out, and setters.

/// Implements `Debug` with these fields only: the others are secret, long, or have no `Debug`.
macro_rules! partial_debug {
    ($type:ident $(<$($param:tt),+>)?, |$this:ident| $($name:ident = $value:expr),*) => {
        impl $(<$($param),+>)? std::fmt::Debug for $type $(<$($param),+>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let $this = self;
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($name), &$value))*
                    .finish_non_exhaustive()
            }
        }
    };
}

/// Declares the setters of a builder: name, argument, and what it sets.
macro_rules! setters {
    (const $type:ident: $($(#[$meta:meta])* $name:ident($value:ident: $argument:ty) => $field:ident = $new:expr;)*) => {
        impl $type {
            $($(#[$meta])*
            pub const fn $name(mut self, $value: $argument) -> Self {
                self.$field = $new;
                self
            })*
        }
    };
    ($type:ident: $($(#[$meta:meta])* $name:ident($value:ident: $argument:ty) => $($field:ident).+ = $new:expr;)*) => {
        impl $type {
            $($(#[$meta])*
            pub fn $name(mut self, $value: $argument) -> Self {
                self.$($field).+ = $new;
                self
            })*
        }
    };
}

pub(crate) use {partial_debug, setters};
