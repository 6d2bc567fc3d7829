//! Names that the file gives twice, and names that no object has.

use super::*;

#[test]
fn two_spellings_of_a_domain_are_a_mistake() {
    let text = r##"
[hosting."a.example"]
site."bücher.example" = { folder = "www" }
site."XN--BCHER-KVA.example" = { folder = "www" }
site."c.example" = { folder = "c", aliases = ["www.c.example", "WWW.c.example.", "C.example"] }
certificate = ["c.example", "C.EXAMPLE"]
absent.domains = ["d.example", "D.example"]
"##;
    assert_eq!(
        mistakes(text),
        [
            "3:6: `bücher.example` is the same domain as at 4:6",
            "5:64: `WWW.c.example.` is the same domain as at 5:47",
            "5:82: `C.example` is the same domain as at 5:6",
            "6:29: `C.EXAMPLE` is the same domain as at 6:16",
            "7:32: `D.example` is the same domain as at 7:19",
        ]
    );
}

#[test]
fn covered_site_does_not_disable_ssl() {
    let text = r##"
[hosting."a.example"]
site."b.example" = { folder = "www", ssl = false }
certificate = ["b.example"]
"##;
    assert_eq!(mistakes(text), ["4:16: the site has `ssl = false` at 3:6"]);
}

#[test]
fn domains_are_lower_case_punycode() {
    let text = r##"
[hosting."a.example"]
certificate = ["Bücher.example"]
absent.domains = ["ÄB.example"]
site."Shop.Example" = { folder = "{domain}", aliases = ["ßa.{domain}"], dns.zone = "Example.COM", dns.records = [{ name = "*.Ö._a.example.com", type = "txt", targets = ["x"] }] }
"##;
    let file = parse("x.toml", text).expect("a file");
    let wanted = file
        .wanted("a.example", &HostingFacts::sample())
        .expect("a hosting");
    assert!(wanted.certificate.contains("xn--bcher-kva.example"));
    assert!(wanted.absent[&Kind::Domains].contains_key("xn--b-zfa.example"));
    let domains: Vec<&String> = wanted.domains.keys().collect();
    assert_eq!(domains, ["shop.example", "xn--a-pfa.shop.example"]);
    assert_eq!(wanted.domains["shop.example"].value.path, "shop.example");
    assert_eq!(wanted.dns["example.com"][0].value.name, "*.xn--nda._a");
}

#[test]
fn refuses_what_is_no_domain_name() {
    for name in [
        "",
        ".",
        "localhost",
        "192.0.2.1",
        "[::1]",
        "a..example",
        "a b.example",
        "a_b.example",
        "*.example.com",
        "-a.example",
        "a.example/x",
        "a%2eexample.com",
        "http://a.example",
        "a.example:80",
        "a@b.example",
        "a\\u0000.example",
        "xn--0.example",
        "{domain}.example",
    ] {
        let text = format!("hosting.\"a.example\".site.\"{name}\".folder = \"www\"");
        let found = mistakes(&text);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(
            found[0].starts_with("1:26: expected a domain name"),
            "{found:?}"
        );
    }
    let long = format!("{}.example", "a.".repeat(200));
    let text = format!("hosting.\"a.example\".site.\"{long}\".folder = \"www\"");
    assert_eq!(mistakes(&text).len(), 1);
}

#[test]
fn refuses_names_that_no_object_has() {
    let text = r##"
hosting."a/b" = {}
hosting."A.example" = {}
[hosting."a.example"]
site."b.example" = { folder = "www/../.." }
site."c.example" = { folder = "www\\..\\x" }
site."d.example" = { folder = "a\nb" }
users = { "a b" = { home = "x" }, "" = { home = "x" }, c = { home = "../x" } }
databases."a\u0007" = { capacity = "a", type = "b" }
env."A=B" = "x"
env.N = { type = "integer", value = "many" }
crons."[a]" = { command = "x", frequency = "0 3 * * *", language = "x" }
crons."#1a" = { command = "x", frequency = "0 3 * * *", language = "x" }
crons."b" = { command = "x\ny", frequency = "0 3 * * *", language = "" }
absent.crons = ["#01", " a"]
crons."d" = { command = "x", frequency = "3am", language = "x" }
"##;
    let found = mistakes(text);
    let expected = [
        "2:9: expected the service name of a hosting, found `a/b`",
        "4:10: `a.example` is the same hosting as at 3:9",
        "5:31: the folder `www/../..` must not have `..`",
        "6:31: the folder `www\\..\\x` must not have `..`",
        "7:31: expected a folder, found control characters in `a\u{fffd}b`",
        "8:11: expected a login, found `a b`",
        "8:35: expected a login, found ``",
        "8:69: the folder `../x` must not have `..`",
        "9:11: expected the user of a database, found `a\u{fffd}`",
        "10:5: expected the name of an environment variable, found `A=B`",
        "11:37: expected a whole number",
        "12:7: invalid cron key `[a]`: ",
        "13:7: invalid cron key `#1a`: ",
        "14:69: expected a value, found ``",
        "15:17: invalid cron key `#01`: ",
        "15:24: invalid cron key ` a`: ",
        "16:42: expected a schedule such as `0 3 * * *`, found `3am`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}, {expected}");
    }
}

