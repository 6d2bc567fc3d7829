//! Writes many files as one step, whatever happens in between.
//!
//! New content is staged in a separate folder; the plan is the last file that is written there.
//! Before there is a plan nothing has changed, and what is staged is forgotten. Once there is one, the
//! files are moved to their places; a run that is killed meanwhile is finished by the next one.

use crate::failure::Failure;
use crate::sources::sha256;
use crate::workspace::{Change, Workspace};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The staging folder, relative to the root; on the same file system as the files it replaces.
pub const FOLDER: &str = ".xtask-staging";

/// The plan's name in that folder.
const PLAN: &str = "plan.json";

/// The files to write and to remove; the content of the one with number N is in the file N.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    changes: Vec<Step>,
}

/// One file, with the hashes of its content before and after; `None` if it is not there.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    path: PathBuf,
    old: Option<String>,
    new: Option<String>,
}

impl Workspace {
    /// Makes all changes, or none.
    ///
    /// If a file cannot be moved to its place, those that were moved get their old content again.
    ///
    /// # Errors
    /// If a file cannot be written, moved or removed.
    pub fn apply(&self, changes: &[Change]) -> Result<(), Failure> {
        if changes.is_empty() {
            return Ok(());
        }
        self.refuse_interrupted()?;
        self.forget()?;
        if let Err(error) = self.stage(changes) {
            let _ = self.forget();
            return Err(error);
        }
        let plan = Plan::of(changes);
        for (number, step) in plan.changes.iter().enumerate() {
            if let Err(failure) = self.perform(number, step) {
                self.restore(&changes[..number]);
                let _ = self.forget();
                return Err(failure);
            }
        }
        self.tidy_up(&plan)
    }

    /// Finishes what a run that was killed began to write; returns how many files it was about.
    ///
    /// # Errors
    /// If one of the files changed since, or cannot be written; nothing else is touched then.
    pub fn finish_interrupted(&self) -> Result<Option<usize>, Failure> {
        let Some(plan) = self.interrupted()? else {
            self.forget()?;
            return Ok(None);
        };
        for (number, step) in plan.changes.iter().enumerate() {
            self.check(number, step)?;
        }
        for (number, step) in plan.changes.iter().enumerate() {
            self.perform(number, step)?;
        }
        self.tidy_up(&plan)?;
        Ok(Some(plan.changes.len()))
    }

    /// Refuses to look at files of which only a part was written.
    ///
    /// # Errors
    /// If a run was killed while it wrote.
    pub fn refuse_interrupted(&self) -> Result<(), Failure> {
        if self.staged(PLAN).exists() {
            return Err(Failure::new(
                "an earlier run was interrupted while it wrote - run `cargo xtask regen` to finish it",
            ));
        }
        Ok(())
    }

    fn staged(&self, name: impl ToString) -> PathBuf {
        self.root().join(FOLDER).join(name.to_string())
    }

    fn interrupted(&self) -> Result<Option<Plan>, Failure> {
        if !self.has_staged()? {
            return Ok(None);
        }
        let path = Path::new(FOLDER).join(PLAN);
        let text = match fs::read_to_string(self.root().join(&path)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io("read", &path, error)),
        };
        let plan: Plan = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!(
                "{} cannot be read: {error} - remove the folder {FOLDER}",
                path.display()
            ))
        })?;
        for step in &plan.changes {
            self.inside(&step.path)?;
        }
        Ok(Some(plan))
    }

    /// Writes new content and the plan, the plan last.
    fn stage(&self, changes: &[Change]) -> Result<(), Failure> {
        let folder = self.root().join(FOLDER);
        let io = |error| Failure::io("write", Path::new(FOLDER), error);
        self.hook();
        fs::create_dir_all(&folder).map_err(io)?;
        for (number, change) in changes.iter().enumerate() {
            if let Some(new) = &change.new {
                let file = self.staged(number);
                self.write(&file, new)
                    .map_err(|error| Failure::io("write", &change.path, error))?;
            }
        }
        let text = serde_json::to_string_pretty(&Plan::of(changes))
            .map_err(|error| Failure::new(format!("the plan cannot be written: {error}")))?;
        let draft = self.staged("plan");
        self.write(&draft, text.as_bytes()).map_err(io)?;
        self.hook();
        fs::rename(draft, self.staged(PLAN)).map_err(io)?;
        sync(&folder);
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        self.hook();
        let mut file = fs::File::create(path)?;
        self.hook();
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// An error if the file is neither as it was before nor as it is to be.
    fn check(&self, number: usize, step: &Step) -> Result<(), Failure> {
        let changed = || {
            Failure::new(format!(
                "{} changed since an earlier run was interrupted - remove the folder {FOLDER} to forget \
                 that run, and look at what `git status` says",
                step.path.display()
            ))
        };
        let now = hash(&self.root().join(&step.path)).map_err(|_| changed())?;
        let staged = hash(&self.staged(number)).map_err(|_| changed())?;
        let is_done = now == step.new && staged.is_none();
        let is_ready = (now == step.old || now == step.new) && staged == step.new;
        if is_done || is_ready {
            Ok(())
        } else {
            Err(changed())
        }
    }

    /// Moves one file to its place or removes it; what is done already is done.
    fn perform(&self, number: usize, step: &Step) -> Result<(), Failure> {
        let place = self.root().join(&step.path);
        let io = |error| Failure::io("write", &step.path, error);
        self.hook();
        let done = if step.new.is_none() {
            fs::remove_file(&place)
        } else {
            if let Some(folder) = place.parent() {
                fs::create_dir_all(folder).map_err(io)?;
                self.hook();
            }
            fs::rename(self.staged(number), &place)
        };
        match done {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let now = hash(&place).map_err(io)?;
                if now == step.new {
                    Ok(())
                } else {
                    Err(io(error))
                }
            }
            done => done.map_err(io),
        }
    }

    /// Removes folders that are empty now, then the plan, then what was staged.
    fn tidy_up(&self, plan: &Plan) -> Result<(), Failure> {
        for step in plan.changes.iter().filter(|step| step.new.is_none()) {
            if let Some(folder) = step.path.parent() {
                self.hook();
                // It fails when the folder is not empty, which is what we want.
                let _ = fs::remove_dir(self.root().join(folder));
            }
        }
        self.forget()
    }

    /// Removes the plan, and then what was staged.
    fn forget(&self) -> Result<(), Failure> {
        if !self.has_staged()? {
            return Ok(());
        }
        let io = |error| Failure::io("remove", Path::new(FOLDER), error);
        self.hook();
        match fs::remove_file(self.staged(PLAN)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        self.hook();
        fs::remove_dir_all(self.root().join(FOLDER)).map_err(io)
    }

    /// Whether there is a folder of staged files; anything else of that name is not ours.
    fn has_staged(&self) -> Result<bool, Failure> {
        match fs::symlink_metadata(self.root().join(FOLDER)) {
            Ok(found) if found.is_dir() => Ok(true),
            Ok(_) => Err(Failure::new(format!(
                "{FOLDER} is not a folder - remove it"
            ))),
            Err(_) => Ok(false),
        }
    }

    /// Gives files their old content again, as well as it goes: this runs when writing has failed.
    fn restore(&self, changes: &[Change]) {
        for change in changes {
            let place = self.root().join(&change.path);
            let _ = match &change.old {
                Some(old) => fs::write(place, old),
                None => fs::remove_file(place),
            };
        }
    }
}

