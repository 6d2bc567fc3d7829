//! Values of a path or a query string.

use crate::{Date, DateTime, Secret};

/// A value that can be written into a path or a query string.
///
/// A list writes each of its items, an absent value writes nothing. The text is not escaped.
pub trait Param {
    /// Calls `out` once for each text of the value.
    fn for_each_value(&self, out: &mut dyn FnMut(&str));
}

/// The texts of a value.
pub(crate) fn texts(value: &dyn Param) -> Vec<String> {
    let mut texts = Vec::new();
    value.for_each_value(&mut |text| texts.push(text.to_owned()));
    texts
}

macro_rules! param {
    ($($t:ty: $value:ident => $text:expr;)*) => {$(
        impl Param for $t {
            fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
                let $value = self;
                out($text);
            }
        }
    )*};
}
param! {
    str: value => value;
    String: value => value;
    Secret: value => value.expose();
    DateTime: value => &value.to_rfc3339();
    Date: value => &value.to_string();
    bool: value => &value.to_string();
    i32: value => &value.to_string();
    i64: value => &value.to_string();
    u32: value => &value.to_string();
    u64: value => &value.to_string();
    f64: value => &value.to_string();
    std::net::IpAddr: value => &value.to_string();
}

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
