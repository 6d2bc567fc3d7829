//! Files of sites under random faults: applying again and again reaches the desired state.
//!
//! A file is drawn from a seed, and so are the objects that exist before, the faults, and the moments
//! at which the program is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use ovh_web::sites::{
    Applied, ApplyOptions, Event, SecretError, SecretStore, Sites, SitesFile, generate_secret,
};
use ovh_web::{Body, Bytes, Error, HttpEngine, HttpFailure, ReqwestEngine, Secret, http};
use ovh_web_sandbox::{Fault, Sandbox};
use tokio::sync::Notify;

use super::model::{self, Kind, Model, Object};
use super::trouble;
use crate::Scene;

/// Rounds with faults and kills, at most.
const ROUNDS: u32 = 5;

/// Rounds without faults until the state must be reached: each failing task that is left needs one.
const CLEAN_ROUNDS: u32 = 8;

/// Counters of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SitesSum {
    /// Times that the file was applied.
    pub rounds: u32,
    /// Of these, those that were killed.
    pub killed: u32,
    /// Of these, those that ended with an error.
    pub failed: u32,
    /// Changes that did not end as done.
    pub left: u32,
}

/// Applies a random file until the account is as desired, and compares both.
///
/// # Panics
///
/// Panics if the state is not reached, if an object exists twice or is lost, or if a further run
/// writes something.
pub async fn converge(seed: u64) -> SitesSum {
    let mut random = Rng::with_seed(seed);
    let mut builder = Sandbox::builder().seed(seed);
    for number in 0..super::HOSTINGS {
        builder = builder.hosting(model::service(number));
    }
    let scene = Scene::of(builder).await;
    let secrets = Memory::default();
    let before = draw(&mut random);
    let after = draw(&mut random);
    let removed = removals(&before, &after, &mut random);
    let mut run = Converging {
        scene,
        secrets,
        random,
        sum: SitesSum::default(),
    };
    run.reach(&text(&before, &Removals::default()), false).await;
    run.reach(&text(&after, &removed), true).await;
    let mut expected = Model::default();
    for (object, value) in before {
        if !removed.has(&object) {
            expected.set(object, Some(value));
        }
    }
    for (object, value) in after {
        expected.set(object, Some(value));
    }
    let state = run.scene.sandbox.state();
    for number in 0..super::HOSTINGS {
        let service = model::service(number);
        for kind in Kind::ALL {
            let found = model::really(&state, &service, kind);
            let wanted = expected.of(&service, kind);
            assert_eq!(found, wanted, "seed {seed}: {kind:?} of {service}");
        }
    }
    run.sum
}

struct Converging {
    scene: Scene,
    secrets: Memory,
    random: Rng,
    sum: SitesSum,
}

impl Converging {
    /// Applies a file until nothing is left to do, and once more.
    async fn reach(&mut self, text: &str, with_trouble: bool) {
        let rounds = if with_trouble { ROUNDS } else { 0 };
        for _ in 0..self.random.u32(0..=rounds) {
            self.trouble();
            let kill = (self.random.u8(0..10) < 4).then(|| Kill {
                request: self.random.u32(1..40),
                is_sent: self.random.bool(),
            });
            self.apply(text, kill).await;
        }
        self.scene.sandbox.faults().clear();
        for round in 1.. {
            let applied = self.apply(text, None).await;
            let applied = applied.expect("not killed").expect("without faults");
            if applied.is_complete() {
                break;
            }
            assert!(round < CLEAN_ROUNDS, "left: {:#?}\n{text}", left(&applied));
        }
        self.scene.sandbox.journal().clear();
        let again = self.apply(text, None).await.expect("not killed");
        assert!(again.expect("without faults").is_complete());
        self.scene.sandbox.journal().changes().never();
    }

