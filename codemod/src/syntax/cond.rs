//! `#if` regions, and how to see every branch of them.
//!
//! A function with `#if` lines is read several times, each time with one consistent choice of
//! branches (a *variant*): all conditions true, all false, and one more for each branch that neither
//! shows. `#ifdef A` and `#ifndef A` choose together.

use rustc_hash::{FxHashMap, FxHashSet};

use super::lex::{Directive, Kind, Token, lex_directive};
use crate::source::Span;

/// More variants than this are not tried; what they would show is reported as not seen.
const MAX_VARIANTS: usize = 24;
/// With more `#if` branches than this in one function only two variants are made, and that is told.
const MAX_BRANCHES: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    True,
    False,
    Atom { text: Vec<u8>, holds: bool },
}

/// One branch of an `#if` group.
#[derive(Debug, Clone)]
struct Branch {
    condition: Condition,
    /// The bytes between its directive and the next one.
    body: Span,
}

/// `#if` … `#endif`.
#[derive(Debug, Clone)]
struct Group {
    parent: Option<(usize, usize)>,
    branches: Vec<Branch>,
    span: Span,
}

/// The `#if` regions of a file.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    groups: Vec<Group>,
}

/// One choice of branches: the bytes that are *not* seen, sorted, without overlaps.
pub type Hidden = Vec<Span>;

/// What a variant decides: the conditions that it fixes, and what it takes the others for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Condition and value, sorted.
    pub fixed: Vec<(Vec<u8>, bool)>,
    /// The value of every other condition.
    pub others: bool,
}

/// All variants of a region.
#[derive(Debug, Clone)]
pub struct Variants {
    /// At least one. The first takes every condition as true.
    pub hidden: Vec<Hidden>,
    /// What each of them decides.
    pub choices: Vec<Choice>,
    /// Branches that no variant shows, though they could be chosen.
    pub unseen: Vec<Span>,
}

