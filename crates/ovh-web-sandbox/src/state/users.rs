//! FTP and SSH users. Passwords are taken and forgotten: only how often they changed is kept.

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;

/// What a caller can change about a user. `None` leaves a setting alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserSettings {
    pub(crate) home: Option<String>,
    pub(crate) ssh: Option<String>,
    pub(crate) state: Option<String>,
}

/// One user, whose login is its key.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) home: String,
    pub(crate) ssh: String,
    pub(crate) state: String,
    pub(crate) primary: bool,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
    pub(crate) password_changes: u32,
}

impl User {
    pub(super) fn primary() -> Self {
        Self {
            home: ".".to_owned(),
            ssh: "active".to_owned(),
            state: "rw".to_owned(),
            primary: true,
            status: "created",
            task: None,
            password_changes: 0,
        }
    }

    pub(crate) fn creating(home: &str, ssh: &str, task: u64) -> Self {
        Self {
            home: home.to_owned(),
            ssh: ssh.to_owned(),
            state: "rw".to_owned(),
            primary: false,
            status: "creating",
            task: Some(task),
            password_changes: 0,
        }
    }
}

impl Hosting {
    pub(crate) fn user(&mut self, login: &str) -> Result<&mut User, Refusal> {
        self.users
            .get_mut(login)
            .ok_or_else(|| Refusal::no_object(login))
    }

    /// A `hosting.web.user`.
    pub(crate) fn user_json(&self, login: &str, user: &User) -> Value {
        let access = |protocol: &str, port: u16| json!({"port": port, "url": self.shell_host(protocol), "user": login});
        json!({
            "home": user.home,
            "isPrimaryAccount": user.primary,
            "login": login,
            "serviceManagementCredentials": {"ftp": access("ftp", 21), "ssh": access("ssh", 22)},
            "sshState": user.ssh,
            "state": user.state,
            "status": user.status,
            "taskId": user.task,
        })
    }

    /// Starts a task on a user, which is busy until then.
    pub(crate) fn work_on_user(
        &mut self,
        login: &str,
        status: &'static str,
        now: Moment,
        job: Job,
    ) -> Result<u64, Refusal> {
        if self.user(login)?.task.is_some() {
            return Err(Refusal::busy());
        }
        let task = self.start(now, job);
        let user = self.user(login)?;
        user.status = status;
        user.task = Some(task);
        Ok(task)
    }

    pub(super) fn settle_user(&mut self, login: &str, settings: Option<UserSettings>) {
        let Some(user) = self.users.get_mut(login) else {
            return;
        };
        user.status = "created";
        user.task = None;
        let Some(settings) = settings else { return };
        for (place, value) in [
            (&mut user.home, settings.home),
            (&mut user.ssh, settings.ssh),
            (&mut user.state, settings.state),
        ] {
            if let Some(value) = value {
                *place = value;
            }
        }
    }
}
