//! Calls 9 and 10: create an FTP/SSH user, list the users.

use ovh_web::ErrorKind;
use ovh_web::types::{ListUsers, NewUser, SshState, UserStatus};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::follow;

#[tokio::test]
async fn a_user_is_created_listed_and_deleted() {
    let scene = Scene::start().await;
    let users = scene.hosting().users();
    let login = "example-anna";
    let status = || {
        let all = scene.sandbox.state().users(SERVICE);
        all.into_iter()
            .find(|it| it.login == login)
            .map(|it| it.status)
    };
    let new = NewUser::new("www/blog", login, "aLongPassword1").ssh_state(SshState::Sftponly);
    let task = users.create(&new).await.expect("a task");
    follow(&scene, task, "user/create", |done| {
        let expected = if done { "created" } else { "creating" };
        assert_eq!(status().as_deref(), Some(expected));
    })
    .await;
    assert_eq!(users.logins().await.expect("logins"), ["example", login]);
    let listed = users.list().await.expect("users");
    assert_eq!(listed.len(), 2);
    assert!(listed[0].is_primary_account);
    assert_eq!((&*listed[1].login, &*listed[1].home), (login, "www/blog"));
    assert_eq!(listed[1].status, UserStatus::Created);
    assert_eq!(listed[1].ssh_state, SshState::Sftponly);
    assert_eq!(users.get(login).await.expect("it").home, "www/blog");

    fails(
        users.create(&new).await,
        ErrorKind::Conflict,
        &["already exists"],
    );
    let task = users.delete(login).await.expect("a task");
    follow(&scene, task, "user/delete", |done| {
        let expected = if done { None } else { Some("deleting") };
        assert_eq!(status().as_deref(), expected);
    })
    .await;
    assert_eq!(users.logins().await.expect("logins"), ["example"]);
    fails(users.get(login).await, ErrorKind::NotFound, &[login]);
    assert_eq!(changes(&scene.sandbox), ["users::create", "users::delete"]);
}

#[tokio::test]
async fn sets_ssh_access_and_filters_users() {
    let scene = Scene::start().await;
    let users = scene.hosting().users();
    for (login, home, ssh) in [
        ("example-a", "www/a", Some(SshState::Active)),
        ("example-b", "www/b", Some(SshState::None)),
        ("example-c", "logs", Some(SshState::Sftponly)),
        ("example-d", "logs", None),
    ] {
        let mut new = NewUser::new(home, login, "aLongPassword1");
        new.ssh_state = ssh;
        let task = users.create(&new).await.expect("a task");
        task.wait().await.expect("done");
    }
    let state = scene.sandbox.state().users(SERVICE);
    let ssh: Vec<_> = state.iter().map(|it| (&*it.login, &*it.ssh)).collect();
    assert_eq!(
        ssh,
        [
            ("example", "active"),
            ("example-a", "active"),
            ("example-b", "none"),
            ("example-c", "sftponly"),
            ("example-d", "none"),
        ]
    );
    for (filter, expected, query) in [
        (
            ListUsers::default().home("www/"),
            vec!["example-a", "example-b"],
            "home=www%2F",
        ),
        (
            ListUsers::default().login("example-c"),
            vec!["example-c"],
            "login=example-c",
        ),
        (
            ListUsers::default().home("logs").login("%-d"),
            vec!["example-d"],
            "home=logs&login=%25-d",
        ),
    ] {
        assert_eq!(users.logins_with(&filter).await.expect("logins"), expected);
        assert_eq!(scene.last_call().query.as_deref(), Some(query));
        let objects = users.list_with(&filter).await.expect("users");
        let logins: Vec<_> = objects.iter().map(|it| it.login.as_str()).collect();
        assert_eq!(logins, expected);
    }
}
