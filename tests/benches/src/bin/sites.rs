//! Applies a file of 100 sites on 20 hostings, from empty accounts to HTTPS, and prints a table.

#![allow(clippy::print_stdout, reason = "a program")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use ovh_web::Error;
use ovh_web::sites::{ApplyOptions, Event, LocalSecrets, Sites, SitesFile};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use ovh_web_tests::Scene;

const HOSTINGS: usize = 20;
const SITES: usize = 5;

fn service(number: usize) -> String {
    format!("host{number}.cluster01.hosting.ovh.net")
}

/// Each site is two lines, and its hosting has a user, a database and a cron job.
fn file() -> String {
    let mut text = String::from(
        "[defaults.hosting]\nphp = \"8.4\"\ncertificate = true\n\
         [defaults.site]\ntemplate = \"shop\"\nssl = true\n\
         [template.shop]\nfolder = \"www/{domain}\"\n\
         [template.shop.dns]\nzone = \"example.com\"\n\
         records = [{ type = \"A\", targets = [\"{ip}\"] }]\n",
    );
    for number in 0..HOSTINGS {
        let hosting = format!("hosting.\"{}\"", service(number));
        let secret = "{ generate = true, store = \"secrets\" }";
        let _ = write!(
            text,
            "[{hosting}.users.\"{{login}}-shop\"]\nhome = \"shop\"\npassword = {secret}\n\
             [{hosting}.databases.\"{{login}}db\"]\ncapacity = \"sqlPerso\"\ntype = \"mysql\"\n\
             password = {secret}\n\
             [{hosting}.crons.nightly]\ncommand = \"www/cron.php\"\nfrequency = \"0 3 * * *\"\n\
             language = \"php8.3\"\n"
        );
        for site in 0..SITES {
            let _ = writeln!(text, "[{hosting}.site.\"s{site}.h{number}.example.com\"]");
        }
    }
    text
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut builder = Sandbox::builder().zone("example.com");
    for number in 0..HOSTINGS {
        builder = builder.hosting_with(HostingSeed::new(service(number)));
    }
    let scene = Scene::of(builder).await;
    let folder = std::env::temp_dir().join(format!("sites-{}", std::process::id()));
    println!("| step | requests | writes | seconds waited for tasks | seconds of this machine |");
    println!("|---|---|---|---|---|");
    for step in ["apply, from empty hostings to HTTPS", "apply again", "plan"] {
        let file = SitesFile::parse("sites.toml", &file(), |_| None);
        let file = file.map_err(|error| Error::invalid_argument(error.to_string()).build())?;
        let sites = Sites::new(&scene.client, file).secrets(LocalSecrets::in_folder(&folder));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (before, waited, begin) = (
            scene.sandbox.journal().total(),
            scene.clock.elapsed(),
            Instant::now(),
        );
        let written = scene.sandbox.journal().changes().count();
        match step {
            "plan" => assert!(!sites.plan().await?.has_changes()),
            _ => {
                let applied = sites
                    .apply(&ApplyOptions::new(), &|_: Event<'_>| {})
                    .await?;
                assert!(applied.is_complete(), "{applied:?}");
            }
        }
        let requests = scene.sandbox.journal().total() - before;
        let writes = scene.sandbox.journal().changes().count() - written;
        let waited = scene.clock.elapsed().saturating_sub(waited);
        println!(
            "| {step} | {requests} | {writes} | {} | {} |",
            waited.as_secs(),
            seconds(begin.elapsed())
        );
    }
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