    fn trouble(&mut self) {
        let sandbox = &self.scene.sandbox;
        sandbox.faults().clear();
        let random = &mut self.random;
        for _ in 0..random.u8(0..3) {
            let kind = Kind::draw(random);
            let operation = kind.operation(random.bool(), random.bool());
            let calls = match random.u8(0..4) {
                0 => Fault::everywhere(),
                1 => Fault::on_call(random.u64(1..60)),
                2 => Fault::on(operation).call(random.u64(1..4)),
                _ => Fault::on(operation),
            };
            let times = random.u64(1..6);
            if let Some(fault) = trouble::of(random, calls) {
                sandbox.faults().add(fault.times(times));
            }
        }
        if random.u8(0..3) == 0 {
            let kind = Kind::draw(random);
            // Only these start tasks.
            let exists = random.bool();
            let operation = kind.operation(exists, !exists);
            match random.bool() {
                true => sandbox.fail_next_task(operation),
                false => sandbox.cancel_next_task(operation),
            }
        }
    }

    /// Applies the file as a new program does. `None` if it was killed.
    async fn apply(&mut self, text: &str, kill: Option<Kill>) -> Option<Result<Applied, Error>> {
        let killed = Arc::new(Notify::new());
        let switch = kill.map(|kill| (kill, Arc::clone(&killed)));
        let builder = self.scene.builder().retry_budget(u32::MAX);
        let client = builder
            .wrap_http(move |engine| Switch::new(engine, switch.clone()))
            .build()
            .expect("complete settings");
        let file = SitesFile::parse("sites.toml", text, |_| None).expect("a file without mistakes");
        let sites = Sites::new(&client, file).secrets(self.secrets.clone());
        let options = ApplyOptions::new().allow_data_loss(true);
        let progress = |_: Event<'_>| {};
        self.sum.rounds += 1;
        tokio::select! {
            biased;
            () = killed.notified() => {
                self.sum.killed += 1;
                None
            }
            applied = sites.apply(&options, &progress) => {
                match &applied {
                    Ok(applied) => self.sum.left += u32::try_from(left(applied).len()).unwrap_or(0),
                    Err(_) => self.sum.failed += 1,
                }
                Some(applied)
            }
        }
    }
}

fn left(applied: &Applied) -> Vec<String> {
    let left = applied.changes.iter().filter(|it| !it.outcome.is_done());
    let changes = left.map(|it| format!("{} {}: {}", it.of, it.planned, it.outcome));
    let plans = applied.plan.hostings.iter();
    let errors = plans.filter_map(|plan| Some(format!("{}: {}", plan.name, plan.error.as_ref()?)));
    changes.chain(errors).collect()
}

/// Kills the program at a request, before it is sent or when its response has arrived.
#[derive(Clone, Copy)]
struct Kill {
    request: u32,
    is_sent: bool,
}

/// An engine that kills the program.
struct Switch {
    engine: ReqwestEngine,
    kill: Option<(Kill, Arc<Notify>)>,
    requests: AtomicU32,
}

impl Switch {
    fn new(engine: ReqwestEngine, kill: Option<(Kill, Arc<Notify>)>) -> Self {
        let requests = AtomicU32::new(0);
        Self {
            engine,
            kill,
            requests,
        }
    }
}

impl HttpEngine for Switch {
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> ovh_web::BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        Box::pin(async move {
            let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
            let Some((kill, killed)) = &self.kill else {
                return self.engine.exchange(request).await;
            };
            match number.cmp(&kill.request) {
                std::cmp::Ordering::Less => return self.engine.exchange(request).await,
                std::cmp::Ordering::Equal if kill.is_sent => {
                    drop(self.engine.exchange(request).await);
                }
                _ => {}
            }
            killed.notify_one();
            std::future::pending().await
        })
    }
}

/// Secrets in memory, which outlives a killed program as a file does.
#[derive(Clone, Debug, Default)]
struct Memory(Arc<Mutex<BTreeMap<String, Secret>>>);

impl SecretStore for Memory {
    fn env(&self, _: &str) -> Result<Option<Secret>, SecretError> {
        Ok(None)
    }

