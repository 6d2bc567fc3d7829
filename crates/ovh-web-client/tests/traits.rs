//! Traits that the types of the client have: the macros derive them, the generator says which.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use ovh_web_client::crons::ListCrons;
use ovh_web_client::types::{
    ChartPoint, Cron, CronUpdate, Database, DatabaseType, Domain, DomainUpdate, NewCron,
    NewDatabaseType, NewDomain, NewUser, Quantity, User,
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

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("a model")
}

#[test]
fn read_cron_becomes_new_cron() {
    let cron: Cron = read(
        r#"{"command":"a.php","description":"Nightly","email":null,"frequency":"0 3 * * *","id":7,
        "language":"php8.3","state":"created","status":"disabled"}"#,
    );
    let wanted = NewCron::new("a.php", "0 3 * * *", "php8.3").description("Nightly");
    assert_eq!(NewCron::from(&cron), wanted.status("disabled"));
}

#[test]
fn conversion_takes_what_is_not_read() {
    let user: User = read(
        r#"{"home":"www","isPrimaryAccount":false,"login":"example-shop","sshState":"active",
        "serviceManagementCredentials":{"ftp":{"port":21,"url":"ftp.example.com","user":"u"},
        "ssh":{"port":22,"url":"ssh.example.com","user":"u"}},
        "state":"rw","status":"created","taskId":null}"#,
    );
    let wanted = NewUser::new("www", "example-shop", "aLongPassword1").ssh_state("active");
    assert_eq!(NewUser::from_user(&user, "aLongPassword1"), wanted);
}

#[test]
fn read_domain_becomes_new_domain() {
    let domain: Domain = read(
        r#"{"capabilities":[],"cdn":"none","domain":"shop.example.com","firewall":"active",
        "ipLocation":"FR","isFlushable":false,"ownLog":null,"path":"shop","runtimeId":3,"ssl":true,
        "status":"created","taskId":null,"vcsStatus":"disabled"}"#,
    );
    let wanted = NewDomain::new("shop.example.com", "shop")
        .cdn("none")
        .firewall("active");
    // The runtime is one of the source's hosting.
    let wanted = wanted.ip_location("FR").ssl(true);
    assert_eq!(NewDomain::from(&domain), wanted);
}

#[test]
fn enums_convert_by_value() {
    assert_eq!(
        NewDatabaseType::from(DatabaseType::Mysql),
        NewDatabaseType::Mysql
    );
    let unknown = NewDatabaseType::from(DatabaseType::Mongodb);
    assert_eq!((unknown.as_str(), unknown.is_known()), ("mongodb", false));
}

#[test]
fn quantity_has_bytes_ratio_and_text() {
    let of = |text| serde_json::from_str::<Quantity>(text).expect("a quantity");
    let used = of(r#"{"value":250.0,"unit":"MB"}"#);
    let quota = of(r#"{"value":1,"unit":"GB"}"#);
    assert_eq!(used.bytes(), Some(250_000_000));
    assert_eq!(used.ratio(&quota), Some(0.25));
    assert_eq!(used.to_string(), "250 MB");
}

#[test]
fn body_without_required_fields_has_default() {
    assert_eq!(CronUpdate::default(), CronUpdate::new());
    assert_eq!(DomainUpdate::default(), DomainUpdate::new());
}

#[cfg(all(feature = "test-util", feature = "full-serde"))]
mod examples {
    use ovh_web_client::types::{
        Database, DatabaseCopy, DatabaseStatus, Domain, Hosting, Task, User,
    };
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    /// serde's reader is strict: it corrects nothing.
    fn reads_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(example: &T) {
        let json = serde_json::to_string(example).expect("an object");
        let read: T = serde_json::from_str(&json).expect(&json);
        assert_eq!(&read, example);
    }

    #[test]
    fn examples_read_back_without_corrections() {
        reads_back(&Database::example());
        reads_back(&Domain::example());
        reads_back(&Hosting::example());
        reads_back(&Task::example());
        reads_back(&User::example());
    }

    #[test]
    fn example_has_known_and_settled_values() {
        let database = Database::example();
        assert_eq!(database.status, DatabaseStatus::Created);
        assert!(database.version.is_known() && database.mode.is_known());
        assert_eq!(
            database.gui_url.as_deref(),
            Some("https://www.example.com/")
        );
        assert_eq!(DatabaseCopy::example().id.len(), 36);
    }
}
