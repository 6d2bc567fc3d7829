//! Statistics: made up, but plausible, and the same for the same hosting, metric and time.

use super::*;
use crate::ids::mix_text;

pub(super) const ALL: &[Handler] = &[
    get("statistics", of_hosting),
    get("database/{name}/statistics", of_database),
    get("cdn/domain/{domainName}/statistics", of_cdn),
];

/// The points of a series.
const POINTS: i64 = 24;

fn of_hosting(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    Ok(chart(&hosting.service, cx))
}

fn of_database(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let name = cx.path.get("name");
    hosting.database(name)?;
    Ok(chart(&format!("{} {name}", hosting.service), cx))
}

fn of_cdn(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::CdnDomain);
    hosting.resources.get(Kind::CdnDomain, &key)?;
    let object = format!("{} {key}", hosting.service);
    let series = |name| {
        let points = points(&object, name, cx);
        json!({"name": name, "points": points, "unit": "req/min"})
    };
    Ok(Response::json(json!([series("hit"), series("miss")])))
}

/// A list of the one series that the query names.
fn chart(object: &str, cx: &Context<'_>) -> Response {
    let name = cx.query.required("type");
    // Guess: the units.
    let unit = match name {
        "in.httpMeanResponseTime" | "statementMeanTime" => "ms",
        "sys.cpuUsage" => "%",
        _ => "count",
    };
    let values = points(object, name, cx);
    Response::json(json!([{"serieName": name, "unit": unit, "values": values}]))
}

/// The points of a metric, the oldest first. Their times are multiples of the step, so that a point
/// stays the same when it is read again.
fn points(object: &str, metric: &str, cx: &Context<'_>) -> Vec<Value> {
    let step = match cx.query.required("period") {
        "daily" | "day" => 3600,
        "weekly" | "week" => 6 * 3600,
        "monthly" | "month" => 24 * 3600,
        _ => 14 * 24 * 3600,
    };
    let last = (cx.now.unix_millis() / 1000).div_euclid(step);
    let times = (last - POINTS + 1..=last).map(|point| point * step);
    times
        .map(|time| json!({"timestamp": time, "value": value(object, metric, time)}))
        .collect()
}

/// The value of a metric: more by day than by night, and less at the weekend.
fn value(object: &str, metric: &str, time: i64) -> f64 {
    let mean = match metric {
        "in.httpHits" => 900.0,
        "in.httpMeanResponseTime" => 180.0,
        "in.ftpCommands" => 4.0,
        "out.tcpConn" => 12.0,
        "statement" => 2500.0,
        "statementMeanTime" => 3.0,
        "hit" => 40.0,
        "miss" => 6.0,
        "sys.cpuUsage" => 8.0,
        // Overloads are rare: there are none.
        _ => return 0.0,
    };
    let share = |number: u64| f64::from(u16::try_from(number % 1000).unwrap_or(0)) / 1000.0;
    let size = 0.5 + share(mix_text(0, object));
    let noise = 0.8 + 0.4 * share(mix_text(0, &format!("{object} {metric} {time}")));
    let hour = u16::try_from(time.rem_euclid(24 * 3600) / 3600).unwrap_or(0);
    let daylight = 1.0 - (f64::from(hour) - 14.0).abs() / 14.0;
    // 1 January 1970 was a Thursday.
    let is_weekend = matches!(time.div_euclid(24 * 3600).rem_euclid(7), 2 | 3);
    let week = if is_weekend { 0.6 } else { 1.0 };
    (mean * size * noise * week * (0.3 + daylight) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_follow_the_clock() {
        // Friday, 14 November 2025.
        let midnight = 1_763_078_400;
        let at = |hours: i64| value("example", "in.httpHits", midnight + hours * 3600);
        assert_eq!(at(14).to_bits(), at(14).to_bits());
        assert!(at(14) > 2.0 * at(0) && at(0) > 0.0);
        assert!(at(14) > at(14 + 24), "the weekend");
        let other = value("other", "in.httpHits", midnight);
        assert!((other - at(0)).abs() > f64::EPSILON);
        let overload = value("example", "sys.workerSpawnOverload", midnight);
        assert!(overload.abs() < f64::EPSILON);
    }
}
