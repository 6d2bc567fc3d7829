//! A soak: one client and one sandbox, mixed journeys over several hostings, faults at random, and a
//! model that says what has to come of it.
//!
//! Everything is drawn from a seed and time passes only as it is waited for, so that a run is the
//! same every time: the digest of two runs with one seed is equal, and a failure is replayed by its
//! seed and number of steps.
//!
//! What a step does is in `journeys`, what may go wrong in `trouble`, what the server really did in
//! `witness`, what has to be there in `model`.

mod journeys;
mod model;
mod sites;
mod trouble;
mod witness;

use std::time::Duration;

use fastrand::Rng;
use ovh_web::{Backoff, Error, ErrorKind};
use ovh_web_sandbox::Sandbox;

use crate::Scene;
use journeys::Started;
use model::{Kind, Model, Object};
use witness::Witness;

pub use sites::{SitesSum, converge};

/// The hostings that the journeys go over.
const HOSTINGS: usize = 4;

/// Maximum number of pending operations before one is awaited.
const MOST_AT_WORK: usize = 12;

/// A soak in progress.
#[derive(Debug)]
pub struct Soak {
    scene: Scene,
    witness: Witness,
    random: Rng,
    model: Model,
    at_work: Vec<Started>,
    sum: Sum,
}

/// Counters of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sum {
    /// Steps: a write, a wait or a look each.
    pub steps: u64,
    /// Calls that reached the sandbox.
    pub calls: u64,
    /// Of these, calls that a fault struck.
    pub struck: u64,
    /// Writes that were asked for.
    pub writes: u64,
    /// Of these, those that failed for sure.
    pub refused: u64,
    /// Of these, those that may have been done, and had not been.
    pub unsure_undone: u64,
    /// Of these, those that may have been done, and had been.
    pub unsure_done: u64,
    /// Values that were set a second time, since nobody knew about the first.
    pub set_again: u64,
    /// Work that was waited for to its end.
    pub finished: u64,
    /// Of these, those that were made to fail, and were reported as failed.
    pub failed_as_ordered: u64,
    /// Waits that were given up for trouble on the way and taken up again.
    pub resumed_waits: u64,
    /// Lists and objects that were read and compared.
    pub looks: u64,
    /// A hash of all calls in order, with their outcomes.
    pub digest: u64,
}

impl Soak {
    /// Begins one.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback.
    pub async fn start(seed: u64) -> Self {
        let witness = Witness::default();
        let mut builder = Sandbox::builder().seed(seed);
        for number in 0..HOSTINGS {
            builder = builder.hosting(model::service(number));
        }
        let seen = witness.clone();
        let mut scene = Scene::of(builder.on_call(move |entry| seen.note(entry))).await;
        scene.client = scene
            .builder()
            .retry_policy(Backoff::default().seed(seed))
            // What is to be seen is the repeating, and not its end.
            .retry_budget(u32::MAX)
            .build()
            .expect("complete settings");
        Self {
            scene,
            witness,
            random: Rng::with_seed(seed),
            model: Model::default(),
            at_work: Vec::new(),
            sum: Sum::default(),
        }
    }

    /// Returns the counters so far.
    #[must_use]
    pub fn sum(&self) -> Sum {
        let (calls, struck, digest) = self.witness.totals();
        Sum {
            calls,
            struck,
            digest,
            ..self.sum.clone()
        }
    }

    /// One step.
    ///
    /// # Panics
    ///
    /// If what came of it is not what has to come of it.
    pub async fn step(&mut self) {
        self.sum.steps += 1;
        self.scene.sandbox.faults().clear();
        let dice = self.random.u8(0..100);
        if self.at_work.len() >= MOST_AT_WORK || (dice < 35 && !self.at_work.is_empty()) {
            let index = self.random.usize(0..self.at_work.len());
            let struck = self.trouble();
            self.settle(index, struck).await;
        } else if dice < 85 {
            self.write().await;
        } else {
            self.look().await;
        }
    }

    /// Sets a fault for the calls of this step, or none.
    fn trouble(&mut self) -> bool {
        let fault = trouble::draw(&mut self.random);
        let struck = fault.is_some();
        if let Some(fault) = fault {
            self.scene.sandbox.faults().add(fault);
        }
        struck
    }

