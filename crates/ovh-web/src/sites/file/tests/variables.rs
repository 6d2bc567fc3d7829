//! Placeholders, variables and merging.

use super::*;
use crate::sites::wanted::EnvValue;

const SHOP: &str = "hosting.\"a.example\".site.\"b.example\"";

/// Returns the only hosting of a file, whose variables all have this value.
fn with(value: &str, text: &str) -> Result<WantedHosting, FileError> {
    let text = format!("variables.x = {{ env = \"X\" }}\n{text}");
    let file = SitesFile::parse("x.toml", &text, |_| Some(value.to_owned()))?;
    file.wanted("a.example", &HostingFacts::sample())
}

#[test]
fn own_credentials_are_never_looked_up() {
    for name in ["OVH_APPLICATION_SECRET", "ovh_consumer_key", "Ovh_x"] {
        let text = format!("variables.x = {{ env = \"{name}\" }}");
        let error = SitesFile::parse("x.toml", &text, |name| panic!("{name} is read"));
        let message = error.expect_err("a mistake").to_string();
        assert_eq!(
            message,
            format!(
                "x.toml:1:23: the environment variable `{name}` cannot be used: `OVH_` is reserved"
            )
        );
    }
}

#[test]
fn only_listed_variables_are_looked_up() {
    let text = format!("variables.x = {{ env = \"X\" }}\n{SHOP} = {{ folder = \"{{HOME}}\" }}");
    let error = SitesFile::parse("x.toml", &text, |name| {
        assert_eq!(name, "X");
        Some(String::new())
    });
    assert_eq!(
        error.expect_err("a mistake").to_string(),
        "x.toml:2:51: unknown placeholder `HOME`, expected one of `login`, `ip`, `ipv6`, \
         `domain`, `x`"
    );
}

#[test]
fn unset_variable_is_the_only_mistake() {
    let text = format!(
        "[variables]\nx = {{ env = \"X\" }}\nlogin = \"a\"\n\"a b\" = \"c\"\n[{SHOP}]\n\
         folder = \"{{x}}\"\naliases = [\"{{x}}\"]\nenv.\"{{x}}\" = \"1\"\n\
         crons.a = {{ command = \"{{x}}\", frequency = \"0 3 * * *\", language = \"x\" }}"
    );
    assert_eq!(
        mistakes(&text),
        [
            "2:13: the environment variable `X` is not set",
            "3:1: the variable `login` cannot be set: the hosting or the site sets it",
            "4:1: invalid name of a variable `a b`: expected letters, digits, `_` and `-`",
        ]
    );
}

#[test]
fn variable_is_text_or_reference() {
    let text = "[variables]\na = {}\nb = { evn = \"X\" }\nc = 1\nd = { env = \"\" }\n";
    assert_eq!(
        mistakes(text),
        [
            "2:5: missing field `env`",
            "3:7: unknown field `evn`, did you mean `env`?",
            "4:5: expected a text or `{ env = \"NAME\" }`, found a number",
            "5:13: expected the name of an environment variable",
        ]
    );
}

#[test]
fn value_is_never_a_placeholder() {
    let text =
        format!("{SHOP} = {{ folder = \"{{x}}\", env = {{ \"{{x}}\" = \"{{{{{{x}}}}}}\" }} }}");
    let wanted = with("{domain}{y}", &text).expect("a hosting");
    assert_eq!(wanted.domains["b.example"].value.path, "{domain}{y}");
    let env = &wanted.env["{domain}{y}"].value.value;
    assert_eq!(*env, EnvValue::Text("{{domain}{y}}".to_owned()));
    // Nor are the site's own variables.
    let text = format!("{SHOP} = {{ folder = \"{{own}}\", variables.own = \"{{x}}\" }}");
    let wanted = with("1", &text).expect("a hosting");
    assert_eq!(wanted.domains["b.example"].value.path, "{x}");
}

#[test]
fn value_is_text_of_a_known_field_only() {
    for (text, expected) in [
        (
            format!("{SHOP} = {{ folder = \"w\", \"{{x}}\" = true }}"),
            "unknown field `{x}`",
        ),
        (
            format!("{SHOP} = {{ folder = \"w\", ssl = \"{{x}}\" }}"),
            "expected `true` or `false`",
        ),
        (
            format!("{SHOP} = {{ folder = \"w\", runtime = \"{{x}}\" }}"),
            "expected a whole number",
        ),
        (
            format!("{SHOP} = {{ folder = \"w\", users.a.\"{{x}}\" = 1 }}"),
            "unknown field `{x}`",
        ),
        (
            "hosting.\"{x}\" = {}".to_owned(),
            "expected the service name",
        ),
        (
            "hosting.\"a.example\".site.\"{x}\" = {}".to_owned(),
            "expected a domain name",
        ),
        (
            "hosting.\"a.example\".prune = [\"{x}\"]".to_owned(),
            "unknown kind `{x}`",
        ),
        (
            format!("{SHOP} = {{ template = \"{{x}}\" }}"),
            "unknown template `{x}`",
        ),
        (
            format!(
                "{SHOP} = {{ folder = \"w\", users.a = {{ home = \"\", password = {{ env = \"{{x}}\" }} }} }}"
            ),
            "the environment variable `{x}` cannot be used",
        ),
    ] {
        for value in ["true", "7", "folder", "OVH_SECRET"] {
            let Err(error) = with(value, &text) else {
                assert!(text.contains("password") && value != "OVH_SECRET", "{text}");
                continue;
            };
            assert!(error.mistakes[0].message.starts_with(expected), "{error}");
        }
    }
}

