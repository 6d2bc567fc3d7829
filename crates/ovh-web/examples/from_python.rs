//! A python-ovh script, line by line in Rust.
//!
//! Without `--yes` it only prints what it would do.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 -- \
//!     cargo run -p ovh-web --example from_python -- example.cluster01.hosting.ovh.net --yes
//! # On your account:
//! cargo run -p ovh-web --example from_python -- SERVICE [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;

use anyhow::bail;
use ovh_web::types::NewDomain;
use ovh_web::{Client, Error, Method};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = env::args().skip(1);
    let (names, flags): (Vec<_>, Vec<_>) = args.partition(|it| it.starts_with(|c| c != '-'));
    let write = flags == ["--yes"];
    let ([service], true) = (&names[..], write || flags.is_empty()) else {
        bail!("usage: from_python SERVICE [--yes]");
    };
    println!("{}", script(&Client::from_env()?, service, write).await?);
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
    }
    Ok(())
}

/// A response type with only the needed fields.
#[derive(serde::Deserialize)]
struct Credential {
    status: String,
}

/// Runs the script. Without `write` it only reads.
pub(crate) async fn script(client: &Client, service: &str, write: bool) -> Result<String, Error> {
    // for name in client.get('/hosting/web'):
    let names = client.hostings().names().await?;

    // try:
    //     client.get(f'/hosting/web/{service}/attachedDomain/shop.example.com')
    // except ovh.exceptions.ResourceNotFoundError:
    //     task = client.post(f'/hosting/web/{service}/attachedDomain', domain='shop.example.com', path='shop')
    //     while True:
    //         try:
    //             if client.get(f'/hosting/web/{service}/tasks/{task["id"]}')['status'] == 'done': break
    //         except ovh.exceptions.ResourceNotFoundError:
    //             break
    //         time.sleep(5)
    let domains = client.hosting(service).domains();
    let wanted = NewDomain::new("shop.example.com", "shop");
    let change = match write {
        true => domains.ensure(&wanted).await?.or_conflict()?.change,
        false => domains.plan(&wanted).await?,
    };
    let mode = if write { "" } else { "would be " };

    // domains = [client.get(f'/hosting/web/{service}/attachedDomain/{name}')
    //            for name in client.get(f'/hosting/web/{service}/attachedDomain')]
    let domains = domains.list().await?;

    // client.get('/auth/currentCredential')['status']
    let credential: Credential = client
        .request(Method::GET, "/auth/currentCredential")
        .json()
        .await?;

    Ok(format!(
        "{} hostings, {} domains here, shop.example.com {mode}{change}, key {}",
        names.len(),
        domains.len(),
        credential.status
    ))
}
