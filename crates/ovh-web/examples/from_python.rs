//! A python-ovh script, line by line in Rust.
//!
//! ```text
//! cargo run -p ovh-web --example from_python
//! cargo run -p ovh-web --example from_python -- --live --service NAME [--yes]
//! ```
//!
//! With `--live` it prints what it would do, and does it with `--yes`.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use ovh_web::types::NewDomain;
use ovh_web::{Client, Error, Method};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = common::args("--service NAME --yes")?;
    let service = args.service()?;
    let (client, _sandbox) = args.client().await?;
    println!("{}", script(&client, &service, args.may_write()).await?);
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
    let change = common::change!(write, domains, &wanted);
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
