//! Mail addresses.

use super::key::{Form, Key, Reading};
use super::mark::marks;
use crate::error::{Code, Fault};

/// Domains that are nobody's (RFC 2606), and what people type to get past a form.
const NOBODYS: [&str; 3] = ["example.com", "example.org", "example.net"];
const MADE_UP: [&str; 6] =
    ["test@test.com", "a@a.com", "abc@abc.com", "123@123.com", "123@qq.com", "none@none.com"];

/// An address: in small letters, a name before it and `mailto:` left out. Letters of
/// other scripts stay as they are, so that `李@例子.公司` is not its own Punycode.
///
/// `drop_tag`: what follows a plus in the local part means nothing.
pub(super) fn read(written: &str, drop_tag: bool) -> Reading {
    let inside = written.rsplit_once('<').map_or(written, |(_, rest)| rest);
    let inside = inside.split('>').next().unwrap_or(inside).trim();
    let narrow: String = marks(inside, char::is_whitespace).iter().map(|mark| mark.char).collect();
    let small = narrow.to_ascii_lowercase();
    let address = small.strip_prefix("mailto:").unwrap_or(&small).trim_end_matches('.');
    if address.is_empty() {
        return Reading::Missing;
    }
    let Some((local, domain)) = address.split_once('@').filter(|(local, domain)| {
        let labels = domain.split('.').collect::<Vec<_>>();
        let whole = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
        !local.is_empty() && whole && !domain.contains('@')
    }) else {
        let fault = Fault::new(Code::UnusableKey, "no mail address", "不是邮箱地址");
        return Reading::Unusable(fault.span(0, written.len()));
    };
    if NOBODYS.contains(&domain) || MADE_UP.contains(&address) {
        return Reading::Placeholder;
    }
    let local = match local.split_once('+') {
        Some((before, _)) if drop_tag && !before.is_empty() => before,
        _ => local,
    };
    Reading::of([Key { form: Form::Email, text: format!("{local}@{domain}").into() }])
}
