//! The macro for all types of a generated file. It hands each of them to the macro of its kind.

/// Declares types, each with its kind before its name.
///
/// | kind | declared by |
/// |---|---|
/// | `model`, `quantity` | [`model!`](crate::model); a quantity also has `new`, and converts its unit |
/// | `body` | [`body!`](crate::body) |
/// | `enum` | [`open_enum!`](crate::open_enum) |
/// | `switch` | [`bool_enum!`](crate::bool_enum) |
/// | `convert`, `convert_enum` | `convert!`, `convert_enum!`, which add to a type |
///
/// ```
/// ovh_runtime::types! {
/// /// A cron job.
/// model Cron {
///     /// Its ID.
///     id: i64 = "id" required,
///     /// State of the job.
///     status: CronStatus = "status",
/// }
/// /// State of a job.
/// enum CronStatus: str { On = "on", Off = "off" }
/// /// Runs the job now.
/// switch CronRunNow {}
/// }
/// let cron: Cron = serde_json::from_str(r#"{"id":1,"status":"off"}"#).unwrap();
/// assert_eq!(cron.status, CronStatus::Off);
/// assert!(CronRunNow::Yes.as_bool());
/// ```
// It reads no more of a type than it has to: the macro of the kind reads it again.
#[doc(hidden)]
#[macro_export]
macro_rules! types {
    (@model [$($meta:tt)*] $($item:tt)*) => {
        $crate::model! { $($meta)* pub struct $($item)* }
    };
    (@quantity [$($meta:tt)*] $name:ident $($item:tt)*) => {
        $crate::model! { $($meta)* pub struct $name $($item)* }
        $crate::quantity! { $name $($item)* }
    };
    (@body [$($meta:tt)*] $($item:tt)*) => {
        $crate::body! { $($meta)* pub struct $($item)* }
    };
    (@enum [$($meta:tt)*] $($item:tt)*) => {
        $crate::open_enum! { $($meta)* pub enum $($item)* }
    };
    (@switch [$($meta:tt)*] $name:ident {}) => {
        $crate::bool_enum! { $($meta)* pub enum $name; }
    };
    (@convert [] $($item:tt)*) => {
        $crate::convert! { $($item)* }
    };
    (@convert_enum [] $($item:tt)*) => {
        $crate::convert_enum! { $($item)* }
    };
    ($($(#$meta:tt)* $kind:ident $name:ident $(: $how:ident)? { $($body:tt)* })*) => {
        $($crate::types! { @$kind [$(#$meta)*] $name $(: $how)? { $($body)* } })*
    };
}

#[cfg(test)]
#[allow(
    dead_code,
    missing_docs,
    non_camel_case_types,
    reason = "the test needs only the names"
)]
mod tests {
    use crate::Nullable;
    use std::collections::BTreeMap;

    // Types, fields and values that are named like keywords of the macros.
    crate::types! {
    /// For the test.
    model model {
        model: i64 = "model" required,
        rest: body_enum = "rest",
        default: Vec<String> = "default" default,
        => rest:
        /// The others.
        types: BTreeMap<String, i64>,
    }
    /// For the test.
    body body: Eq {
        required: String = "required", optional: String = "optional",
        => optional:
        /// An alias for searches.
        #[doc(alias = "null")]
        nullable: String = "nullable",
        unset: bool = "unset",
        => nullable:
        rest: body_enum = "rest",
        => rest:
        more: BTreeMap<String, String>,
    }
    convert body: source {
        required, => unset: nullable, unset, rest, more, => fn from_source(optional: String),
    }
    /// For the test.
    body few { => nullable: convert: bool = "convert" }
    convert few: source { convert }
    /// For the test.
    model outer { nested: source = "nested", each: Option<source> = "each", list: Vec<source> = "list" default,
        through: other = "through", flags: bool = "flags" }
    /// For the test.
    body inner { nested: few = "nested", flags: switch = "flags",
        => optional: list: Vec<few> = "list", through: body_enum = "through",
        => nullable: each: few = "each" }
    convert inner: outer {
        => through: through: body_enum, => flags: flags: switch, => nested: nested: few,
        => each: each: few, list: few,
    }
    /// For the test.
    body open { => rest: more: BTreeMap<String, bool> }
    /// For the test.
    model source { required: String = "required", convert: Option<bool> = "convert", }
    /// For the test.
    enum body_enum: str {
        model = "model", str = alias "a } = , ` b" as "``a } = , ` b``",
        /// With documentation.
        #[doc(hidden)]
        body = "=> rest:", alias = "//", quantity = "\"", int = "\n",
    }
    convert_enum body_enum: as_str { other, third }
    /// For the test.
    enum other: str { model = "model", more = "more" }
    /// For the test.
    enum third: str {}
    /// For the test.
    enum number: int { int = 1, rest = -2 }
    convert_enum number: value { number_2, }
    /// For the test.
    enum number_2: int { int = 1 }
    /// For the test.
    switch switch {}
    /// For the test.
    quantity quantity: PartialEq { unit: String = "unit", value: f64 = "value" required }
    }

    #[test]
    fn words_of_the_macros_are_names_too() {
        let of = source {
            required: "a".into(),
            convert: Some(true),
        };
        let sent = body::from_source(&of, "b")
            .nullable("c")
            .rest(body_enum::from(other::model));
        assert_eq!(few::from(&of).convert, Nullable::Value(true));
        let outer = outer {
            nested: of.clone(),
            each: None,
            list: vec![of.clone()],
            through: other::more,
            flags: true,
        };
        let few = few::from(&of);
        let wanted = inner::new(few.clone(), switch::Yes).through("more");
        let wanted = wanted.list(vec![few]).each(Nullable::Null);
        assert_eq!(inner::from(&outer), wanted);
        let text = r#"{"required":"a","optional":"b","nullable":"c","rest":"model"}"#;
        assert_eq!(serde_json::to_string(&sent).expect("JSON"), text);
        assert_eq!(body_enum::from(third::from("=> rest:")), body_enum::body);
        assert_eq!(number::from(number_2::from(-2)), number::rest);
        assert_eq!(open::default(), open::new());
        assert!(!switch::No.as_bool());
        let amount: quantity = serde_json::from_str(r#"{"unit":"kB","value":2}"#).expect("JSON");
        assert_eq!(amount.bytes(), Some(2000));
        assert_eq!(amount, quantity::new(2.0, "kB"));
    }
}