#[test]
fn differing_objects_name_both_places() {
    let text = r##"
[hosting."a.example"]
users.shop = { home = "a" }
databases.shop = { capacity = "a", type = "b" }
env.A = "1"
crons.a = { command = "x", frequency = "0 3 * * *", language = "x" }
[hosting."a.example".site."b.example"]
folder = "b"
aliases = ["www.example"]
users.shop = { home = "b" }
databases.shop = { capacity = "a", type = "c" }
env.A = "2"
crons.a = { command = "y", frequency = "0 3 * * *", language = "x" }
dns.zone = "b.example"
dns.records = [{ name = "b.example", type = "A", targets = ["192.0.2.1"] }]
[hosting."a.example".site."c.b.example"]
folder = "c"
aliases = ["www.example"]
dns.zone = "b.example"
dns.records = [{ name = "B.example", type = "a", targets = ["192.0.2.2"] }]
"##;
    assert_eq!(
        mistakes(text),
        [
            "10:7: the user `shop` is given differently at 3:7",
            "11:11: the database `shop` is given differently at 4:11",
            "12:5: the environment variable `A` is given differently at 5:5",
            "13:7: the cron job `a` is given differently at 6:7",
            "18:12: the domain `www.example` is given differently at 9:12",
            "20:16: the records `B.example` of type A are given differently at 15:16",
        ]
    );
}

#[test]
fn equal_objects_may_stand_twice() {
    let text = r##"
[defaults.site]
folder = "www"
users.shop = { home = "a", password = { env = "A" } }
databases.shop = { capacity = "a", type = "b" }
env.A = "1"
crons.a = { command = "x", frequency = "0 3 * * *", language = "x" }
dns.zone = "example.com"
dns.records = [{ name = "mail.example.com", type = "A", targets = ["192.0.2.1", "192.0.2.2"] }]
[hosting."a.example".site]
"b.example" = { folder = "./www/", aliases = ["d.example"], users.shop.home = "/a" }
"c.example" = { aliases = ["d.example"] }
[hosting."b.example".site]
"e.example" = {}
"##;
    let file = parse("x.toml", text).expect("a file");
    let wanted = file
        .wanted("a.example", &HostingFacts::sample())
        .expect("a hosting");
    assert_eq!(wanted.domains.len(), 3);
    assert_eq!(wanted.dns["example.com"].len(), 1);
}

#[test]
fn two_hostings_do_not_share() {
    let text = r##"
hosting."a.example".site."b.example" = { folder = "www", dns.records = [{ type = "A", targets = ["192.0.2.1"] }] }
hosting."c.example".site."d.example" = { folder = "www", aliases = ["B.example"], dns = { zone = "b.example", records = [{ name = "b.example", type = "A", targets = ["192.0.2.2"] }] } }
"##;
    assert_eq!(
        mistakes(text),
        [
            "3:69: the domain is on another hosting too, at 2:26",
            "3:122: the records are given differently at 2:73",
        ]
    );
}

#[test]
fn absent_name_must_not_be_named() {
    let text = r##"
[hosting."a.example"]
absent = { users = ["shop"], env = ["A"], crons = ["a", "#7"], domains = ["B.example"], databases = ["shop"] }
users.shop = { home = "a" }
databases.shop = { capacity = "a", type = "b" }
env.A = "1"
crons = { a = { command = "x", frequency = "0 3 * * *", language = "x" }, "#7" = { command = "x", frequency = "0 3 * * *", language = "x" } }
site."b.example" = { folder = "b" }
"##;
    let found = mistakes(text);
    assert_eq!(found.len(), 6, "{found:#?}");
    assert_eq!(
        found[0],
        "3:21: the name is absent here, but users name it at 4:7"
    );
    assert_eq!(
        found[4],
        "3:75: the name is absent here, but domains name it at 8:6"
    );
}

#[test]
fn ssh_of_the_primary_login_has_one_place() {
    let text = r##"
[hosting."a.example"]
ssh = "none"
users."{login}" = { home = ".", ssh = "active" }
"##;
    assert_eq!(
        mistakes(text),
        ["4:7: the SSH access of the primary login is set at 3:7"]
    );
}

#[test]
fn records_are_in_their_zone() {
    let text = r##"
[hosting."a.example".site."b.example"]
folder = "www"
aliases = ["c.example"]
[hosting."a.example".site."b.example".dns]
records = [
  { type = "A", targets = ["192.0.2.1"] },
  { name = "xb.example", type = "A", targets = ["192.0.2.1"] },
  { name = "b.example", type = "AAAA", targets = ["192.0.2.1", ""] },
  { name = "a.b.example", type = "CNAME", targets = ["x.example.", "y.example."] },
  { name = "www", type = "TXT", targets = ["x"] },
]
"##;
    assert_eq!(
        mistakes(text),
        [
            "7:3: `c.example` is not in the zone `b.example`",
            "8:3: `xb.example` is not in the zone `b.example`",
            "9:51: expected an IPv6 address, found `192.0.2.1`",
            "9:64: expected the value of a record, found ``",
            "10:3: a name has at most one CNAME record",
            "11:12: expected a full domain name such as `www.example.com`, found `www`",
        ]
    );
}

#[test]
fn kinds_are_those_that_are_named() {
    let kinds = |text: &str| {
        let text = format!("[hosting.\"a.example\"]\n{text}");
        let file = parse("x.toml", &text).expect("a file");
        let kinds: Vec<&str> = file
            .kinds("a.example")
            .into_iter()
            .map(Kind::name)
            .collect();
        kinds.join(" ")
    };
    assert_eq!(kinds(""), "");
    assert_eq!(kinds("php = \"8.3\""), "config");
    assert_eq!(kinds("ssh = \"none\""), "users");
    assert_eq!(
        kinds("absent.env = [\"A\"]\nprune = [\"crons\"]"),
        "env crons"
    );
    assert_eq!(
        kinds("certificate = [\"a.example\"]"),
        "domains certificate"
    );
    assert_eq!(kinds("certificate = false"), "");
    let site = "site.\"b.example\" = { folder = \"www\", dns = {} }";
    assert_eq!(kinds(site), "domains");
}