impl Conditions {
    /// Reads the groups of a file.
    pub fn new(text: &[u8], tokens: &[Token]) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for token in tokens {
            let Kind::Directive(directive) = token.kind else { continue };
            match directive {
                Directive::If | Directive::Ifdef | Directive::Ifndef => {
                    let parent =
                        open.last().map(|group| (*group, groups[*group].branches.len() - 1));
                    let condition = condition(text, token, directive);
                    let body = Span::new(token.span.end, text.len() as u32);
                    let span = Span::new(token.span.start, text.len() as u32);
                    groups.push(Group { parent, branches: vec![Branch { condition, body }], span });
                    open.push(groups.len() - 1);
                }
                Directive::Elif | Directive::Else => {
                    let Some(group) = open.last().map(|group| &mut groups[*group]) else {
                        continue;
                    };
                    if let Some(last) = group.branches.last_mut() {
                        last.body.end = token.span.start;
                    }
                    let condition = condition(text, token, directive);
                    let body = Span::new(token.span.end, text.len() as u32);
                    group.branches.push(Branch { condition, body });
                }
                Directive::Endif => {
                    let Some(group) = open.pop().map(|group| &mut groups[group]) else { continue };
                    if let Some(last) = group.branches.last_mut() {
                        last.body.end = token.span.start;
                    }
                    group.span.end = token.span.end;
                }
                Directive::Define | Directive::Other => {}
            }
        }
        Self { groups }
    }

    /// Whether any `#if` line lies in `span`.
    pub fn touch(&self, span: Span) -> bool {
        self.relevant(span).next().is_some()
    }

    fn relevant(&self, span: Span) -> impl Iterator<Item = usize> + '_ {
        let directive_in = move |group: &Group| {
            span.contains(group.span.start)
                || (group.span.end > span.start && group.span.end <= span.end)
                || group.branches.iter().any(|branch| span.contains(branch.body.start))
        };
        (0..self.groups.len()).filter(move |index| directive_in(&self.groups[*index]))
    }

    /// The bytes that no configuration shows: `#if 0`, and what an `#if 1` leaves over.
    pub fn dead(&self) -> Vec<Span> {
        let mut out = Vec::new();
        for group in &self.groups {
            let mut decided = false;
            for branch in &group.branches {
                if decided || branch.condition == Condition::False {
                    out.push(branch.body);
                }
                decided |= branch.condition == Condition::True;
            }
        }
        out.sort_unstable();
        out
    }

    /// The choices that show every branch in `span` at least once, given that `anchor` is seen.
    pub fn variants(&self, span: Span, anchor: u32) -> Variants {
        let groups: Vec<usize> = self.relevant(span).collect();
        if groups.is_empty() {
            let choices = vec![Choice { fixed: Vec::new(), others: true }];
            return Variants { hidden: vec![Vec::new()], choices, unseen: Vec::new() };
        }
        let mut forced = FxHashMap::default();
        if let Some(innermost) = self.innermost(anchor) {
            self.force(innermost, &mut forced);
        }
        let mut out = Variants { hidden: Vec::new(), choices: Vec::new(), unseen: Vec::new() };
        let mut seen: FxHashSet<(usize, usize)> = FxHashSet::default();
        let mut push = |assignment: &FxHashMap<&[u8], bool>, default: bool, out: &mut Variants| {
            let taken = self.take(&groups, assignment, default);
            let fresh = out.hidden.is_empty() || taken.iter().any(|branch| !seen.contains(branch));
            if fresh {
                out.hidden.push(self.hide(&groups, &taken, span));
                let mut fixed: Vec<(Vec<u8>, bool)> =
                    assignment.iter().map(|(text, holds)| (text.to_vec(), *holds)).collect();
                fixed.sort_unstable();
                out.choices.push(Choice { fixed, others: default });
                seen.extend(taken);
            }
            fresh
        };
        push(&forced, true, &mut out);
        push(&forced, false, &mut out);
        let branches: usize = groups.iter().map(|group| self.groups[*group].branches.len()).sum();
        if branches > MAX_BRANCHES {
            out.unseen.push(span);
            return out;
        }
        for &group in &groups {
            // One more than there are: no branch at all is a choice too.
            for branch in 0..=self.groups[group].branches.len() {
                let mut assignment = forced.clone();
                if !self.force((group, branch), &mut assignment) {
                    continue;
                }
                if out.hidden.len() >= MAX_VARIANTS {
                    let body = self.groups[group].branches.get(branch).map(|branch| branch.body);
                    out.unseen.extend(body);
                    continue;
                }
                push(&assignment, true, &mut out);
            }
        }
        out.unseen.retain(|body| {
            !body.is_empty() && !out.hidden.iter().any(|hidden| shows(hidden, *body))
        });
        out
    }

    /// The bytes of `span` that a choice does not see.
    pub fn hidden_by(&self, choice: &Choice, span: Span) -> Hidden {
        let groups: Vec<usize> = self.relevant(span).collect();
        let assignment: FxHashMap<&[u8], bool> =
            choice.fixed.iter().map(|(text, holds)| (text.as_slice(), *holds)).collect();
        let taken = self.take(&groups, &assignment, choice.others);
        self.hide(&groups, &taken, span)
    }

    fn innermost(&self, at: u32) -> Option<(usize, usize)> {
        (0..self.groups.len()).rev().find_map(|group| {
            let branches = &self.groups[group].branches;
            let branch = branches.iter().position(|branch| branch.body.contains(at))?;
            Some((group, branch))
        })
    }

    /// Adds what must hold for a branch (or, one behind the last, for none) to be chosen. False where
    /// it can't be, or contradicts.
    fn force<'a>(&'a self, place: (usize, usize), into: &mut FxHashMap<&'a [u8], bool>) -> bool {
        let mut at = Some(place);
        while let Some((group, branch)) = at {
            let reached = self.groups[group].branches.iter().take(branch + 1);
            for (index, other) in reached.enumerate() {
                let wanted = index == branch;
                match &other.condition {
                    Condition::True if !wanted => return false,
                    Condition::False if wanted => return false,
                    Condition::True | Condition::False => {}
                    Condition::Atom { text, holds } => {
                        let value = *holds == wanted;
                        if *into.entry(text).or_insert(value) != value {
                            return false;
                        }
                    }
                }
            }
            at = self.groups[group].parent;
        }
        true
    }

    fn take(
        &self,
        groups: &[usize],
        assignment: &FxHashMap<&[u8], bool>,
        default: bool,
    ) -> Vec<(usize, usize)> {
        let mut taken: Vec<(usize, usize)> = Vec::new();
        // What each group has chosen, if its parent is chosen.
        let mut choice: FxHashMap<usize, Option<usize>> = FxHashMap::default();
        for &group in groups {
            let hidden = self.groups[group].parent.is_some_and(|(parent, branch)| {
                choice.get(&parent).is_some_and(|chosen| *chosen != Some(branch))
            });
            let holds = |branch: &Branch| match &branch.condition {
                Condition::True => true,
                Condition::False => false,
                Condition::Atom { text, holds } => {
                    *assignment.get(text.as_slice()).unwrap_or(&default) == *holds
                }
            };
            let branches = &self.groups[group].branches;
            // No branch at all counts as one behind the last.
            let chosen =
                (!hidden).then(|| branches.iter().position(holds).unwrap_or(branches.len()));
            choice.insert(group, chosen);
            taken.extend(chosen.map(|branch| (group, branch)));
        }
        taken
    }

    /// The bytes that are not seen: sorted, and joined where they overlap.
    fn hide(&self, groups: &[usize], taken: &[(usize, usize)], span: Span) -> Hidden {
        let taken: FxHashSet<(usize, usize)> = taken.iter().copied().collect();
        let mut hidden: Vec<Span> = Vec::new();
        for &group in groups {
            for (index, branch) in self.groups[group].branches.iter().enumerate() {
                let overlaps = branch.body.start < span.end && span.start < branch.body.end;
                if overlaps && !taken.contains(&(group, index)) {
                    hidden.push(branch.body);
                }
            }
        }
        hidden.sort_unstable();
        let mut out: Hidden = Vec::with_capacity(hidden.len());
        for span in hidden {
            match out.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => out.push(span),
            }
        }
        out
    }
}

