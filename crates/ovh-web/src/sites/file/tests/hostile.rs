//! Texts that are made to break the parser.

use proptest::prelude::*;

use super::*;

/// Parses a text, and checks that each mistake is inside of it.
fn survives(name: &str, text: &str) -> Result<(), FileError> {
    let result = SitesFile::parse(name, text, example::env);
    if let Err(error) = &result {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines: Vec<&str> = text.split('\n').collect();
        assert!((1..=20).contains(&error.mistakes.len()));
        for mistake in &error.mistakes {
            let place = &mistake.place;
            let line = lines.get(place.line as usize - 1).expect("a line");
            let columns = line.chars().count() + 1;
            assert!((1..=columns).contains(&(place.column as usize)), "{place}");
            assert!(!mistake.message.contains(char::is_control), "{mistake}");
        }
    }
    result.map(drop)
}

#[test]
fn deep_nesting_is_a_mistake() {
    let deep = 10_000;
    let lists = format!("a = {}{}", "[".repeat(deep), "]".repeat(deep));
    let tables = format!("a = {}1{}", "{a=".repeat(deep), "}".repeat(deep));
    let dotted = format!("{}a = 1", "a.".repeat(deep));
    let header = format!("[{}a]", "a.".repeat(deep));
    // Each level has many keys, which the parser accepts, and drops by recursion after a mistake.
    let keys = "a.".repeat(78);
    let both = format!("{}1{}", format!("{{{keys}a=").repeat(70), "}".repeat(70));
    let mismatched = format!("{{{keys}a=[}}").repeat(70);
    for text in [
        lists,
        tables,
        dotted,
        header,
        format!("[{keys}a]\n{keys}a = {both}"),
        format!("a = 1\na.b = {both}"),
        format!("a = {both}\na = {both}"),
        format!("a = {mismatched}\na = 1"),
    ] {
        survives("x.toml", &text).expect_err("a mistake");
        survives("x.toml", &format!("b = [\n{text}")).expect_err("a mistake");
    }
    // The dots of one key do not count for the next.
    let wide = "a.b.c = 1.5\n".repeat(100) + &"{ a.b = 1, c.d = [1.5] },".repeat(100);
    let error = survives("x.toml", &wide)
        .expect_err("a mistake")
        .to_string();
    assert!(!error.contains("levels deep"), "{error}");
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    let tables = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    for text in [lists, tables, "[".repeat(deep), "{\"a\":".repeat(deep)] {
        survives("x.json", &text).expect_err("a mistake");
    }
}

