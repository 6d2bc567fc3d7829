//! Counts the requests that common tasks take, and prints them as a Markdown table.

#![allow(clippy::print_stdout, reason = "a program")]

use ovh_web::types::{Language, NewCron, NewUser};
use ovh_web::{Error, TaskSet};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut builder = Sandbox::builder().hosting_with(HostingSeed::new(SERVICE));
    for number in 0..98 {
        let seed = HostingSeed::new(format!("host{number}.cluster01.hosting.ovh.net"));
        builder = builder.hosting_with(seed.domains(4).databases(2).users(2).modules(1).crons(2));
    }
    let builder = builder.hosting_with(HostingSeed::new("big.example").crons(10_000));
    let scene = Scene::of(builder).await;
    let (client, hosting) = (&scene.client, scene.client.hosting(SERVICE));
    let mut seen = 0;
    let mut row = |task: &str| {
        let total = scene.sandbox.journal().total();
        println!("| {task} | {} |", total - seen);
        seen = total;
    };
    println!("| task | requests |\n|---|---|");

    hosting.get().await?;
    row("first call of a client");
    hosting.get().await?;
    row("each further call");
    let big = client.hosting("big.example").crons();
    big.list().await?;
    row("list of 10,000 objects");
    big.list().ids().await?;
    row("list of 10,000 ids");

    let names = client.hostings().names().await?;
    for name in &names {
        let hosting = client.hosting(name);
        hosting.domains().list().await?;
        hosting.databases().list().await?;
        hosting.users().list().await?;
        hosting.modules().list().await?;
        hosting.tasks().list().await?;
    }
    row(&format!("five lists of {} hostings", names.len()));

    let user = NewUser::new("shop", "example-shop", "aLongPassword1");
    hosting.users().create(&user).await?.wait().await?;
    row("create a user and wait for the task");
    let _ = hosting.users().ensure(&user).await?;
    row("ensure a user that exists");

    let mut set = TaskSet::new();
    for number in 0..100 {
        let command = format!("www/job{number}.php");
        let cron = NewCron::new(command, "0 4 * * *", Language::from("php8.4"));
        set.add(&hosting.crons().create(&cron).await?);
    }
    row("create 100 crons on one hosting");
    for end in set.wait().await {
        end?;
    }
    row("wait for these 100 tasks at once");
    Ok(())
}
