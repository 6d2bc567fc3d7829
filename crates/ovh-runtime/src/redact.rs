//! Redacts values in serde's error messages: a value may be a secret.

/// Returns the error's message, with `..` in place of quoted text.
///
/// Numbers and property names are kept: they help, and are not secret.
pub(crate) fn without_value(error: &serde_json::Error) -> String {
    let words = error.to_string();
    for (begin, end) in [
        ("string \"", "\", expected"),
        ("unknown variant `", "`, expected"),
        ("unknown variant `", "`, there are no variants"),
    ] {
        let (Some(from), Some(until)) = (words.find(begin), words.rfind(end)) else {
            continue;
        };
        if from + begin.len() <= until {
            let before = &words[..from + begin.len()];
            return format!("{before}..{}", &words[until..]);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{List, Method, Request, Response};

    #[derive(Debug, serde::Deserialize)]
    struct Own {
        #[allow(dead_code, reason = "it never gets a value")]
        number: u64,
    }

    #[derive(Debug, serde::Deserialize)]
    enum Word {
        Known,
    }

    #[test]
    fn redacts_quoted_values() {
        let request = Request::to(Method::Get, "/x").expect("a route");
        let body = r#"{"number":"s3cr3t\", expected nothing"}"#;
        let reply = Response::new(200, Vec::new(), body.as_bytes().to_vec());
        let error = reply.decode::<Own>(&request).expect_err("no number");
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("s3cr3t"), "{shown}");
        assert!(
            shown.contains("`number`") && shown.contains("expected u64"),
            "{shown}"
        );

        let list = format!("[{body}]");
        let reply = Response::new(200, Vec::new(), list.into_bytes());
        let list: List<Own> = crate::DecodeResponse::from_reply(&request, &reply).expect("a list");
        let (_, errors) = list.split();
        let shown = format!("{errors:?} {}", errors[0]);
        assert!(
            !shown.contains("s3cr3t") && shown.contains("[0].number"),
            "{shown}"
        );

        let error = serde_json::from_str::<Word>(r#""s3cr3t""#).expect_err("no word");
        let words = without_value(&error);
        assert!(
            words.starts_with("unknown variant `..`, expected `Known`"),
            "{words}"
        );
        assert!(matches!(
            serde_json::from_str(r#""Known""#),
            Ok(Word::Known)
        ));
    }
}
