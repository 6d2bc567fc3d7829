//! The root configuration of a hosting: PHP version, engine, container, environment, firewall.

use super::Decision;
use crate::ensure::{difference, same_folder};
use crate::hosting::OvhConfigs;
use crate::pending::Observed;
use crate::types::{OvhConfig, OvhConfigChange};
use crate::{Change, ChangeKind};

const ROOT: &str = "";

/// Returns the current configuration of the root folder.
pub(in crate::sites) fn current_config(
    list: &[Observed<OvhConfig>],
) -> Result<&Observed<OvhConfig>, String> {
    let is_current = |it: &&Observed<OvhConfig>| {
        let path = it.object.path.as_deref().unwrap_or_default();
        it.object.historical != Some(true) && same_folder(ROOT, path)
    };
    let found: Vec<_> = list.iter().filter(is_current).collect();
    match &*found {
        [one] => Ok(one),
        [] => Err("the hosting has no configuration of its root folder".to_owned()),
        several => Err(format!(
            "expected one configuration of the root folder, found {}",
            several.len()
        )),
    }
}

/// Compares the root configuration. It is never created.
pub(in crate::sites) fn planned_config(
    wanted: &OvhConfigChange,
    is: Result<&Observed<OvhConfig>, String>,
) -> Decision {
    match is {
        Ok(is) => {
            let change = difference::<OvhConfigs>(ROOT, wanted, is, false).change();
            Decision::from(change).of(is)
        }
        Err(reason) => Decision::conflict(Change::new(ChangeKind::Conflict), reason),
    }
}