    fn file(&self, _: &str) -> Result<Option<Secret>, SecretError> {
        Ok(None)
    }

    fn stored(&self, _: &str, object: &str) -> Result<Option<Secret>, SecretError> {
        Ok(self.0.lock().expect("not poisoned").get(object).cloned())
    }

    fn generate(&self, _: &str, object: &str) -> Result<Secret, SecretError> {
        let secret = generate_secret()?;
        let mut all = self.0.lock().expect("not poisoned");
        let old = all.insert(object.to_owned(), secret.clone());
        assert!(old.is_none(), "the secret of {object} was replaced");
        Ok(secret)
    }
}

/// Objects with their values.
type Wanted = BTreeMap<Object, String>;

fn draw(random: &mut Rng) -> Wanted {
    let mut wanted = Wanted::new();
    for _ in 0..random.u8(0..20) {
        let object = Object::draw(random);
        let value = match object.kind {
            // The minute is not compared.
            Kind::Cron => format!("0 {} * * *", random.u8(0..24)),
            _ => model::value(&object, None, random),
        };
        wanted.insert(object, value);
    }
    wanted
}

/// The objects and kinds that a file removes.
#[derive(Default)]
struct Removals {
    absent: BTreeSet<Object>,
    prune: BTreeSet<(String, Kind)>,
}

impl Removals {
    fn has(&self, object: &Object) -> bool {
        let kind = (object.service.clone(), object.kind);
        self.absent.contains(object) || self.prune.contains(&kind)
    }
}

fn removals(before: &Wanted, after: &Wanted, random: &mut Rng) -> Removals {
    let mut removals = Removals::default();
    for object in before.keys().filter(|it| !after.contains_key(it)) {
        match random.u8(0..4) {
            0 => drop(removals.absent.insert(object.clone())),
            1 => drop(removals.prune.insert((object.service.clone(), object.kind))),
            _ => {}
        }
    }
    removals
}

const fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Domain => "domains",
        Kind::User => "users",
        Kind::EnvVar => "env",
        Kind::Cron => "crons",
    }
}

/// The name of an object in the file: a cron has a key there.
fn key(object: &Object) -> String {
    match object.kind {
        Kind::Cron => object.name.replace(['/', '.'], "-"),
        _ => object.name.clone(),
    }
}

/// Writes the file.
fn text(wanted: &Wanted, removals: &Removals) -> String {
    let mut text = String::new();
    for number in 0..super::HOSTINGS {
        let service = model::service(number);
        let _ = writeln!(text, "[hosting.\"{service}\"]");
        let kinds = removals.prune.iter().filter(|(of, _)| *of == service);
        let kinds: Vec<&str> = kinds.map(|(_, kind)| name_of(*kind)).collect();
        let _ = writeln!(text, "prune = {kinds:?}");
        for kind in Kind::ALL {
            let absent = removals.absent.iter();
            let here = absent.filter(|it| it.service == service && it.kind == kind);
            let names: Vec<String> = here.map(key).collect();
            let _ = writeln!(text, "absent.{} = {names:?}", name_of(kind));
        }
        for (object, value) in wanted.iter().filter(|(it, _)| it.service == service) {
            let (table, more) = match object.kind {
                Kind::Domain => ("site", format!("folder = {value:?}")),
                Kind::User => {
                    let secret = "{ generate = true, store = \"secrets\" }";
                    ("users", format!("home = {value:?}\npassword = {secret}"))
                }
                Kind::EnvVar => ("env", format!("type = \"string\"\nvalue = {value:?}")),
                Kind::Cron => {
                    let command = &object.name;
                    let command = format!("command = {command:?}\nlanguage = \"php8.3\"");
                    ("crons", format!("{command}\nfrequency = {value:?}"))
                }
            };
            let key = key(object);
            let _ = writeln!(text, "[hosting.\"{service}\".{table}.\"{key}\"]\n{more}");
        }
    }
    text
}