#[test]
fn values_are_not_in_messages() {
    let value = "canary ../[x]\n";
    for text in [
        format!("{SHOP} = {{ folder = \"{{x}}\" }}"),
        format!("{SHOP} = {{ folder = \"w\", aliases = [\"{{x}}\"], own_log = \"{{x}}\" }}"),
        format!("{SHOP} = {{ folder = \"w\", users.\"{{x}}\".home = \"\" }}"),
        format!("{SHOP} = {{ folder = \"w\", databases.\"{{x}}\" = {{}}, env.\"{{x}}\" = {{}} }}"),
        format!("{SHOP} = {{ folder = \"w\", crons.\"{{x}}\" = {{}}, cdn = \"{{x}}\" }}"),
        format!("{SHOP} = {{ folder = \"w\", crons.a.command = \"{{x}}\" }}"),
        format!("{SHOP} = {{ folder = \"w\", dns = {{ zone = \"{{x}}\" }} }}"),
        format!("{SHOP} = {{ folder = \"w\", dns.records = [{{ name = \"{{x}}\", type = \"{{x}}\", targets = [\"{{x}}\"] }}] }}"),
        "hosting.\"a.example\" = { php = \"{x}\", certificate = [\"{x}\"], absent.crons = [\"{x}\"] }".to_owned(),
    ] {
        let error = with(value, &text).expect_err(&text).to_string();
        assert!(!error.contains("canary"), "{error}");
        assert!(error.contains("{x}"), "{error}");
    }
    let file = SitesFile::parse(
        "x.toml",
        &format!("variables.x = {{ env = \"X\" }}\n{SHOP}.folder = \"{{x}}\""),
        |_| Some("canary".to_owned()),
    );
    assert!(!format!("{:?}", file.expect("a file")).contains("canary"));
}

#[test]
fn braces_are_written_twice() {
    for (folder, expected) in [
        ("{", "unmatched `{`: write `{{` for a brace"),
        ("a}", "unmatched `}`: write `}}` for a brace"),
        ("{a{b}", "unmatched `{`: write `{{` for a brace"),
        (
            "{}",
            "unknown placeholder ``, expected one of `login`, `ip`, `ipv6`, `domain`",
        ),
        ("{ip }", "unknown placeholder `ip `, did you mean `ip`?"),
    ] {
        let found = mistakes(&format!("{SHOP}.folder = \"{folder}\""));
        assert_eq!(found, [format!("1:47: {expected}")]);
    }
    let wanted = with("", &format!("{SHOP}.folder = \"{{{{a}}}}\"")).expect("a hosting");
    assert_eq!(wanted.domains["b.example"].value.path, "{a}");
}

#[test]
fn text_with_values_has_a_limit() {
    let text = format!("{SHOP}.folder = \"{}\"", "{x}".repeat(1000));
    let error = with(&"a".repeat(1000), &text).expect_err("a long text");
    assert_eq!(
        error.to_string(),
        "x.toml:2:47: the text is larger than 64 KB"
    );
}

#[test]
fn keys_may_be_equal_only_once_replaced() {
    let text = format!("{SHOP} = {{ folder = \"w\", env = {{ \"{{x}}\" = \"1\", A = \"2\" }} }}");
    let error = with("A", &text).expect_err("a mistake").to_string();
    assert_eq!(
        error,
        "x.toml:2:64: `{x}` is the same name as at x.toml:2:77"
    );
    // The sample of the login is another one.
    let text =
        format!("{SHOP} = {{ folder = \"w\", env = {{ \"{{login}}\" = \"1\", A = \"2\" }} }}");
    let file = parse("x.toml", &text).expect("a file");
    let facts = HostingFacts {
        login: "A".to_owned(),
        ..HostingFacts::default()
    };
    let error = file.wanted("a.example", &facts).expect_err("a mistake");
    assert_eq!(error.mistakes.len(), 1);
    let text = format!("{SHOP} = {{ folder = \"{{ipv6}}\" }}");
    let file = parse("x.toml", &text).expect("a file");
    let error = file.wanted("a.example", &facts).expect_err("no address");
    assert_eq!(
        error.to_string(),
        "x.toml:1:51: the hosting has no address for `{ipv6}`"
    );
}

#[test]
fn tables_merge_and_references_are_replaced() {
    let text = r#"
[defaults.site]
folder = "a"
ssl = false
template = "t"
env.A = "1"
env.B = { type = "password", value = { env = "B" } }
users.u = { home = "h", ssh = "none", password = { env = "A" } }
[template.t]
folder = "b"
aliases = ["c.example", "d.example"]
variables = { one = "1", two = "2" }
users.u = { password = { generate = true, store = "s" } }
env.B.value.file = "b"
[hosting."a.example".site."b.example"]
aliases = ["{one}-{two}.example"]
variables.two = "3"
users.u = { home = "i" }
env.A = { type = "integer", value = 2 }
"#;
    let file = parse("x.toml", text).expect("a file");
    let wanted = file
        .wanted("a.example", &HostingFacts::sample())
        .expect("a hosting");
    let domains: Vec<&String> = wanted.domains.keys().collect();
    assert_eq!(domains, ["1-3.example", "b.example"]);
    let body = &wanted.domains["b.example"].value;
    assert_eq!((&*body.path, body.ssl), ("b", Some(false)));
    let user = &wanted.users["u"];
    assert_eq!((&*user.value.home, user.place.line), ("i", 18));
    assert!(user.value.ssh_state.is_some());
    let password = user.value.password.as_ref().map(ToString::to_string);
    assert_eq!(password.as_deref(), Some("the store \"s\""));
    assert_eq!(wanted.env["A"].value.type_.as_str(), "integer");
    let EnvValue::Secret(secret) = &wanted.env["B"].value.value else {
        panic!("a text");
    };
    assert_eq!(secret.to_string(), "the file \"b\"");
}
