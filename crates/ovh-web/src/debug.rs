//! `Debug` output that leaves fields out.

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

pub(crate) use partial_debug;
