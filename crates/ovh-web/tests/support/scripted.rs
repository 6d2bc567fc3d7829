//! A scripted hosting: each route returns a list of responses.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use ovh_web::{Client, handle::Hosting};

use super::{Answer, HandClock, Seen, Server, answer};

pub const SERVICE: &str = "example.ovh";

pub fn gone() -> Answer {
    answer(
        404,
        "",
        r#"{"class":"Client::NotFound","message":"The requested object does not exist"}"#,
    )
}

pub fn unknown_route() -> Answer {
    answer(
        404,
        "",
        r#"{"class":"Client::NotFound","message":"Got an invalid (or empty) URL"}"#,
    )
}

pub fn unknown_service() -> Answer {
    answer(
        404,
        "",
        r#"{"class":"Client::NotFound","message":"This service does not exist"}"#,
    )
}

pub fn task(function: &str, object: (&str, &str), status: &str) -> String {
    let (kind, id) = object;
    format!(
        r#"{{"id":42,"function":"{function}","status":"{status}","startDate":"2026-01-02T03:04:05+01:00",
            "lastUpdate":null,"doneDate":null,"objectId":"{id}","objectType":"{kind}"}}"#
    )
}

pub fn user(status: &str) -> String {
    format!(
        r#"{{"home":"shop","login":"example-shop","isPrimaryAccount":false,"sshState":"none","state":"rw",
            "status":"{status}","taskId":null,
            "serviceManagementCredentials":{{"ftp":{{"url":"","port":21,"user":"x"}},"ssh":{{"url":"","port":22,"user":"x"}}}}}}"#
    )
}

pub type Step = fn() -> Answer;

/// A hosting whose routes answer step by step; the last step repeats.
pub struct Scripted {
    pub server: Server,
    pub client: Client,
    pub clock: HandClock,
}

impl Scripted {
    /// Starts it with routes such as `GET /tasks/42`, relative to the hosting.
    pub async fn start(routes: &[(&'static str, &[Step])]) -> Self {
        Self::start_with(routes, |_| None).await
    }

    /// Starts it with `other`, which answers further routes.
    pub async fn start_with(
        routes: &[(&'static str, &[Step])],
        other: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let routes: HashMap<String, Vec<Step>> = routes
            .iter()
            .map(|(route, steps)| ((*route).to_owned(), steps.to_vec()))
            .collect();
        let counts = Mutex::new(HashMap::<String, usize>::new());
        let server = Server::start(move |seen| {
            let route = route(seen);
            let Some(steps) = routes.get(&route) else {
                return other(&route).unwrap_or_else(|| panic!("nobody expected {route}"));
            };
            let mut counts = counts.lock().expect("the counts");
            let count = counts.entry(route).or_default();
            *count += 1;
            steps[(*count - 1).min(steps.len() - 1)]()
        })
        .await;
        let clock = HandClock::jumping(Duration::from_secs(10));
        let client = server.builder().clock(clock.clone());
        Self {
            client: client.build().expect("a client"),
            server,
            clock,
        }
    }

    pub fn hosting(&self) -> Hosting {
        self.client.hosting(SERVICE)
    }

    pub fn count(&self, wanted: &str) -> usize {
        let calls = self.server.calls();
        calls.iter().filter(|seen| route(seen) == wanted).count()
    }

    /// Returns the seconds slept.
    pub fn slept(&self) -> u64 {
        let sleeps = self.clock.sleeps();
        let rests = sleeps.iter().map(Duration::as_secs);
        rests.filter(|rest| *rest <= 10).sum()
    }
}

fn route(seen: &Seen) -> String {
    let path = seen.target.split('?').next().unwrap_or_default();
    let below = path
        .strip_prefix("/1.0/hosting/web/example.ovh")
        .unwrap_or(path);
    format!("{} {below}", seen.method)
}
