//! The differences between an object and its desired state.

use std::fmt::Display;

use super::change::{Change, ChangeKind, FieldChange};
use super::{Observed, Reconcile};

/// Replaces a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Collects the differences between an object and its desired state.
///
/// Unset fields are not compared. Values are displayed, so they must be `Display`: a `Secret` is
/// not. A field that is missing from the response is unverified: neither equal nor different.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Fields that were missing from the response.
    corrected: Vec<&'static str>,
    /// Different fields that the API can change.
    pub(super) open: Vec<FieldChange>,
    /// Different fields that it cannot change.
    pub(super) fixed: Vec<FieldChange>,
    /// Fields that cannot be compared.
    unverified: Vec<&'static str>,
    /// Secrets that cannot be compared but can be written.
    secrets: Vec<&'static str>,
}

impl Differences {
    /// Starts a comparison with an object.
    pub(super) fn of<T>(is: &Observed<T>) -> (&T, Self) {
        let differences = Self {
            corrected: is.corrected.clone(),
            ..Self::default()
        };
        (&is.object, differences)
    }

    /// Returns `true` if the field was missing from the response.
    pub(super) fn is_corrected(&self, field: &str) -> bool {
        self.corrected.contains(&field)
    }

    /// Compares a field that can be changed.
    pub(super) fn open<T: Display + PartialEq>(
        &mut self,
        name: &'static str,
        wanted: Option<&T>,
        is: Option<&T>,
    ) {
        match wanted {
            Some(_) if self.is_corrected(name) => self.unverified(name),
            Some(_) if wanted != is => self.open.push(field(name, is, wanted)),
            _ => {}
        }
    }

    /// Compares a text that can be changed and has several spellings.
    pub(super) fn open_text(
        &mut self,
        name: &'static str,
        wanted: &str,
        is: &str,
        is_same: impl Fn(&str, &str) -> bool,
    ) {
        if self.is_corrected(name) {
            self.unverified(name);
        } else if !is_same(wanted, is) {
            self.open.push(field(name, Some(is), Some(wanted)));
        }
    }

    /// Compares a secret that can be changed.
    pub(super) fn open_secret(&mut self, name: &'static str, differs: bool) {
        if differs {
            self.open.push(field(name, Some(REDACTED), Some(REDACTED)));
        }
    }

    /// Compares a field that cannot be changed.
    pub(super) fn fixed(
        &mut self,
        name: &'static str,
        is_same: bool,
        wanted: impl Display,
        is: impl Display,
    ) {
        if self.is_corrected(name) {
            self.unverified(name);
        } else if !is_same {
            self.fixed.push(field(name, Some(is), Some(wanted)));
        }
    }

    /// Adds a field that cannot be compared.
    pub(super) fn unverified(&mut self, name: &'static str) {
        self.unverified.push(name);
    }

    /// Adds a secret that cannot be compared but can be written.
    pub(super) fn secret(&mut self, name: &'static str) {
        self.secrets.push(name);
    }

    /// Treats the secrets that cannot be compared as different.
    pub(super) fn write_secrets(&mut self) {
        for name in std::mem::take(&mut self.secrets) {
            self.open_secret(name, true);
        }
    }

    /// Returns `true` if a field will be changed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.open.iter().any(|field| field.name == name)
    }

    pub(crate) fn change(&self) -> Change {
        let (kind, fields) = if !self.fixed.is_empty() {
            (ChangeKind::Conflict, &self.fixed)
        } else if self.open.is_empty() {
            (ChangeKind::Unchanged, &self.open)
        } else {
            (ChangeKind::Updated, &self.open)
        };
        Change {
            fields: fields.clone(),
            unverified: [&*self.unverified, &*self.secrets].concat(),
            ..Change::new(kind)
        }
    }
}

/// Compares an object with its desired state.
pub(crate) fn difference<R: Reconcile>(
    name: &str,
    new: &R::New,
    is: &Observed<R::Object>,
    write_secrets: bool,
) -> Differences {
    let mut differences = R::compare(name, new, is);
    if write_secrets {
        differences.write_secrets();
    }
    differences
}