impl Plan {
    fn of(changes: &[Change]) -> Self {
        let hash = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(sha256);
        let steps = changes.iter().map(|change| Step {
            path: change.path.clone(),
            old: hash(&change.old),
            new: hash(&change.new),
        });
        Self {
            changes: steps.collect(),
        }
    }
}

/// The hash of a file; `None` if it is not there.
fn hash(path: &Path) -> std::io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(sha256(&bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes sure that a name in a folder survives a loss of power, where the system can.
fn sync(folder: &Path) {
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::rc::Rc;

    type Files = BTreeMap<PathBuf, String>;

    /// A workspace in which something ends the run before its `limit`-th change.
    fn killed_at(root: &Path, limit: usize) -> Workspace {
        let count = Cell::new(0);
        let hook: Rc<dyn Fn()> = Rc::new(move || {
            count.set(count.get() + 1);
            if count.get() == limit {
                resume_unwind(Box::new("killed"));
            }
        });
        let workspace = Workspace::find(Some(root.to_owned())).expect("it is given");
        workspace.with_hook(Some(&hook))
    }

    fn files(root: &Path) -> Files {
        let workspace = killed_at(root, 0);
        let paths = workspace.files_below(Path::new("")).expect("a list");
        let read = |path: PathBuf| {
            let text = workspace.read(path.to_str().expect("UTF-8")).expect("text");
            (path, text)
        };
        paths.into_iter().map(read).collect()
    }

    const OLD: [(&str, &str); 3] = [("a", "old"), ("gone/b", "b"), ("same", "same")];
    const NEW: [(&str, &str); 3] = [("a", "new"), ("deep/er/c", "c"), ("same", "same")];

    fn set(of: [(&str, &str); 3]) -> Files {
        let pairs = of.iter().map(|(path, text)| (path.into(), (*text).into()));
        pairs.collect()
    }

    fn change_all(workspace: &Workspace) -> Result<(), Failure> {
        let mut changes = Vec::new();
        for (path, text) in NEW {
            changes.extend(workspace.change(Path::new(path), Some(text))?);
        }
        changes.extend(workspace.change(Path::new("gone/b"), None)?);
        workspace.apply(&changes)
    }

    /// Whether `run` came to its end.
    fn ends(run: impl FnOnce() -> Result<(), Failure>) -> bool {
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => {
                result.expect("nothing fails");
                true
            }
            Err(_) => false,
        }
    }

    #[test]
    fn a_run_killed_twice_is_finished_or_forgotten() {
        let mut kills = 0;
        for first in 1.. {
            let mut is_whole = false;
            for second in 1.. {
                let folder = tempfile::tempdir().expect("a folder");
                let root = folder.path();
                for (path, text) in OLD {
                    let path = root.join(path);
                    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                    fs::write(path, text).expect("written");
                }
                is_whole = ends(|| change_all(&killed_at(root, first)));
                let has_plan = root.join(FOLDER).join(PLAN).exists();
                let finish = |workspace: Workspace| workspace.finish_interrupted().map(drop);
                let is_finished = ends(|| finish(killed_at(root, second)));
                ends(|| finish(killed_at(root, 0)));
                let now = files(root);
                match (is_whole || has_plan, now == set(OLD)) {
                    (false, true) => {}
                    (_, _) => assert_eq!(now, set(NEW), "killed at {first}, {second}"),
                }
                assert!(!root.join(FOLDER).exists());
                kills += 1;
                if is_finished {
                    break;
                }
            }
            if is_whole {
                break;
            }
        }
        assert!(kills > 50, "{kills}");
    }

    #[test]
    fn a_staging_folder_that_is_none_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FOLDER), "mine").expect("written");
        let workspace = killed_at(folder.path(), 0);
        let failure = workspace.finish_interrupted().expect_err("no folder");
        assert!(failure.to_string().contains("is not a folder"), "{failure}");
        change_all(&workspace).expect_err("no folder");
        assert_eq!(files(folder.path()).len(), 1);
    }
}