fn shows(hidden: &Hidden, body: Span) -> bool {
    !hidden.iter().any(|span| span.covers(body))
}

fn condition(text: &[u8], token: &Token, directive: Directive) -> Condition {
    let tokens = lex_directive(text, token.span);
    let words: Vec<&[u8]> = tokens.iter().skip(1).map(|token| token.bytes(text)).collect();
    let mut words = words.as_slice();
    let mut holds = directive != Directive::Ifndef;
    if directive == Directive::Else {
        return Condition::True;
    }
    loop {
        match words {
            [b"!", rest @ ..] if simple(rest) => {
                holds = !holds;
                words = rest;
            }
            [b"(", inner @ .., b")"] if simple(inner) => words = inner,
            [b"defined", b"(", name, b")"] | [b"defined", name] => {
                words = std::slice::from_ref(name);
            }
            _ => break,
        }
    }
    match words {
        [b"0"] if holds => Condition::False,
        [b"0"] => Condition::True,
        [b"1"] if holds => Condition::True,
        [b"1"] => Condition::False,
        _ => Condition::Atom { text: words.join(&b' '), holds },
    }
}

/// Whether a `!` or a pair of parentheses before or around these words covers all of them.
fn simple(words: &[&[u8]]) -> bool {
    let mut depth = 0_usize;
    for (index, word) in words.iter().enumerate() {
        match *word {
            b"(" => depth += 1,
            b")" if depth == 0 => return false,
            b")" => depth -= 1,
            b"&&" | b"||" | b"==" | b">=" | b"<=" | b"<" | b">" | b"!=" | b"?" | b"+" | b"-"
                if depth == 0 =>
            {
                return false;
            }
            _ => {}
        }
        if depth == 0 && index + 1 < words.len() && *word == b")" {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let tokens = lex(text.as_bytes());
        let conditions = Conditions::new(text.as_bytes(), &tokens);
        let variants = conditions.variants(Span::new(0, text.len() as u32), 0);
        assert!(variants.unseen.is_empty());
        variants
            .hidden
            .iter()
            .map(|hidden| {
                tokens
                    .iter()
                    .filter(|token| !matches!(token.kind, Kind::Directive(_)))
                    .filter(|token| !hidden.iter().any(|span| span.covers(token.span)))
                    .map(|token| String::from_utf8_lossy(token.bytes(text.as_bytes())).into_owned())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    #[test]
    fn no_conditions_one_variant() {
        assert_eq!(shown("a b"), ["a b"]);
    }

    #[test]
    fn both_sides_and_the_same_atom_together() {
        let text =
            "a\n#ifdef X\nb\n#else\nc\n#endif\n#ifndef X\nd\n#endif\n#if defined(X)\ne\n#endif\n";
        assert_eq!(shown(text), ["a b e", "a c d"]);
    }

    #[test]
    fn a_branch_without_else_is_seen_off_too() {
        assert_eq!(shown("a\n#ifdef X\nb\n#endif\nc"), ["a b c", "a c"]);
        assert_eq!(shown("#ifdef X\nb\n#endif\n#ifndef Y\nc\n#endif\n"), ["b", "c"]);
    }

    #[test]
    fn elif_chains_and_nesting_show_every_branch() {
        let text = "#if A\na\n#elif B\nb\n#ifdef C\nc\n#endif\n#else\nd\n#endif\n";
        let all = shown(text);
        for word in ["a", "b c", "d"] {
            assert!(all.iter().any(|variant| variant == word), "{word} in {all:?}");
        }
    }

    #[test]
    fn if_zero_is_dead() {
        assert_eq!(shown("#if 0\na\n#else\nb\n#endif\n"), ["b"]);
        assert_eq!(shown("#if !1\na\n#endif\nb"), ["b"]);
    }

    #[test]
    fn the_anchor_is_always_seen() {
        let text = "#ifdef X\na\n#else\nb\n#ifdef X\nc\n#endif\n#endif\n";
        let tokens = lex(text.as_bytes());
        let conditions = Conditions::new(text.as_bytes(), &tokens);
        let at = text.find('b').expect("b") as u32;
        let variants = conditions.variants(Span::new(at, text.len() as u32 - 7), at);
        assert!(variants.hidden.iter().all(|hidden| !hidden.iter().any(|span| span.contains(at))));
    }

    #[test]
    fn unbalanced_directives_do_no_harm() {
        shown("#endif\n#else\na\n#if X\nb");
    }
}
