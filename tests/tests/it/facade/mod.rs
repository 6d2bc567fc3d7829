//! Features of the facade: lists, waiting, `ensure`, checks, and the examples.

mod backups;
mod certificates;
mod checks;
mod command_line;
mod deploy_site;
mod downloads;
mod ensure;
mod everyday;
mod examples;
mod health_check;
mod kinds;
mod lists;
mod migration;
mod programs;
mod sites;
mod tasks;
