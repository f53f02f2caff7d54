//! The pages of all codes: rules and reasons.

use crate::rules::RULES;
use crate::target::reasons;

/// The page of a rule or reason, by its code or its name; upper and lower case are the same.
pub fn page(code: &str) -> Option<String> {
    let wanted =
        |own: &str, name: &str| own.eq_ignore_ascii_case(code) || name.eq_ignore_ascii_case(code);
    let rule = RULES.iter().find(|rule| wanted(rule.code, rule.name)).map(|rule| rule.page);
    let reason = || reasons::ALL.iter().find(|it| wanted(it.code, it.name)).map(|it| it.page);
    rule.or_else(reason).map(str::to_owned)
}

/// Code and name of all pages: rules first, then reasons, each by code.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    let rules = RULES.iter().map(|rule| (rule.code, rule.name));
    rules.chain(reasons::ALL.iter().map(|reason| (reason.code, reason.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_every_name_has_a_page() {
        let all = codes();
        assert!(all.len() > 10);
        for (code, name) in all {
            assert_eq!(page(code), page(&name.to_uppercase()), "{code}");
            assert!(page(code).is_some());
        }
        assert_eq!(page("KT999"), None);
    }
}
