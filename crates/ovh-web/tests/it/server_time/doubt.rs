//! Tests of a server's time that is in doubt: dropped calls, and the `Date` of a proxy.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

pub(super) fn times(server: &Server) -> usize {
    server.all().len() - server.calls().len()
}

#[tokio::test]
async fn call_after_a_dropped_one_measures() {
    let clock = HandClock::default();
    clock.set_skew(3600);
    let asked = AtomicUsize::new(0);
    let server = Server::start_bare(move |seen| {
        let now = NOW.to_string();
        match seen.target.ends_with("/auth/time") {
            true if asked.fetch_add(1, Ordering::SeqCst) == 0 => Answer::Silence,
            true => answer(200, "", &now),
            false if seen.header("x-ovh-timestamp") == Some(&*now) => answer(200, "", "7"),
            false => answer(STALE.0, "", STALE.1),
        }
    })
    .await;
    let client = server.builder().clock(clock).build().expect("a client");
    let is_asked = async {
        while times(&server) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        result = get(&client) => panic!("the time does not arrive: {result:?}"),
        () = is_asked => {}
    }
    get(&client).await.expect("a new measurement");
    assert_eq!(times(&server), 2);
}

/// It replaces `Date`, but not that of the time route.
#[tokio::test]
async fn date_of_a_proxy_neither_moves_nor_asks_again() {
    for retries in [3, 0] {
        let clock = HandClock::default();
        let server = Server::start_bare(|seen| {
            let now = NOW as i64;
            let [right, wrong] = [now, now - 7200].map(|it| format!("Date: {}\r\n", http_date(it)));
            if seen.target.ends_with("/auth/time") {
                return answer(200, &right, &now.to_string());
            }
            match seen.header("x-ovh-timestamp") == Some(&*now.to_string()) {
                true => answer(200, &wrong, "7"),
                false => answer(STALE.0, &wrong, STALE.1),
            }
        })
        .await;
        let client = server.builder().clock(clock).build().expect("a client");
        for _ in 0..10 {
            let call = client.request(Method::GET, "/me").retries(retries);
            call.json::<Value>().await.expect("an answer");
        }
        assert_eq!((server.calls().len(), times(&server)), (10, 1), "{retries}");
    }
}

/// One of several front ends has a wrong clock.
#[tokio::test]
async fn date_that_misled_is_trusted_no_more() {
    let clock = HandClock::default();
    clock.set_skew(10);
    let count = AtomicUsize::new(0);
    let server = Server::start_bare(move |seen| {
        let now = NOW as i64;
        if seen.target.ends_with("/auth/time") {
            return answer(200, "", &now.to_string());
        }
        let is_wrong = count.fetch_add(1, Ordering::SeqCst) >= 4;
        let date = http_date(if is_wrong { now - 7200 } else { now });
        let date = format!("Date: {date}\r\n");
        let signed = seen.header("x-ovh-timestamp").expect("a time");
        let signed: i64 = signed.parse().expect("a number");
        match (signed - now).abs() <= 30 {
            true => answer(200, &date, "7"),
            false => answer(STALE.0, &date, STALE.1),
        }
    })
    .await;
    let client = server.builder().clock(clock).build().expect("a client");
    for _ in 0..20 {
        get(&client).await.expect("an answer");
    }
    // The first measurement, then one after the only refusal.
    assert_eq!((server.calls().len(), times(&server)), (21, 2));
}

/// A question that only a `Date` raised is optional: the call would succeed without it.
#[tokio::test]
async fn slow_time_does_not_cost_the_call() {
    for (total, slow) in [(4, 1), (300, 2)] {
        let clock = HandClock::default();
        clock.set_skew(10);
        let now = clock.clone();
        let server = Server::start_bare(move |seen| {
            if seen.target.ends_with("/auth/time") {
                now.advance(Duration::from_secs(slow));
                return Answer::Silence;
            }
            let date = NOW as i64 + i64::try_from(now.monotonic().as_secs()).expect("seconds");
            answer(200, &format!("Date: {}\r\n", http_date(date)), "7")
        })
        .await;
        let client = server.builder().clock(clock.clone());
        let client = client.total_timeout(Duration::from_secs(total)).build();
        let client = client.expect("a client");
        for asked in [0, 1, 1] {
            get(&client).await.expect("an answer");
            assert_eq!(times(&server), asked, "{total}");
        }
        assert_eq!(clock.monotonic(), Duration::from_secs(slow));
        let signed = server.calls().pop().expect("a call");
        let local = clock.unix_time().as_secs().to_string();
        assert_eq!(signed.header("x-ovh-timestamp"), Some(&*local));
    }
}

/// It is optional, so it is not repeated either.
#[tokio::test]
async fn failed_time_is_not_asked_again_for_a_date() {
    let clock = HandClock::default();
    clock.set_skew(10);
    let server = Server::start_bare(move |seen| {
        let date = format!("Date: {}\r\n", http_date(NOW as i64));
        match seen.target.ends_with("/auth/time") {
            true => answer(500, &date, ""),
            false => answer(200, &date, "7"),
        }
    })
    .await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    for asked in [0, 1, 1] {
        get(&client).await.expect("an answer");
        assert_eq!(times(&server), asked);
    }
}

/// The others wait for the same request, and do not ask one after another.
#[tokio::test]
async fn slow_time_is_asked_once_by_parallel_calls() {
    let clock = HandClock::default();
    clock.set_skew(10);
    let now = clock.clone();
    let server = Server::start_bare(move |seen| {
        if seen.target.ends_with("/auth/time") {
            return Answer::Silence;
        }
        let date = NOW as i64 + i64::try_from(now.monotonic().as_secs()).expect("seconds");
        answer(200, &format!("Date: {}\r\n", http_date(date)), "7")
    })
    .await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    get(&client).await.expect("an answer");
    let start = || {
        let client = client.clone();
        tokio::spawn(async move { get(&client).await.map(drop) })
    };
    let first = start();
    while times(&server) == 0 {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_secs(1));
    let later: Vec<_> = (0..20).map(|_| start()).collect();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.calls().len(), 1, "all of them wait");
    clock.advance(Duration::from_secs(1));
    for call in later.into_iter().chain([first]) {
        call.await.expect("no panic").expect("an answer");
    }
    assert_eq!((server.calls().len(), times(&server)), (22, 1));
}
