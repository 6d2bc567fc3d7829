//! The examples of the facade, to look for secrets in what they show.

#![allow(dead_code, reason = "their own tests use the rest")]

#[path = "../../../crates/ovh-web/examples/consumer_key/consumer_key.rs"]
pub(crate) mod consumer_key;
#[path = "../../../crates/ovh-web/examples/deploy_site/deploy_site.rs"]
pub(crate) mod deploy_site;
#[path = "../../../crates/ovh-web/examples/from_python/from_python.rs"]
pub(crate) mod from_python;
#[path = "../../../crates/ovh-web/examples/inventory/inventory.rs"]
pub(crate) mod inventory;
#[path = "../../../crates/ovh-web/examples/nightly_backup/nightly_backup.rs"]
pub(crate) mod nightly_backup;
#[path = "../../../crates/ovh-web/examples/rotate_certificates/rotate_certificates.rs"]
pub(crate) mod rotate_certificates;
