//! The commands that are not in the generated table.

mod api;
mod completion;
mod doctor;
pub(crate) mod inventory;
mod login;
mod man;
mod php;
mod probe;
mod sandbox;
mod schema;
mod sites;
mod wait;
mod whoami;

use clap::ArgMatches;
use futures_util::future::LocalBoxFuture;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::global::Globals;
use crate::session::Session;

type Run =
    for<'a> fn(&'a Session, &'a Globals, &'a ArgMatches) -> LocalBoxFuture<'a, Outcome<Exit>>;

/// A command that is not in the generated table.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) arguments: fn(clap::Command) -> clap::Command,
    pub(crate) run: Run,
}

macro_rules! builtins {
    ($($name:literal: $about:literal, $arguments:path, $run:path;)*) => {
        /// All of them, in the order of the help.
        pub(crate) const BUILTINS: &[Builtin] = &[$(Builtin {
            name: $name,
            about: $about,
            arguments: $arguments,
            run: |session, globals, matches| Box::pin($run(session, globals, matches)),
        }),*];
    };
}

builtins! {
    "login": "Gets credentials and stores them in ~/.ovh.conf", login::arguments, login::login;
    "logout": "Ends the consumer key and removes it from the file", login::no_arguments, login::logout;
    "whoami": "Shows the account and the rights of the credentials", whoami::arguments, whoami::run;
    "doctor": "Checks configuration, clock, credentials and rights", doctor::arguments, doctor::run;
    "probe": "Compares the responses for a hosting with the API's documents", probe::arguments, probe::run;
    "inventory": "Shows one row per hosting or per site", inventory::arguments, inventory::run;
    "php": "Sets the PHP version of hostings", php::arguments, php::run;
    "sites": "Plans and applies a file that says how sites have to be", sites::arguments, sites::run;
    "wait": "Waits for tasks of a hosting", wait::arguments, wait::run;
    "api": "Sends a request to any route of the API", api::arguments, api::run;
    "schema": "Shows the JSON schema of an operation's body and response", schema::arguments, schema::run;
    "sandbox": "Runs a command with a sandbox that lasts as long", sandbox::arguments, sandbox::run;
    "completion": "Prints the script for completion in a shell", completion::arguments, completion::run;
    "man": "Prints or writes pages of the manual", man::arguments, man::run;
}
