//! `cargo xtask budget` holds the generated client to its committed limits. It measures no time
//! here: that takes minutes and is different each time.

mod support;

use support::Root;
use xtask::budget::count::Counts;
use xtask::budget::limits::{self, Limits};
use xtask::budget::{caller, stock};
use xtask::workspace::Workspace;

/// The workspace that this test is in.
fn committed() -> Workspace {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..").into();
    Workspace::find(Some(root)).expect("it is given")
}

#[test]
fn the_committed_client_is_within_the_committed_limits() {
    let workspace = committed();
    let text = workspace.read(limits::PATH).expect("it is committed");
    let limits = Limits::parse(&text).expect("it is well formed");
    let counts = Counts::of(&workspace).expect("it can be counted");
    assert_eq!(limits.excess(&counts), [""; 0]);
    // A limit beyond these is no limit.
    assert!(limits.lines <= 12_000 && limits.longest_file <= 800 && limits.crates <= 25);
    assert!(limits.longest_file <= ovh_web_codegen::FILE_LINES);
    // And what is counted is really there.
    assert!(counts.lines > 5_000 && counts.files > 30, "{counts:?}");
    assert!(counts.crates.iter().any(|(name, _)| name == "serde_json"));
    let operations = counts.items.get("fn").copied().unwrap_or_default();
    assert!(operations >= 211, "{counts:?}");
}

/// A workspace whose client has six lines in two files, and stands on one crate.
fn small() -> Root {
    let root = Root::empty();
    root.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    root.write(
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"below\"\nversion = \"1.2.3\"\n\n\
         [[package]]\nname = \"ovh-web-client\"\nversion = \"0.1.0\"\ndependencies = [\n \"below\",\n]\n",
    );
    let manifest = |name: &str, version: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n")
    };
    root.write("crates/below/Cargo.toml", &manifest("below", "1.2.3"));
    root.write("crates/below/src/lib.rs", "");
    root.write(
        "crates/ovh-web-client/Cargo.toml",
        &format!(
            "{}[dependencies]\nbelow = {{ path = \"../below\" }}\n",
            manifest("ovh-web-client", "0.1.0")
        ),
    );
    root.write("crates/ovh-web-client/src/lib.rs", "mod a;\n\n");
    root.write("crates/ovh-web-client/src/a.rs", "//\n//\n//\n//\n");
    root.write("crates/ovh-web-client/src/notes.txt", "no Rust\n");
    root.write(
        "schema/surface.txt",
        "fn a::get() -> () = GET /a\ntype A = a (read)\ntype B = b (read)\n",
    );
    root.write(
        "schema/budget.toml",
        &budget(6, 4, 2, 1, "below = \"for the test\"\n"),
    );
    root
}

fn budget(lines: usize, longest: usize, files: usize, crates: usize, purposes: &str) -> String {
    format!(
        "[limits]\nlines = {lines}\nlongest_file = {longest}\nfiles = {files}\ncrates = {crates}\n\
         [crates]\n{purposes}"
    )
}

#[test]
fn at_the_limit_all_is_well_and_everything_is_shown() {
    let run = small().run(&["budget"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    for line in [
        "lines                6       6",
        "longest file         4       4",
        "files                2       2",
        "crates               1       1",
        "items                3        1 fn, 2 type",
        "longest file: crates/ovh-web-client/src/a.rs",
        "  below 1.2.3                  for the test",
    ] {
        assert!(run.out.contains(line), "{line}\n{}", run.out);
    }
}

#[test]
fn over_a_limit_it_says_which_and_by_how_much() {
    let root = small();
    let purpose = "below = \"for the test\"\n";
    for (file, says) in [
        (
            budget(4, 4, 2, 1, purpose),
            "lines: the client has 6, which is 2 over the limit of 4 (`lines`)",
        ),
        (
            budget(6, 3, 2, 1, purpose),
            "longest file: crates/ovh-web-client/src/a.rs has 4, which is 1 over the limit of 3 \
             (`longest_file`)",
        ),
        (
            budget(6, 4, 1, 1, purpose),
            "files: the client has 2, which is 1 over the limit of 1 (`files`)",
        ),
        (
            budget(6, 4, 2, 0, purpose),
            "crates: below the client there are 1, which is 1 over the limit of 0 (`crates`)",
        ),
        (
            budget(6, 4, 2, 1, ""),
            "crates: below 1.2.3 is below the client, and `[crates]` does not say what for",
        ),
        (
            budget(6, 4, 2, 1, "below = \"x\"\ngone = \"y\"\n"),
            "crates: gone is in `[crates]`, but no longer below the client",
        ),
    ] {
        root.write("schema/budget.toml", &file);
        let run = root.run(&["budget"]);
        assert_eq!(run.code, 1, "{run:?}");
        let advice = " - make it smaller, or raise the limit in schema/budget.toml and say in the \
                      commit what it buys\n";
        assert_eq!(run.err, format!("{says}{advice}"));
        assert!(run.out.contains("longest file"), "it is shown all the same");
    }
}

#[test]
fn what_cannot_be_counted_is_a_failure() {
    let root = small();
    for (path, text, says) in [
        (
            "schema/budget.toml",
            "[limits]\nlines = 6\n",
            "schema/budget.toml: ",
        ),
        (
            "Cargo.lock",
            "version = 4\n",
            "cargo tree does not know the dependencies",
        ),
    ] {
        let good = root.read(path);
        root.write(path, text);
        let run = root.run(&["budget"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.err.contains(says), "{}", run.err);
        root.write(path, &good);
    }
    let run = root.run(&["budget", "--repeats", "3"]);
    assert_eq!(run.code, 2, "repeats are for measuring: {run:?}");
}

/// What would be measured is complete, on both sides: this is checked without building it.
#[test]
fn stock_progenitor_and_the_client_are_compared_on_the_same_operations() {
    let workspace = committed();
    let documents = ["schema/hosting-web.json", "schema/auth.json"].map(|path| {
        let text = workspace.read(path).expect("it is committed");
        ovh_web_codegen::Input::new(path, text)
    });
    let surface = workspace
        .read("schema/surface.txt")
        .expect("it is committed");
    let (_, ours) = caller::of_client(&surface).expect("it can be read");
    for style in [stock::Style::Builder, stock::Style::Positional] {
        let stock = stock::generate(&documents, style).expect("progenitor takes it");
        let (text, awaited) = caller::of_stock(&stock, style);
        assert_eq!((stock.operations, awaited), (ours, ours), "{style:?}");
        assert_eq!(text.matches(".await").count(), ours, "{style:?}");
        syn::parse_file(&text).expect("it is Rust");
    }
}
