//! Snake case and Pascal case, keywords, plural and singular.

use heck::{ToPascalCase, ToSnakeCase};

/// A Rust identifier in snake case; keywords get a trailing underscore, digits a leading one.
pub(crate) fn snake(text: &str) -> String {
    identifier(
        whole_abbreviations(&text.replace(['.', '/', '+', '*'], "_")).to_snake_case(),
        "value",
    )
}

/// Writes the plural of an abbreviation as one word: `allowedIPs` is `allowed_ips`, not `allowed_i_ps`.
fn whole_abbreviations(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let capitals = rest.iter().take_while(|c| c.is_ascii_uppercase()).count();
        let is_plural = capitals > 1
            && rest.get(capitals) == Some(&'s')
            && rest
                .get(capitals + 1)
                .is_none_or(|next| !next.is_ascii_lowercase());
        if is_plural {
            out.push(rest[0]);
            out.extend(rest[1..capitals].iter().map(char::to_ascii_lowercase));
            at += capitals;
        } else {
            let whole = capitals.max(1);
            out.extend(&rest[..whole]);
            at += whole;
        }
    }
    out
}

/// A Rust identifier in Pascal case, as progenitor would write it.
pub(crate) fn pascal(text: &str) -> String {
    let mut name = identifier(
        text.replace(['.', '/', '+', '*'], "_").to_pascal_case(),
        "Value",
    );
    // The capital letter may have been dropped.
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn identifier(name: String, empty: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    if name.is_empty() {
        return empty.to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}");
    }
    if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// Returns `true` for a plain Rust identifier of ASCII letters, digits and underscores.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !is_keyword(text)
}

/// Returns `true` for a word that is not an identifier.
pub(crate) fn is_keyword(word: &str) -> bool {
    // `gen` is a keyword since the 2024 edition.
    word == "gen" || syn::parse_str::<syn::Ident>(word).is_err()
}

/// The name of a property; its setter cannot be named `new`, as the constructor is.
pub(crate) fn field(text: &str) -> String {
    let name = snake(text);
    if name == "new" {
        "new_".to_owned()
    } else {
        name
    }
}

/// The name if it is free, or else with the first free number.
pub(crate) fn free(plain: &str, is_free: impl Fn(&str) -> bool) -> String {
    let mut name = plain.to_owned();
    let mut number = 1;
    while !is_free(&name) {
        number += 1;
        name = format!("{}_{number}", plain.trim_end_matches('_'));
    }
    name
}

/// The plural of an English noun in snake case; a plural stays.
pub(crate) fn plural(word: &str) -> String {
    let uncountable = ["ssl", "dns", "infos", "data"];
    if word.ends_with('s') && !word.ends_with("ss") || uncountable.contains(&word) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if ["s", "x", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// The singular of a plural made by [`plural`].
pub(crate) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_identifiers() {
        for (text, name) in [
            ("serviceName", "service_name"),
            ("creationDate.from", "creation_date_from"),
            ("allowedIPs", "allowed_ips"),
            ("IPs", "ips"),
            ("clusterIPv6", "cluster_i_pv6"),
            ("unblockTCPOut", "unblock_tcp_out"),
            ("type", "type_"),
            ("self", "self_"),
            ("1h", "_1h"),
            ("+", "value"),
            ("gen", "gen_"),
            ("日本", "value"),
            ("bypassDNSConfiguration", "bypass_dns_configuration"),
        ] {
            assert_eq!(snake(text), name);
        }
        assert_eq!(pascal("ServiceWithIAM"), "ServiceWithIam");
        assert_eq!(pascal("Été"), "T");
        assert_eq!(
            pascal("complexType.UnitAndValue_double"),
            "ComplexTypeUnitAndValueDouble"
        );
    }

    #[test]
    fn plurals_and_singulars_match() {
        for (one, many) in [
            ("database", "databases"),
            ("database_copy", "database_copies"),
            ("boost_history", "boost_histories"),
            ("key", "keys"),
            ("address", "addresses"),
            ("tasks", "tasks"),
            ("own_logs", "own_logs"),
        ] {
            assert_eq!(plural(one), many);
        }
        for (many, one) in [
            ("databases", "database"),
            ("copies", "copy"),
            ("addresses", "address"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
