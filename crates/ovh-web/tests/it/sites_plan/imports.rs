//! Imports of accounts with something that does not decode.

use ovh_web::ErrorKind;
use ovh_web::sites::import;
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox, SeedCertificate};

use super::Account;

#[tokio::test]
async fn import_leaves_a_broken_hosting_out() {
    let builder = Sandbox::builder()
        .hosting("a.example.ovh")
        .hosting("b.example.ovh");
    let account = Account::of(builder).await;
    let fault = Fault::on("hosting::list").wrong_type("/0/serviceName");
    account.sandbox.faults().add(fault);
    let names = ["a.example.ovh".to_owned(), "b.example.ovh".to_owned()];
    let imported = import(&account.client, &names).await.expect("a file");
    assert!(imported.text.contains("\n[hosting.\"b.example.ovh\"]\n"));
    let note = "a.example.ovh: the hosting did not decode".to_owned();
    assert!(imported.notes.contains(&note), "{:?}", imported.notes);
    // One that does not exist is not a broken one.
    let names = [&names[..], &["c.example.ovh".to_owned()]].concat();
    let error = import(&account.client, &names).await.expect_err("no such");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn import_notes_a_broken_certificate() {
    let seed = HostingSeed::new("a.example.ovh").certificate(SeedCertificate::Free);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    let fault = Fault::on("certificates::domains").wrong_type("");
    account.sandbox.faults().add(fault);
    let names = ["a.example.ovh".to_owned()];
    let imported = import(&account.client, &names).await.expect("a file");
    let notes = &imported.notes;
    let is_note = |it: &String| it.starts_with("certificate of a.example.ovh: ");
    assert!(notes.iter().any(is_note), "{notes:?}");
}
