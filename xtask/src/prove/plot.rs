//! A plot as SVG: a few points, joined, with as much around them as one needs to read them.
//!
//! Written by hand, since a library for plots would be the heaviest dependency of the whole.

use std::fmt::Write as _;

/// What is drawn.
#[derive(Clone, Debug)]
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    pub(super) across: &'a str,
    pub(super) up: &'a str,
    /// From left to right.
    pub(super) points: &'a [(f64, f64)],
    /// A line that the points are to stay below, and what it is called.
    pub(super) limit: Option<(f64, &'a str)>,
    /// Digits behind the point of the values.
    pub(super) digits: usize,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 60.0;

impl Plot<'_> {
    /// The drawing. Across, each point is as far from the next one as all others: the steps are
    /// those of a measurement, each a multiple of the one before.
    pub(super) fn svg(&self) -> String {
        let highest = self
            .points
            .iter()
            .map(|point| point.1)
            .chain(self.limit.map(|limit| limit.0))
            .fold(0.0, f64::max);
        let step = step(highest);
        let lines = (highest / step).ceil().max(1.0);
        let top = lines * step;
        let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        let last = self.points.len().saturating_sub(1).max(1) as f64;
        let x = |index: usize| LEFT + 20.0 + (wide - 40.0) * index as f64 / last;
        let y = |value: f64| TOP + high * (1.0 - value / top);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\" \
             fill=\"#222\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"28\" font-size=\"16\" font-weight=\"bold\">{}</text>\n",
            escaped(self.title)
        );
        for line in 0..=lines as usize {
            let value = line as f64 * step;
            let at = y(value);
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.5,
                trimmed(value)
            );
        }
        if let Some((value, name)) = self.limit {
            let at = y(value);
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#c33\" \
                 stroke-dasharray=\"6 4\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" \
                 fill=\"#c33\">{}</text>",
                WIDTH - RIGHT,
                WIDTH - RIGHT,
                at - 6.0,
                escaped(name)
            );
        }
        let path: Vec<String> = (0..self.points.len())
            .map(|index| format!("{:.1},{:.1}", x(index), y(self.points[index].1)))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#0b5cad\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        for (index, (name, value)) in self.points.iter().enumerate() {
            let (x, y, digits) = (x(index), y(*value), self.digits);
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#0b5cad\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value:.digits$}</text>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                y - 10.0,
                HEIGHT - BOTTOM + 20.0,
                trimmed(*name)
            );
        }
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n\
             </svg>\n",
            LEFT + wide / 2.0,
            HEIGHT - 14.0,
            escaped(self.across),
            TOP + high / 2.0,
            escaped(self.up)
        );
        svg
    }
}

/// The distance of the lines: 1, 2 or 5 times a power of ten, about five of them.
fn step(highest: f64) -> f64 {
    let rough = (highest / 5.0).max(1e-9);
    let power = 10_f64.powf(rough.log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|times| times * power >= rough * 0.999);
    times.unwrap_or(10.0) * power
}

/// Without zeros that say nothing.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_at_round_numbers_and_all_points_are_inside() {
        for (highest, expected) in [
            (20.0, 5.0),
            (1.0, 0.2),
            (4.1, 1.0),
            (0.07, 0.02),
            (600.0, 200.0),
        ] {
            assert!(
                (step(highest) - expected).abs() < 1e-9,
                "{highest}: {}",
                step(highest)
            );
        }
        let svg = Plot {
            title: "a < b",
            across: "hostings",
            up: "MB",
            points: &[(100.0, 1.5), (1000.0, 4.25)],
            limit: Some((20.0, "limit")),
            digits: 1,
        }
        .svg();
        for words in [
            "a &lt; b",
            ">100</text>",
            ">1000</text>",
            ">4.2</text>",
            ">20</text>",
        ] {
            assert!(svg.contains(words), "no {words} in {svg}");
        }
        for word in svg.split("cy=\"").skip(1) {
            let y: f64 = word
                .split('"')
                .next()
                .expect("a value")
                .parse()
                .expect("a number");
            assert!((TOP..=HEIGHT - BOTTOM).contains(&y), "{y}");
        }
    }
}