#[test]
fn accepts_no_strange_values() {
    for (text, expected) in [
        ("a = 1\na = 2", "2:1: duplicate key"),
        (
            "hosting.a.x = 1\nhosting.\"a\".x = 2",
            "2:13: duplicate key",
        ),
        ("[hosting.a]\n[hosting.a]", "2:10: duplicate key"),
        ("a = \"\\uD800\"", "1:8: "),
        ("a = 1e999999", "1:1: unknown field `a`"),
        ("__proto__ = {}", "1:1: unknown field `__proto__`"),
        ("\"\\u001b[2J\" = 1", "1:1: unknown field `\u{fffd}[2J`"),
        ("hosting = 1", "1:11: expected a table, found a number"),
    ] {
        let found = mistakes(text);
        assert!(found[0].starts_with(expected), "{found:?}");
    }
    for (text, expected) in [
        (
            r#"{"hosting":{},"hosting":{}}"#,
            "1:15: duplicate key `hosting`, first at x.json:1:2",
        ),
        (
            r#"{"host\u0069ng":{},"hosting":{}}"#,
            "1:20: duplicate key `hosting`",
        ),
        (r#"{"a":"\ud800"}"#, "1:6: "),
        (r#"{"\udfff":1}"#, "1:2: "),
        (r#"{"a":1e999999}"#, "1:2: unknown field `a`"),
        (
            r#"{"hosting":{"a.b":{"php":-99999999999999999999999}}}"#,
            "1:26: expected a text, found a number that is too large",
        ),
        (r#"{"hosting":null}"#, "1:12: expected a table, found null"),
        ("{\"a\":\"\u{1}\"}", "1:6: control character"),
        ("", "1:1: EOF while parsing"),
        ("{} x", "1:4: trailing characters"),
    ] {
        let error = parse("x.json", text).expect_err(text).to_string();
        assert!(error.starts_with(&format!("x.json:{expected}")), "{error}");
    }
}

#[test]
fn large_file_is_refused() {
    let text = " ".repeat((16 << 20) + 1);
    assert_eq!(mistakes(&text), ["1:1: the file is larger than 16 MB"]);
}

#[test]
fn long_text_is_a_mistake() {
    let long = "a".repeat((64 << 10) + 1);
    let site = "[hosting.\"a.example\".site.\"b.example\"]\n";
    let text = format!("{site}folder = \"{long}\"\n");
    assert_eq!(mistakes(&text), ["2:10: the text is larger than 64 KB"]);
    let text = format!("{site}folder = \"a\"\nusers.\"{long}\".home = \"b\"\n");
    assert_eq!(mistakes(&text), ["3:7: the text is larger than 64 KB"]);
    let env = |_: &str| Some(long.clone());
    let text = format!("{site}folder = \"{{x}}\"\n[variables]\nx = {{ env = \"X\" }}\n");
    let error = SitesFile::parse("x", &text, env).expect_err("a long value");
    assert_eq!(error.to_string(), "x:2:10: the text is larger than 64 KB");
}

#[test]
fn repeated_text_is_a_mistake() {
    const LIMIT: usize = 2 << 20;
    let long = "a".repeat(60 << 10);
    let names = |count: usize| (0..count).map(|n| format!("\"a{n}.example.com\""));
    let site = |name: String, more: &str| format!("[hosting.\"a.example\".site.{name}]\n{more}\n");
    let sites = |count, more: &str| names(count).map(|it| site(it, more)).collect::<String>();
    let aliases = names(100).collect::<Vec<_>>().join(", ");
    let aliases = format!("folder = \"w\"\naliases = [{aliases}]");
    let one = |more: &str| site("\"example.com\"".to_owned(), more);
    let many = (0..500).map(|n| format!("env.A{n} = \"b\"\n"));
    for text in [
        // A folder for each alias, and records for each.
        one(&aliases.replace("\"w\"", &format!("\"{long}\""))),
        one(&format!(
            "{aliases}\ndns.records = [{{ type = \"TXT\", targets = [\"{long}\"] }}]"
        )),
        // Defaults, variables and templates for each site.
        format!("defaults.site.folder = \"{long}\"\n{}", sites(50, "")),
        format!(
            "defaults.site.folder = \"{{x}}\"\n[variables]\nx = {{ env = \"X\" }}\n{}",
            sites(50, "")
        ),
        format!(
            "[template.a]\nfolder = \"w\"\nvariables.b = \"{long}\"\n{}",
            sites(50, "template = \"a\"")
        ),
        format!(
            "[template.a]\nfolder = \"w\"\n{}{}",
            many.collect::<String>(),
            sites(50, "template = \"a\"")
        ),
        // A value many times in one list.
        format!(
            "{}[variables]\nx = {{ env = \"X\" }}\n",
            one(&format!(
                "folder = \"w\"\ndns.records = [{{ type = \"TXT\", targets = [{}] }}]",
                "\"{x}\", ".repeat(50)
            ))
        ),
        // Defaults for each hosting.
        format!(
            "defaults.hosting.env.A = \"{long}\"\n{}",
            (0..50)
                .map(|n| format!("[hosting.\"a{n}.ovh\"]\n"))
                .collect::<String>()
        ),
    ] {
        let env = |_: &str| Some(long.clone());
        let error = SitesFile::parse_within(LIMIT, "x", &text, &env).expect_err("too much");
        let is_limit = |it: &Mistake| it.message.ends_with("the file is larger than 256 MB");
        let count = error.mistakes.iter().filter(|it| is_limit(it)).count();
        assert_eq!(count, 1, "{error}");
    }
    SitesFile::parse_within(LIMIT, "x", example::TEXT, &example::env).expect("a file");
    let file = SitesFile::parse_within(LIMIT, "x", &sites(500, "folder = \"w\""), &|_| None);
    file.expect("many sites");
}

/// The example with some of its characters replaced, added or removed.
fn mutated() -> impl Strategy<Value = (bool, String)> {
    let part = prop_oneof![
        any::<String>(),
        "[\\[\\]{}\"'=.,#\\\\\n ]{1,3}",
        Just("{domain}".to_owned()),
        Just("\u{202e}é\u{0}".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("null".to_owned()),
    ];
    let change = (any::<prop::sample::Index>(), 0..20usize, part);
    (any::<bool>(), prop::collection::vec(change, 1..5)).prop_map(|(is_json, changes)| {
        let text = if is_json {
            example::as_json()
        } else {
            example::TEXT.to_owned()
        };
        let mut letters: Vec<char> = text.chars().collect();
        for (at, removed, part) in changes {
            let start = at.index(letters.len());
            let end = (start + removed)
                .min(letters.len().saturating_sub(1))
                .max(start);
            letters.splice(start..end, part.chars());
        }
        (is_json, letters.into_iter().collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn random_text_never_panics(text in any::<String>()) {
        let _ = survives("x.toml", &text);
        let _ = survives("x.json", &text);
    }

    #[test]
    fn changed_example_never_panics((is_json, text) in mutated()) {
        let _ = survives(if is_json { "x.json" } else { "x.toml" }, &text);
    }
}