fn field(name: &'static str, from: Option<impl Display>, to: Option<impl Display>) -> FieldChange {
    FieldChange {
        name,
        from: from.map(|value| value.to_string()),
        to: to.map(|value| value.to_string()),
    }
}

/// Returns `true` if both texts name the same folder of a hosting.
///
/// Inferred: the API may return a folder with `./` in front, with surrounding slashes, or as an
/// absolute path.
pub(crate) fn same_folder(wanted: &str, is: &str) -> bool {
    fn plain(path: &str) -> &str {
        let path = path.trim_matches('/');
        let path = path.strip_prefix("./").unwrap_or(path);
        if path == "." { "" } else { path }
    }
    plain(wanted) == plain(is) || below_home(is).is_some_and(|is| plain(wanted) == plain(is))
}

/// Returns the folder of an absolute path, whose first two names are the hosting's root:
/// `/home/example/www`, `/homez.12/example`.
fn below_home(path: &str) -> Option<&str> {
    let (disk, below) = path.strip_prefix('/')?.split_once('/')?;
    let is_absolute = disk == "home" || disk.starts_with("homez.");
    let (login, folder) = below.split_once('/').unwrap_or((below, ""));
    (is_absolute && !login.is_empty()).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_folder_in_any_spelling() {
        for (wanted, is) in [
            ("shop", "shop"),
            ("shop", "./shop"),
            ("./shop", "shop/"),
            (".", ""),
            ("www/shop", "/home/example/www/shop"),
            ("shop", "/homez.12/example/shop"),
            ("", "/home/example"),
            (".", "/homez.12/example/"),
            ("home", "/home/"),
        ] {
            assert!(same_folder(wanted, is), "{wanted} {is}");
        }
        for (wanted, is) in [
            ("shop", "shop2"),
            ("shop", "my/shop"),
            ("shop", "/home/example/myshop"),
            ("shop", "/home/example/www/shop"),
            ("shop", "/homepage/example/shop"),
            ("", "/home/"),
            ("", "/home/example/www"),
            (".", "www"),
        ] {
            assert!(!same_folder(wanted, is), "{wanted} {is}");
        }
    }

    #[test]
    fn conflict_wins_over_update() {
        let mut differences = Differences::default();
        assert_eq!(differences.change(), Change::new(ChangeKind::Unchanged));
        differences.open("path", Some(&"shop"), Some(&"www"));
        differences.open("ssl", Some(&true), Some(&true));
        differences.open("cdn", None, Some(&1));
        differences.secret("password");
        let change = differences.change();
        assert_eq!(
            change.to_string(),
            "updated (path: www -> shop; unverified: password)"
        );
        assert!(change.is_write() && differences.has("path"));
        differences.fixed("version", true, 8, 8);
        differences.fixed("type_", false, "mysql", "redis");
        let change = differences.change();
        assert_eq!(
            change.to_string(),
            "in conflict (type_: redis -> mysql; unverified: password)"
        );
        assert!(!change.is_write() && change.is_conflict());
    }

    #[test]
    fn missing_field_is_unverified() {
        let ((), mut differences) = Differences::of(&Observed {
            object: (),
            corrected: vec!["path", "ssl", "cdn", "type_"],
        });
        differences.open_text("path", "shop", "", same_folder);
        differences.open("ssl", Some(&true), Some(&false));
        differences.open("cdn", None, Some(&1));
        differences.fixed("type_", false, "mysql", "");
        assert_eq!(
            differences.change().to_string(),
            "unchanged (unverified: path, ssl, type_)"
        );
    }

    #[test]
    fn secret_written_on_demand_never_shown() {
        let mut differences = Differences::default();
        differences.secret("password");
        differences.unverified("capacity");
        assert!(!differences.has("password"));
        differences.write_secrets();
        assert!(differences.has("password"));
        assert_eq!(
            differences.change().to_string(),
            "updated (password: [redacted] -> [redacted]; unverified: capacity)"
        );
    }
}
