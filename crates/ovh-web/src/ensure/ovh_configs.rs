//! Configurations, identified by their folder. Each write has every setting: the effect of
//! omitting one is undocumented.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, ensures, observe};
use crate::hosting::OvhConfigs;
use crate::types::{OvhConfig, OvhConfigChange};
use crate::wait::Lookup;

/// The version of a configuration that older settings decide. It cannot be written.
const AUTO: &str = "AUTO";

impl Reconcile for OvhConfigs {
    type New = OvhConfigChange;
    // Inferred: a change may keep the id, or make the configuration an old one.
    const IS_REPLACED: bool = true;

    fn what(folder: &str) -> String {
        format!("the configuration of the folder {folder:?}")
    }

    async fn find(&self, folder: &str) -> Result<Option<i64>, Error> {
        self.current(folder).await.map(|config| Some(config.id))
    }

    fn compare(_: &str, new: &OvhConfigChange, is: &Observed<OvhConfig>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        macro_rules! compare {
            ($($name:ident),*) => {
                $(if let Some(wanted) = &new.$name {
                    differences.open_text(
                        stringify!($name),
                        wanted.as_str(),
                        is.$name.as_str(),
                        |wanted, is| wanted == is,
                    );
                })*
            };
        }
        compare!(
            container,
            engine_name,
            engine_version,
            environment,
            http_firewall
        );
        differences
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        let is = match observe(self.get(*to.key)).await? {
            Lookup::Found(is) => is,
            Lookup::Missing(error) => return Err(error),
        };
        let task = self.change(*to.key, &complete(to.new, &is)).await?.plain();
        task.wait_with(to.policy).await.map(drop)
    }
}

/// Sets every field that is not wanted to its current value, as far as it was returned.
fn complete(new: &OvhConfigChange, observed: &Observed<OvhConfig>) -> OvhConfigChange {
    let (mut is, mut change) = (OvhConfigChange::from(&observed.object), new.clone());
    is.engine_version = is.engine_version.filter(|version| version.as_str() != AUTO);
    macro_rules! keep {
        ($($name:ident),*) => {
            $(if change.$name.is_none() && !observed.corrected.contains(&stringify!($name)) {
                change.$name = is.$name;
            })*
        };
    }
    keep!(
        container,
        engine_name,
        engine_version,
        environment,
        http_firewall
    );
    change
}

ensures! {
    /// The folder `""` is the root, whose configuration is for the whole hosting. A configuration
    /// is not created: the folder must have one. Every write has all five settings; those that are
    /// `None` keep their value.
    ///
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `container` | yes | yes, in the root; a PHP version runs only in some | it stays |
    /// | `engine_name` | yes | yes | it stays |
    /// | `engine_version` | yes | yes, to one of [`capabilities`](Self::capabilities) | it stays |
    /// | `environment` | yes | yes | it stays |
    /// | `http_firewall` | yes | yes | it stays |
    OvhConfigs: OvhConfigChange => OvhConfig,
    folder: &str, folder = |_wanted| folder;
}

#[cfg(all(test, feature = "full-serde"))]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::OvhConfigContainer;

    #[test]
    fn write_has_every_setting() {
        let is = |version: &str, corrected: &[&'static str]| Observed {
            object: serde_json::from_value(json!({
                "container": "stable64",
                "creationDate": "2026-01-01T00:00:00Z",
                "engineName": "php",
                "engineVersion": version,
                "environment": "production",
                "fileExist": true,
                "httpFirewall": "none",
                "id": 7,
                "status": "created",
            }))
            .expect("a configuration"),
            corrected: corrected.to_vec(),
        };
        let new = OvhConfigChange::new().container(OvhConfigContainer::Legacy);
        let body =
            |is: &Observed<OvhConfig>| serde_json::to_value(complete(&new, is)).expect("a body");
        let mut expected = json!({
            "container": "legacy",
            "engineName": "php",
            "engineVersion": "8.1",
            "environment": "production",
            "httpFirewall": "none",
        });
        assert_eq!(body(&is("8.1", &[])), expected);
        // Neither a version that cannot be written, nor a value that was not returned.
        expected["engineVersion"].take();
        expected["environment"].take();
        let map = expected.as_object_mut().expect("an object");
        map.retain(|_, value| !value.is_null());
        assert_eq!(body(&is(AUTO, &["environment"])), expected);
    }
}
