//! Databases, identified by their user. Only the password can be changed.
//!
//! Compared are the visible fields: engine, version, size, and whether it was ordered separately.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, ensures};
use crate::hosting::{databases::Databases, names};
use crate::task::Task;
use crate::types::{Database, DatabaseCapacity, DatabaseService, NewDatabase, Quantity};

impl Reconcile for Databases {
    type New = NewDatabase;

    fn what(user: &str) -> String {
        format!("the database of the user {user}")
    }

    async fn find(&self, user: &str) -> Result<Option<String>, Error> {
        let database = self.of_user(user).await?;
        Ok(database.map(|database| database.name))
    }

    fn check_create(&self, user: &str) -> Result<(), Error> {
        names::refuse(self.hosting(), names::DATABASE_USER, user)
    }

    fn compare(_: &str, new: &NewDatabase, is: &Observed<Database>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        compare_capacity(&new.capacity, is, &mut differences);
        if let Some(wanted) = &new.quota {
            let shown = is.quota_size.to_string();
            match is_of_size(wanted.value(), &is.quota_size) {
                Some(is_same) if !differences.is_corrected("quota_size") => {
                    differences.fixed("quota", is_same, format!("{wanted} MB"), shown);
                }
                _ => differences.unverified("quota"),
            }
        }
        let is_same = new.type_.as_str() == is.type_.as_str();
        differences.fixed("type_", is_same, &new.type_, &is.type_);
        if let Some(version) = &new.version {
            differences.fixed("version", *version == is.version, version, &is.version);
        }
        if new.password.is_some() {
            differences.secret("password");
        }
        differences
    }

    async fn create(&self, _: &str, new: &NewDatabase) -> Result<Task, Error> {
        Ok(Self::create(self, new).await?.plain())
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        if let (true, Some(password)) = (to.differences.has("password"), &to.new.password) {
            let database = self.hosting().database(to.key);
            let task = database.change_password(password.clone()).await?;
            task.plain().wait_with(to.policy).await?;
        }
        Ok(())
    }

    async fn remove(&self, name: &String) -> Result<Task, Error> {
        self.delete(name).await
    }
}

/// Compares whether a database was ordered separately.
///
/// The kind of plan is not visible in a database. Inferred: a separate order shows its purchase,
/// and a database of the plan is `included`.
fn compare_capacity(wanted: &DatabaseCapacity, is: &Database, differences: &mut Differences) {
    let is_bought = is.sqlperso_id.is_some();
    let is_included = is.database_type == Some(DatabaseService::Included);
    match wanted {
        DatabaseCapacity::ExtraSqlPerso if is_bought => {}
        DatabaseCapacity::ExtraSqlPerso if is_included => {
            // A value that can be written: `included` is none.
            let shown = format!("{} or another of the offer", DatabaseCapacity::SqlPerso);
            differences.fixed("capacity", false, wanted, shown);
        }
        DatabaseCapacity::SqlPerso
        | DatabaseCapacity::SqlPro
        | DatabaseCapacity::SqlLocal
        | DatabaseCapacity::Local
            if is_bought =>
        {
            differences.fixed("capacity", false, wanted, DatabaseCapacity::ExtraSqlPerso);
        }
        _ => differences.unverified("capacity"),
    }
}

/// Compares a size with the desired one in MB.
///
/// Inferred: a GB may be 1,000 or 1,024 MB; an unknown unit returns `None`.
fn is_of_size(megabytes: i64, is: &Quantity) -> Option<bool> {
    let factors: &[f64] = match is.unit.to_ascii_uppercase().as_str() {
        "MB" | "MIB" | "MO" => &[1.0],
        "GB" | "GIB" | "GO" => &[1000.0, 1024.0],
        _ => return None,
    };
    // A size is a few thousand at most, which a float represents exactly.
    let wanted = i32::try_from(megabytes).map_or(f64::INFINITY, f64::from);
    let is_wanted = |factor: &f64| (is.value * factor - wanted).abs() <= 0.5;
    Some(factors.iter().any(is_wanted))
}

ensures! {
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `user` | identifies the database | no | required |
    /// | `capacity` | only if it was ordered separately; the kind of plan is unverified | no: a conflict | required |
    /// | `type_` | yes | no: a conflict | required |
    /// | `password` | no: it cannot be read back, and is unverified | with [`write_secrets`](crate::EnsureOptions::write_secrets) | the API chooses one for a new database |
    /// | `quota` | yes; unverified in an unknown unit | no: a conflict | a new database has the API's default |
    /// | `version` | yes | no: a conflict | a new database has the API's default |
    ///
    /// Store the capacity that you choose: [`creation_capabilities`](Self::creation_capabilities)
    /// returns others once the database exists.
    Databases: NewDatabase => Database,
    user: &str = |wanted| &wanted.user;
    "Deletes the user's database with its contents, if there is one."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_sizes_in_the_shown_unit() {
        for (wanted, is, is_same) in [
            (400, Quantity::new(400.0, "MB"), Some(true)),
            (400, Quantity::new(800.0, "MB"), Some(false)),
            (1024, Quantity::new(1.0, "GB"), Some(true)),
            (1000, Quantity::new(1.0, "GB"), Some(true)),
            (400, Quantity::new(0.4, "GB"), Some(true)),
            (400, Quantity::new(1.0, "GB"), Some(false)),
            (400, Quantity::new(1.0, "parsec"), None),
            (i64::MAX, Quantity::new(1.0, "MB"), Some(false)),
            (400, Quantity::new(1e15, "MB"), Some(false)),
        ] {
            assert_eq!(is_of_size(wanted, &is), is_same, "{wanted} {is:?}");
        }
    }
}
