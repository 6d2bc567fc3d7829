//! Names of commands and flags: the rules, and what the lock keeps.

use super::*;

/// A flag: its place, `true` for a secret, and the name that the rules give.
type Given = (Place, bool, &'static str);

fn body(path: &str) -> Place {
    Place::Body(path.split('.').map(str::to_owned).collect())
}

fn query(wire: &str) -> Place {
    Place::Query(wire.to_owned())
}

fn read(commands: &str) -> Result<Commands, Error> {
    let lock = crate::names::Lock::parse("names.toml", commands)?;
    Ok(lock.commands)
}

/// Settles one command, and returns it with its flags.
fn settled(commands: &mut Commands, route: &str, path: &str, flags: &[Given]) -> Vec<String> {
    let mut path = path.to_owned();
    let mut names: Vec<String> = flags.iter().map(|flag| flag.2.to_owned()).collect();
    let flags = flags.iter().zip(&mut names);
    let flags = flags.map(|((place, is_secret, _), name)| (place, *is_secret, name));
    let proposal = Proposal {
        path: &mut path,
        flags: flags.collect(),
    };
    let proposals = BTreeMap::from([(route.to_owned(), proposal)]);
    commands.settle(proposals).expect("no conflict");
    [path].into_iter().chain(names).collect()
}

#[test]
fn proposes_kebab_case() {
    for (prefix, module, verb, path) in [
        ("", "databases", "create", "databases create"),
        ("domain", "zone_tasks", "list", "domain zone-tasks list"),
        ("", "vcs", "type_", "vcs type"),
        ("", "__", "get", "value get"),
    ] {
        assert_eq!(propose(prefix, module, verb), path);
    }
}

#[test]
fn flags_give_way_to_global_ones_and_each_other() {
    let flags = [
        (body("version"), false, "version"),
        (body("type"), false, "type"),
        (query("type"), false, "type"),
        (query("query"), false, "query"),
        (Place::Header("Type".to_owned()), false, "type"),
        (body("sub_domain"), false, "sub-domain"),
        (body("subDomain"), false, "sub-domain"),
        (body("sub-domain"), false, "sub-domain"),
        (body("password"), true, "password"),
        (body("passwordFile"), false, "password-file"),
        (body("generatePassword"), false, "generate-password"),
        (body("config.sort"), false, "config.sort"),
    ];
    let mut commands = Commands::default();
    let names = settled(&mut commands, "PUT /a", "a update", &flags);
    assert_eq!(
        names[1..],
        [
            "body.version",
            "type",
            "query.type",
            "query.query",
            "header.type",
            "sub-domain",
            "body.sub-domain",
            "body.sub-domain-2",
            "password",
            "body.password-file",
            "body.generate-password",
            "config.sort",
        ]
    );
    let text = commands.to_text();
    let mut again = read(&text).expect("its own text");
    assert_eq!(again.to_text(), text);
    assert_eq!(settled(&mut again, "PUT /a", "b c", &flags), names);
}

#[test]
fn the_lock_wins_over_rules_and_documents() {
    let lock = "[commands]\n\"PUT /a/{id}\" = [\"jobs change\", \"mail=eMail\", \"?full\"]\n";
    let mut commands = read(lock).expect("a lock");
    let flags = [
        (body("eMail"), false, "e-mail"),
        (query("full"), false, "whole"),
        (body("mail"), false, "mail"),
    ];
    // A parameter with another name makes no other route.
    let names = settled(&mut commands, "PUT /a/{key}", "jobs update", &flags);
    assert_eq!(names, ["jobs change", "mail", "full", "body.mail"]);
    let wanted = "[\"jobs change\", \"mail=eMail\", \"body.mail=mail\", \"?full\"]";
    let text = commands.to_text();
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn names_of_removed_items_are_not_reused() {
    let mut commands = Commands::default();
    let old = [(body("mail"), false, "mail")];
    settled(&mut commands, "PUT /a", "jobs update", &old);
    // The flag is gone, and another property would have its name.
    let new = [(body("Mail"), false, "mail")];
    let names = settled(&mut commands, "PUT /a", "jobs update", &new);
    assert_eq!(names[1], "body.mail");
    let text = commands.to_text();
    assert!(text.contains("\"!mail\""), "{text}");
    // The command is gone, and another one would have its name.
    let names = settled(&mut commands, "POST /b", "jobs update", &[]);
    assert_eq!(names, ["jobs update-2"]);
    let text = commands.to_text();
    assert!(
        text.contains("\n[retired_commands]\n\"PUT /a\" = [\"jobs update\""),
        "{text}"
    );
    // Both are back.
    let mut commands = read(&text).expect("its own text");
    let names = settled(&mut commands, "PUT /a", "jobs update", &old);
    assert_eq!(names, ["jobs update", "mail"]);
}

#[test]
fn errors_name_the_bad_entry() {
    for (entry, fault) in [
        ("[]", "has no name"),
        ("[\"jobs\"]", "bad name"),
        ("[\"jobs  list\"]", "bad name"),
        ("[\"Jobs list\"]", "bad name"),
        ("[\"jobs list; rm\"]", "bad name"),
        ("[\"jobs list\", \"--a\"]", "bad flag"),
        ("[\"jobs list\", \"a b\"]", "bad flag"),
        ("[\"jobs list\", \"\"]", "bad flag"),
        ("[\"jobs list\", \"?é\"]", "bad flag"),
        ("[\"jobs list\", \"a..b\"]", "bad flag"),
        ("[\"jobs list\", \"?wait\"]", "global flag"),
        ("[\"jobs list\", \"a\", \"!a=b\"]", "twice"),
        ("[\"jobs list\", \"a=x\", \"b=x\"]", "twice"),
    ] {
        let error = read(&format!("[commands]\n\"GET /a\" = {entry}\n")).expect_err(entry);
        assert!(error.to_string().contains(fault), "{entry}: {error}");
    }
    let twice = "[commands]\n\"GET /a\" = [\"jobs list\"]\n\
                 [retired_commands]\n\"GET /b\" = [\"jobs list\"]\n";
    let error = read(twice).expect_err("one name for two").to_string();
    assert!(error.contains("both the command"), "{error}");
}

#[test]
fn a_new_secret_cannot_hide_a_locked_flag() {
    let lock = "[commands]\n\"PUT /a\" = [\"a update\", \"key\", \"key-file\"]\n";
    let mut commands = read(lock).expect("a lock");
    let (key, file) = (body("key"), body("keyFile"));
    let (mut path, mut one, mut two) = ("a b".to_owned(), String::new(), String::new());
    let proposal = Proposal {
        path: &mut path,
        flags: vec![(&key, true, &mut one), (&file, false, &mut two)],
    };
    let proposals = BTreeMap::from([("PUT /a".to_owned(), proposal)]);
    let error = commands.settle(proposals).expect_err("a conflict");
    assert!(
        error.to_string().contains("`--key-file` and `--key`"),
        "{error}"
    );
}
