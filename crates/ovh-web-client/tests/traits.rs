//! Traits that the types of the client have: the macros derive them, the generator says which.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use ovh_web_client::crons::ListCrons;
use ovh_web_client::types::{
    ChartPoint, Cron, CronUpdate, Database, DomainUpdate, NewCron, NewUser, Quantity,
};

const fn compares<T: Debug + Clone + PartialEq>() {}
const fn is_eq<T: Debug + Clone + Eq>() {}
const fn hashes<T: Debug + Clone + Eq + Hash>() {}

#[test]
fn compares_as_far_as_fields_allow() {
    compares::<Quantity>();
    compares::<ChartPoint>();
    compares::<Database>();
    is_eq::<NewUser>();
    hashes::<Cron>();
    hashes::<NewCron>();
    hashes::<ListCrons>();
    let crons = ["a.php", "b.php", "a.php"].map(|path| NewCron::new(path, "0 * * * *", "php8.3"));
    assert_eq!(crons.into_iter().collect::<HashSet<_>>().len(), 2);
}

#[test]
fn body_without_required_fields_has_default() {
    assert_eq!(CronUpdate::default(), CronUpdate::new());
    assert_eq!(DomainUpdate::default(), DomainUpdate::new());
}