    /// Asks for a change of an object that nothing else works on.
    async fn write(&mut self) {
        let object = Object::draw(&mut self.random);
        if self.at_work.iter().any(|work| work.object == object) {
            return;
        }
        let old = self.model.get(&object).cloned();
        let new = match &old {
            Some(_) if self.random.bool() => None,
            old => Some(model::value(&object, old.as_deref(), &mut self.random)),
        };
        let operation = object.kind.operation(old.is_some(), new.is_some());
        let struck = self.trouble();
        // Only where the task is sure to be started: the order waits for the next one otherwise.
        let fails = !struck && old.is_some() != new.is_some() && self.random.u8(0..10) == 0;
        if fails && self.random.bool() {
            self.scene.sandbox.fail_next_task(operation);
        } else if fails {
            self.scene.sandbox.cancel_next_task(operation);
        }
        self.sum.writes += 1;
        let before = self.witness.changes();
        let result = journeys::change(&self.scene.client, &object, old.as_deref(), new.as_deref());
        let result = result.await;
        let done = self.witness.changes() - before;
        // A second creation is a second object. A value that is set twice is set, and what is gone
        // cannot go again: those may be repeated, and the state tells whether that was right.
        if old.is_none() {
            assert!(done <= 1, "{operation} was applied {done} times");
        }
        self.sum.set_again += done.saturating_sub(1);
        match result {
            Ok(work) => {
                assert!(done > 0, "{operation} is said to have been taken");
                self.at_work.push(Started {
                    object,
                    new,
                    work,
                    fails,
                });
            }
            Err(error) => {
                assert!(struck, "{operation} failed without a fault: {error}");
                self.after_failure(object, new, &error, done).await;
            }
        }
    }

    /// Does what a careful caller does after a failed write: believes it if it was surely not done,
    /// and looks otherwise.
    async fn after_failure(
        &mut self,
        object: Object,
        new: Option<String>,
        error: &Error,
        done: u64,
    ) {
        if !error.maybe_applied() {
            assert_eq!(
                done, 0,
                "{object:?} was changed, and the error denies it: {error}"
            );
            self.sum.refused += 1;
            return;
        }
        self.scene.sandbox.faults().clear();
        // Whatever was started has come to its end by then.
        self.scene.clock.advance(Duration::from_secs(10));
        let seen = journeys::read(&self.scene.client, &object).await;
        let seen = seen.expect("a look without faults");
        if done == 0 {
            self.sum.unsure_undone += 1;
            assert_eq!(seen.as_ref(), self.model.get(&object), "{object:?}");
        } else {
            self.sum.unsure_done += 1;
            assert_eq!(seen, new, "{object:?}");
        }
        self.model.set(object, seen);
    }

    /// Waits for a piece of work to its end.
    async fn settle(&mut self, index: usize, struck: bool) {
        let started = self.at_work.swap_remove(index);
        match (started.work)().await {
            Ok(()) => {
                assert!(!started.fails, "{:?} was made to fail", started.object);
                self.model.set(started.object, started.new);
                self.sum.finished += 1;
            }
            Err(error) if error.kind() == ErrorKind::Task => {
                assert!(started.fails, "{:?}: {error}", started.object);
                self.sum.failed_as_ordered += 1;
                self.sum.finished += 1;
            }
            Err(error) => {
                assert!(struck, "the wait for {:?} failed: {error}", started.object);
                self.sum.resumed_waits += 1;
                self.at_work.push(started);
            }
        }
    }

    /// Lists one kind of object of a hosting and compares it with the model.
    async fn look(&mut self) {
        let service = model::service(self.random.usize(0..HOSTINGS));
        let kind = Kind::draw(&mut self.random);
        let here = |object: &Object| object.service == service && object.kind == kind;
        if self.at_work.iter().any(|work| here(&work.object)) {
            return;
        }
        let struck = self.trouble();
        match journeys::list(&self.scene.client, &service, kind).await {
            Ok(found) => {
                let wanted = self.model.of(&service, kind);
                assert_eq!(found, wanted, "{kind:?} of {service}");
                self.sum.looks += 1;
            }
            Err(error) => assert!(struck, "a list failed without a fault: {error}"),
        }
    }

    /// Waits for all that still goes on, and compares the whole state with the model.
    ///
    /// # Panics
    ///
    /// If they differ, or a task is left.
    pub async fn finish(mut self) -> Sum {
        self.scene.sandbox.faults().clear();
        while !self.at_work.is_empty() {
            self.settle(0, false).await;
        }
        // Failed tasks can be read for a day.
        self.scene.clock.advance(Duration::from_secs(2 * 24 * 3600));
        let state = self.scene.sandbox.state();
        for number in 0..HOSTINGS {
            let service = model::service(number);
            let tasks = state.tasks(&service);
            assert!(
                tasks.is_empty(),
                "tasks that nobody saw the end of: {tasks:?}"
            );
            for kind in Kind::ALL {
                let found = model::really(&state, &service, kind);
                assert_eq!(
                    found,
                    self.model.of(&service, kind),
                    "{kind:?} of {service}"
                );
            }
        }
        self.sum()
    }
}
