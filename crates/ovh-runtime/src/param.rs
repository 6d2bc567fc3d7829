//! Values of a path or a query string.

use crate::{Date, DateTime, Secret};

/// A value that can be written into a path or a query string.
///
/// A list writes each of its items, an absent value writes nothing. The text is not escaped.
pub trait Param {
    /// Calls `out` once for each text of the value.
    fn for_each_value(&self, out: &mut dyn FnMut(&str));
}

impl Param for str {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        out(self);
    }
}

impl Param for String {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        out(self);
    }
}

impl Param for Secret {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        out(self.expose());
    }
}

impl Param for DateTime {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        out(&self.to_rfc3339());
    }
}

macro_rules! param_by_display {
    ($($t:ty),*) => {$(
        impl Param for $t {
            fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
                out(&self.to_string());
            }
        }
    )*};
}
param_by_display!(bool, i32, i64, u32, u64, f64, Date, std::net::IpAddr);

impl<T: Param + ?Sized> Param for &T {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        (**self).for_each_value(out);
    }
}

impl<T: Param> Param for Option<T> {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.for_each_value(out);
        }
    }
}

impl<T: Param> Param for Vec<T> {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        self.as_slice().for_each_value(out);
    }
}

impl<T: Param> Param for [T] {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        for value in self {
            value.for_each_value(out);
        }
    }
}
