//! The disk space of a hosting. Responses show what the last measurement found.

use super::hosting::Hosting;
use super::modules::SIZE_MB;
use super::resources::Kind;

impl Hosting {
    /// Measures the disk space used.
    ///
    /// Guess: the disk space is measured at the start and when a call asks for it, and databases
    /// count. OVHcloud also measures it from time to time.
    pub(crate) fn measure(&mut self) {
        self.measured_mb = self.disk_mb();
    }

    /// The disk space used now: the seed's files, each character of the files that a test wrote,
    /// installed modules and databases.
    fn disk_mb(&self) -> f64 {
        let written = self.files.current().content.chars().count();
        let modules = self.resources.values(Kind::Module);
        let installed = modules.filter(|module| !module.is_new).count();
        let whole = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let files = f64::from(self.files_mb) + whole(written) + SIZE_MB * whole(installed);
        let databases = self.contents.keys();
        databases.fold(files, |sum, name| sum + self.used_mb(name))
    }
}
