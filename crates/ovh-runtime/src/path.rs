//! Escaping and checking of path values.
//!
//! A `DELETE` of one object must never become a `DELETE` of another. So values that would change the
//! route are refused: empty ones, `.`, `..`, and static segments of other routes (`moduleList` in
//! place of a service name). Everything else is escaped, including `/` and `\`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::param::texts;
use crate::{Error, Operation, Param};

/// All characters except the unreserved ones of RFC 3986.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Operation {
    /// Fills the parameters of the route with `values`, checked and escaped.
    ///
    /// The result is a target for [`Request::to`](crate::Request::to).
    ///
    /// # Errors
    ///
    /// Returns an error if there are more or fewer values than parameters, or if a value is empty,
    /// `.`, `..` or one that selects another route.
    pub fn target(&'static self, values: &[&str]) -> Result<String, Error> {
        let names: Vec<&str> = self.path_parameters().collect();
        if names.len() != values.len() {
            let expected = match &names[..] {
                [] => "expected no path values".to_owned(),
                names => format!("expected the path values {}", names.join(", ")),
            };
            let message = format!("{expected}; found {}; nothing was sent", values.len());
            let error = Error::invalid_argument(message).operation(self);
            return Err(error.build());
        }
        let values: Vec<&dyn Param> = values.iter().map(|value| value as &dyn Param).collect();
        fill(self, &values)
    }
}

/// Fills the parameters of the operation's route with `values`, in the order of the route.
pub(crate) fn fill(operation: &'static Operation, values: &[&dyn Param]) -> Result<String, Error> {
    debug_assert_eq!(
        operation.path_parameters().count(),
        values.len(),
        "{operation} has another number of path parameters"
    );
    let mut path = String::with_capacity(operation.path().len() + 32);
    let mut rest = operation.path();
    let mut values = values.iter();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        path.push_str(before);
        let texts = values.next().map_or_else(Vec::new, |value| texts(*value));
        let why = match &texts[..] {
            [text] if text.is_empty() => "it is empty".to_owned(),
            [text] if text == "." || text == ".." => "`.` and `..` are not allowed".to_owned(),
            [text] if operation.reserved_values_of(name).contains(&text.as_str()) => {
                format!("`{text}` selects another route")
            }
            [text] => {
                path.extend(utf8_percent_encode(text, UNRESERVED));
                rest = behind;
                continue;
            }
            _ => "expected one value, found none or several".to_owned(),
        };
        let message = format!("invalid path value `{name}`: {why}; nothing was sent");
        return Err(Error::invalid_argument(message)
            .operation(operation)
            .build());
    }
    path.push_str(rest);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Method};

    static GET: Operation = Operation::new("x::get", Method::GET, "/web/{serviceName}/user/{id}")
        .reserved_values(&[("serviceName", &["moduleList"])]);

    #[test]
    fn escapes_values_into_one_segment() {
        for (value, escaped) in [
            ("example.ovh", "example.ovh"),
            ("a/b", "a%2Fb"),
            ("a\\b", "a%5Cb"),
            ("..\\..\\me", "..%5C..%5Cme"),
            ("%2e%2e", "%252e%252e"),
            ("a?b#c", "a%3Fb%23c"),
            ("é\r\n", "%C3%A9%0D%0A"),
        ] {
            assert_eq!(
                fill(&GET, &[&value, &7_i64]).expect("a value that can be sent"),
                format!("/web/{escaped}/user/7")
            );
        }
    }

    #[test]
    fn target_needs_one_value_per_parameter() {
        let target = GET.target(&["a/b", "7"]).expect("two values");
        assert_eq!(target, "/web/a%2Fb/user/7");
        for values in [&["a"][..], &["a", "7", "8"], &["..", "7"]] {
            let error = GET.target(values).expect_err("must be refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(error.to_string().contains("serviceName"), "{error}");
        }
    }

    #[test]
    fn refuses_values_that_reach_another_route() {
        for value in ["", ".", "..", "moduleList"] {
            let error = fill(&GET, &[&value, &7_i64]).expect_err("must be refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(error.to_string().contains("serviceName"), "{error}");
        }
        // A reserved value of one parameter is valid for another.
        assert!(fill(&GET, &[&"x", &"moduleList"]).is_ok());
    }
}
