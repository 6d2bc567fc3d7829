//! Web pages: the overview of the sandbox, and the validation of a consumer key.
//!
//! They load nothing from elsewhere, and work without scripts.

pub(crate) mod overview;
pub(crate) mod validation;

use std::fmt::{self, Display, Write};

use crate::http::HttpResponse;

/// The content security policy: only the page's own style and script.
fn policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
         connect-src 'self'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Text with escaped markup.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.to_string().chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8886;--soft:#8882;--accent:#0050d7;--bad:#b3261e;--good:#17693b}\
@media (prefers-color-scheme:dark){:root{--accent:#8ab4f8;--bad:#f2b8b5;--good:#7ddba0}}\
*{box-sizing:border-box}\
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:90rem;overflow-wrap:anywhere}\
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}h3{font-size:.95rem;margin:1rem 0 .3rem}\
p{margin:.4rem 0}a{color:var(--accent)}.card h3{margin-top:.2rem}code{font-family:ui-monospace,monospace;font-size:.9em}\
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.6rem}\
.card{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}\
ul.rows{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:.5rem}\
ul.rows li{padding:.4rem .8rem;border-top:1px solid var(--line)}ul.rows li:first-child{border-top:0}\
.state{display:inline-block;padding:0 .5rem;border-radius:1rem;background:var(--soft);font-size:.85rem}\
.bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}.quiet{opacity:.75;font-size:.9rem}\
progress{width:100%;height:.5rem;display:block}\
button,select{font:inherit;padding:.5rem .9rem;border-radius:.4rem;border:1px solid var(--line);min-height:44px;cursor:pointer}\
button.main{background:var(--accent);color:Canvas;border-color:var(--accent)}\
ul.tasks{margin-top:.5rem}progress{accent-color:var(--accent)}\
button.end{color:var(--bad);border-color:currentColor}\
@media (min-width:64rem){.halves{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:0 2rem;align-items:start}}\
.bar{display:flex;flex-wrap:wrap;gap:.5rem;margin:.6rem 0}.bar form{margin:0}\
label{display:block}";

/// A page; `form_action` is the policy for targets of its forms.
pub(crate) fn html(
    status: u16,
    title: &str,
    head: &str,
    body: &str,
    form_action: &str,
) -> HttpResponse {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>{head}</head>\n<body>{body}</body></html>\n",
        Escaped(title)
    );
    with_policy(status, form_action, page.into_bytes())
}

fn with_policy(status: u16, form_action: &str, body: Vec<u8>) -> HttpResponse {
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", &*policy(form_action)),
        // With `no-referrer` a browser sends `Origin: null` with the page's own forms.
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    HttpResponse::new(status, &headers, body)
}

pub(crate) fn redirect(to: &str) -> HttpResponse {
    let mut response = with_policy(303, "'self'", Vec::new());
    response.headers.push(("location", to.to_owned()));
    response
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn escapes_markup() {
        let text = Escaped("<b onclick='x' title=\"y\">&").to_string();
        assert_eq!(
            text,
            "&lt;b onclick=&#39;x&#39; title=&quot;y&quot;&gt;&amp;"
        );
    }
}
