//! Installed modules: a ready-made application in a folder, with its database.

use serde_json::{Value, json};

use super::databases::Database;
use super::hosting::Hosting;
use crate::clock::Moment;
use crate::reply::Refusal;

/// One installed module. The administrator's password is not kept.
#[derive(Clone)]
pub(crate) struct Module {
    pub(crate) id: u64,
    pub(crate) catalogue_id: u64,
    pub(crate) admin_name: String,
    pub(crate) admin_folder: &'static str,
    pub(crate) language: String,
    pub(crate) path: String,
    pub(crate) domain: String,
    pub(crate) databases: Vec<Dependency>,
    pub(crate) creation: Moment,
    pub(crate) last_update: Moment,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
}

/// A database that a module uses.
#[derive(Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) prefix: String,
    /// Whether the database was created for the module.
    pub(crate) own: bool,
}

impl Module {
    pub(super) fn upgrade(&mut self, catalogue_id: u64) {
        self.catalogue_id = catalogue_id;
    }

    /// A `hosting.web.module`.
    pub(crate) fn json(&self) -> Value {
        let dependencies: Vec<_> = self
            .databases
            .iter()
            .map(|database| {
                json!({
                    "name": database.name,
                    "password": null,
                    "port": Database::port("mysql"),
                    "prefix": database.prefix,
                    "server": database.name,
                    "type": "mysql",
                    "user": database.user,
                })
            })
            .collect();
        json!({
            "adminFolder": self.admin_folder,
            "adminName": self.admin_name,
            "creationDate": self.creation.rfc3339(),
            "dependencies": dependencies,
            "id": self.id,
            "language": self.language,
            "lastUpdate": self.last_update.rfc3339(),
            "moduleId": self.catalogue_id,
            "path": self.path,
            "status": self.status,
            "targetUrl": format!("http://{}", self.domain),
            "taskId": self.task,
        })
    }
}

impl Hosting {
    pub(crate) fn module(&mut self, id: &str) -> Result<&mut Module, Refusal> {
        id.parse()
            .ok()
            .and_then(|id: u64| self.modules.get_mut(&id))
            .ok_or_else(|| Refusal::no_object(id))
    }

    /// Takes back an installation that failed, with the database that was made for it.
    pub(super) fn abandon_module(&mut self, id: u64) {
        self.release_module(id);
        let Some(module) = self.modules.remove(&id) else {
            return;
        };
        for dependency in module.databases {
            if dependency.own {
                self.databases.remove(&dependency.name);
            }
        }
    }

    pub(super) fn settle_module(&mut self, id: u64, at: Moment) {
        self.release_module(id);
        if let Some(module) = self.modules.get_mut(&id) {
            module.last_update = at;
        }
    }

    pub(super) fn release_module(&mut self, id: u64) {
        let Some(module) = self.modules.get_mut(&id) else {
            return;
        };
        module.status = "created";
        let task = module.task.take();
        for dependency in &module.databases {
            // Only what waited for this very task: the database may be busy with something else.
            if let Some(database) = self.databases.get_mut(&dependency.name) {
                if database.task == task && task.is_some() {
                    database.settle();
                }
            }
        }
    }
}
