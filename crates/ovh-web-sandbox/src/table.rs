//! The operation table that routing runs on, until it comes from the generated client.

use ovh_runtime::{Method, Operation};

macro_rules! rows {
    ($($id:literal $method:ident $path:literal $(.$step:ident($($value:expr)?))*;)*) => {
        [$({
            static ROW: Operation =
                Operation::new($id, Method::$method, $path)$(.$step($($value)?))*;
            &ROW
        }),*]
    };
}

/// Every operation that has a route.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    ROWS.iter().copied()
}

static ROWS: &[&Operation] = &rows! {
    "auth::create_credential" Post "/auth/credential".anonymous();
    "auth::current_credential" Get "/auth/currentCredential";
    "auth::details" Get "/auth/details";
    "auth::logout" Post "/auth/logout".void();
    "auth::time" Get "/auth/time".anonymous();
    "hosting::list" Get "/hosting/web".expands_to("ServiceWithIam");
    "hosting::get" Get "/hosting/web/{serviceName}";
    "hosting::update" Put "/hosting/web/{serviceName}".void();
    "hosting::service_infos" Get "/hosting/web/{serviceName}/serviceInfos";
    "domains::find" Get "/hosting/web/attachedDomain";
    "domains::list" Get "/hosting/web/{serviceName}/attachedDomain".expands_to("AttachedDomain");
    "domains::attach" Post "/hosting/web/{serviceName}/attachedDomain".task("PublicTask");
    "domains::get" Get "/hosting/web/{serviceName}/attachedDomain/{domain}";
    "domains::update" Put "/hosting/web/{serviceName}/attachedDomain/{domain}".void();
    "domains::detach" Delete "/hosting/web/{serviceName}/attachedDomain/{domain}".task("PublicTask");
    "ssl::get" Get "/hosting/web/{serviceName}/ssl";
    "ssl::create" Post "/hosting/web/{serviceName}/ssl".secrets(&["key"]);
    "ssl::delete" Delete "/hosting/web/{serviceName}/ssl";
    "ssl::regenerate" Post "/hosting/web/{serviceName}/ssl/regenerate";
    "ssl::domains" Get "/hosting/web/{serviceName}/ssl/domains";
    "databases::list" Get "/hosting/web/{serviceName}/database".expands_to("Database");
    "databases::create" Post "/hosting/web/{serviceName}/database".task("Task").secrets(&["password"]);
    "databases::get" Get "/hosting/web/{serviceName}/database/{name}";
    "databases::delete" Delete "/hosting/web/{serviceName}/database/{name}".task("Task");
    "databases::change_password" Post "/hosting/web/{serviceName}/database/{name}/changePassword".task("Task").secrets(&["password"]);
    "databases::restore" Post "/hosting/web/{serviceName}/database/{name}/restore".task("Task");
    "dumps::list" Get "/hosting/web/{serviceName}/database/{name}/dump".expands_to("DatabaseDump");
    "dumps::create" Post "/hosting/web/{serviceName}/database/{name}/dump".task("Task");
    "dumps::get" Get "/hosting/web/{serviceName}/database/{name}/dump/{id}";
    "dumps::delete" Delete "/hosting/web/{serviceName}/database/{name}/dump/{id}".task("Task");
    "dumps::restore" Post "/hosting/web/{serviceName}/database/{name}/dump/{id}/restore".task("Task");
    "hosting_dumps::list" Get "/hosting/web/{serviceName}/dump".expands_to("Dump");
    "hosting_dumps::get" Get "/hosting/web/{serviceName}/dump/{id}";
    "hosting_dumps::delete" Delete "/hosting/web/{serviceName}/dump/{id}".task("Task");
    "module_list::list" Get "/hosting/web/moduleList".anonymous().expands_to("ModuleList");
    "module_list::get" Get "/hosting/web/moduleList/{id}".anonymous();
    "modules::list" Get "/hosting/web/{serviceName}/module".expands_to("Module");
    "modules::install" Post "/hosting/web/{serviceName}/module".task("Task").secrets(&["adminPassword", "password"]);
    "modules::get" Get "/hosting/web/{serviceName}/module/{id}";
    "modules::delete" Delete "/hosting/web/{serviceName}/module/{id}".task("Task");
    "modules::upgrade" Post "/hosting/web/{serviceName}/module/{id}/upgrade".task("Task");
    "users::list" Get "/hosting/web/{serviceName}/user".expands_to("User");
    "users::create" Post "/hosting/web/{serviceName}/user".task("Task").secrets(&["password"]);
    "users::get" Get "/hosting/web/{serviceName}/user/{login}";
    "users::update" Put "/hosting/web/{serviceName}/user/{login}".void();
    "users::delete" Delete "/hosting/web/{serviceName}/user/{login}".task("Task");
    "users::change_password" Post "/hosting/web/{serviceName}/user/{login}/changePassword".task("Task").secrets(&["password"]);
    "tasks::list" Get "/hosting/web/{serviceName}/tasks".expands_to("PublicTask");
    "tasks::get" Get "/hosting/web/{serviceName}/tasks/{id}";
    "crons::list" Get "/hosting/web/{serviceName}/cron".expands_to("Cron");
    "crons::create" Post "/hosting/web/{serviceName}/cron".task("PublicTask");
};
