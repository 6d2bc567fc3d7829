//! Traits that the types of the client have: the macros derive them, the generator says which.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use ovh_runtime::Nullable;
use ovh_web_client::crons::ListCrons;
use ovh_web_client::types::{
    CapableOffer, CdnOption, CdnOptionConfigInput, CdnOptionEnabled, CdnOptionUpdate, ChartPoint,
    Cron, CronState, CronUpdate, Database, DatabaseType, Domain, DomainUpdate, NewCdnOption,
    NewCron, NewDatabaseType, NewDomain, NewUser, Offer, OvhConfig,
    OvhConfigAvailableEngineVersion, OvhConfigChange, OvhConfigContainer, Quantity, User,
    UserStatus,
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
fn read_settings_become_an_update() {
    let cron: Cron = read(
        r#"{"command":"a.php","description":null,"email":"a@example.com","frequency":"0 3 * * *",
        "id":7,"language":"php8.3","state":"created","status":"enabled"}"#,
    );
    let update = CronUpdate::new().command("a.php").frequency("0 3 * * *");
    let update = update.language("php8.3").status("enabled");
    // `null` is a value too.
    let update = update
        .email("a@example.com".to_owned())
        .description(Nullable::Null);
    assert_eq!(CronUpdate::from(&cron), update);

    let config: OvhConfig = read(
        r#"{"container":"stable64","creationDate":"2026-01-01T00:00:00Z","engineName":"php",
        "engineVersion":"8.1","environment":"production","fileExist":true,"httpFirewall":"none",
        "id":7,"status":"created"}"#,
    );
    let change = OvhConfigChange::from(&config);
    assert_eq!(change.container, Some(OvhConfigContainer::Stable64));
    assert_eq!(
        change.engine_version,
        Some(OvhConfigAvailableEngineVersion::V8_1)
    );
    assert_eq!(change.http_firewall, Some("none".into()));
}

#[test]
fn objects_inside_are_converted_too() {
    let option: CdnOption = read(
        r#"{"config":{"priority":1,"ttl":60},"enabled":true,"extra":null,"name":"rule",
        "pattern":"css","type":"cache_rule"}"#,
    );
    let config = CdnOptionConfigInput::new().priority(1).ttl(60);
    let new = NewCdnOption::new(CdnOptionEnabled::Yes, "rule", "cache_rule");
    assert_eq!(
        NewCdnOption::from(&option),
        new.config(config.clone()).pattern("css")
    );
    let update = CdnOptionUpdate::from(&option);
    assert_eq!(update.config, Nullable::Value(config));
    assert_eq!(update.extra, Nullable::Null);
}

#[test]
fn enums_convert_by_value() {
    assert_eq!(UserStatus::from(CronState::Created), UserStatus::Created);
    assert_eq!(
        Offer::from(CapableOffer::from(Offer::Perso2014)),
        Offer::Perso2014
    );
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
