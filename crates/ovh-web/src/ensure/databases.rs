//! Databases: known by their user; nothing of them can be changed after the creation, and the
//! password counts at the creation only. What shows in a database is compared: engine, version, size
//! if one is wanted, and whether it was bought in addition.

use ovh_runtime::{Call, Error};

use super::{Differences, Thing, ensures};
use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::types::{Database, DatabaseCapacity, DatabaseService, NewDatabase, Quantity};

struct OfUser<'a> {
    hosting: &'a Hosting,
    user: &'a str,
}

impl Thing for OfUser<'_> {
    type Object = Database;
    type New = NewDatabase;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the database of the user {}", self.user)
    }

    async fn read(&self) -> Result<Option<Database>, Error> {
        self.hosting.databases().of_user(self.user).await
    }

    fn look(&self, object: &Database) -> Call<Database> {
        self.hosting.databases().get(&object.name)
    }

    fn compare(&self, new: &NewDatabase, is: &Database) -> Differences {
        let mut found = Differences::default();
        found.fixed("capacity", is_of_another_sort(&new.capacity, is));
        found.fixed(
            "quota",
            new.quota
                .as_ref()
                .is_some_and(|wanted| is_of_another_size(wanted.value(), &is.quota_size)),
        );
        found.fixed("type_", new.type_.as_str() != is.type_.as_str());
        found.fixed(
            "version",
            new.version
                .as_ref()
                .is_some_and(|wanted| *wanted != is.version),
        );
        found
    }

    async fn create(&self, new: &NewDatabase, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.databases().create(new).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn update(
        &self,
        _: &NewDatabase,
        _: &Database,
        _: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn remove(&self, object: &Database, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.databases().delete(&object.name).await?;
        task.wait_with(policy).await.map(drop)
    }
}

/// Whether a database was bought in addition, and one of the offer is wanted, or the other way
/// round. Which of the offer's sorts it is shows nowhere in a database, so no more can be said.
///
/// Guess: a database that was bought names its purchase, and one that came with the offer is
/// `included`.
fn is_of_another_sort(wanted: &DatabaseCapacity, is: &Database) -> bool {
    match wanted {
        DatabaseCapacity::ExtraSqlPerso => {
            is.sqlperso_id.is_none() && is.database_type == Some(DatabaseService::Included)
        }
        DatabaseCapacity::SqlPerso
        | DatabaseCapacity::SqlPro
        | DatabaseCapacity::SqlLocal
        | DatabaseCapacity::Local => is.sqlperso_id.is_some(),
        _ => false,
    }
}

/// Whether a size differs from one that is wanted in MB.
///
/// Guess: a GB may be a thousand MB or 1,024 of them; a unit that is not known says nothing.
fn is_of_another_size(megabytes: i64, is: &Quantity) -> bool {
    let factors: &[f64] = match is.unit.to_ascii_uppercase().as_str() {
        "MB" | "MIB" | "MO" => &[1.0],
        "GB" | "GIB" | "GO" => &[1000.0, 1024.0],
        _ => return false,
    };
    // A size is a few thousand at most, which a float holds exactly.
    let wanted = i32::try_from(megabytes).map_or(f64::INFINITY, f64::from);
    factors
        .iter()
        .all(|factor| (is.value * factor - wanted).abs() > 0.5)
}

ensures! {
    Databases: NewDatabase => Database,
    |this, user| OfUser { hosting: this.hosting(), user }, |wanted| &wanted.user;
    "Sees to it that a user has no database. What was in it is lost."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(value: f64, unit: &str) -> Quantity {
        let text = format!(r#"{{"value":{value},"unit":"{unit}"}}"#);
        serde_json::from_str(&text).expect("a quantity")
    }

    #[test]
    fn sizes_are_compared_in_the_unit_that_the_api_shows() {
        for (wanted, is, differs) in [
            (400, size(400.0, "MB"), false),
            (400, size(800.0, "MB"), true),
            (1024, size(1.0, "GB"), false),
            (1000, size(1.0, "GB"), false),
            (400, size(0.4, "GB"), false),
            (400, size(1.0, "GB"), true),
            (400, size(1.0, "parsec"), false),
            (i64::MAX, size(1.0, "MB"), true),
            (400, size(1e15, "MB"), true),
        ] {
            assert_eq!(is_of_another_size(wanted, &is), differs, "{wanted} {is:?}");
        }
    }
}
