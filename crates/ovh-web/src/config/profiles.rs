//! The profiles of configuration files.

use std::collections::BTreeSet;

use super::Sources;
use super::ini::Document;

impl Sources {
    /// Returns the names of the profiles, sorted. Malformed files have none.
    #[must_use]
    pub fn profiles(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for (_, text) in &self.files {
            let Ok(document) = Document::parse(text.expose()) else {
                continue;
            };
            let sections = document.sections();
            let profiles = sections.filter_map(|section| section.strip_prefix("profile:"));
            names.extend(profiles.map(str::to_owned));
        }
        names.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_profiles_of_all_files() {
        let sources = Sources::new()
            .file("a", "[ovh-eu]\nx = 1\n[profile:work]\nx = 1\ny = 2\n")
            .file("b", "[profile:home]\nx = 1\n[profile:work]\nx = 1\n")
            .file("c", "no file of settings");
        assert_eq!(sources.profiles(), ["home", "work"]);
    }
}
