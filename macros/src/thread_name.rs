//! What a thread is called that the function's starter starts.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{ItemFn, LitStr};

use crate::options::Options;
use crate::report::Report;

/// What a thread is called: each `{}` stands for an argument.
pub(crate) fn thread_name(
    options: &Options,
    function: &ItemFn,
    arguments: &[Ident],
    report: &mut Report,
) -> TokenStream {
    let own = function.sig.ident.unraw().to_string();
    let Some(text) = &options.name else { return quote!(#own) };
    let value = text.value();
    if !value.contains(['{', '}']) {
        return quote!(#text);
    }
    let (format, used) = named(&value);
    let count = used.last().map_or(0, |last| last + 1);
    if count > arguments.len() {
        let plural = if count == 1 { "" } else { "s" };
        report.error(
            text.span(),
            &format!(
                "this name stands for {count} argument{plural}, of which the function has {}",
                arguments.len()
            ),
            "each `{}` stands for an argument, in their order; `{name}` for the one of that name",
        );
        return quote!(#own);
    }
    let format = LitStr::new(&format, text.span());
    let names = used.iter().map(|number| format_ident!("{ARGUMENT}{number}"));
    let (used, runtime) = (used.iter().map(|number| &arguments[*number]), &options.runtime);
    quote!(#runtime::__private::format!(#format #(, #names = #used)*))
}

/// What the arguments of a name are called in it.
const ARGUMENT: &str = "__kthread_argument";

/// A format with a name for what it takes by order or number, and the arguments that it takes so.
fn named(format: &str) -> (String, BTreeSet<usize>) {
    let (mut out, mut used, mut next) = (String::new(), BTreeSet::new(), 0);
    let mut take = |number: usize| {
        used.insert(number);
        format!("{ARGUMENT}{number}")
    };
    let mut in_order = || {
        next += 1;
        next - 1
    };
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        out += before;
        out.push('{');
        if let Some(escaped) = after.strip_prefix('{') {
            out.push('{');
            rest = escaped;
            continue;
        }
        let Some((hole, after)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        let (argument, how) = hole.split_once(':').unwrap_or((hole, ""));
        // A precision comes before what it is for.
        let how = match how.split_once(".*") {
            Some((before, after)) => format!("{before}.{}${after}", take(in_order())),
            None => how.to_owned(),
        };
        out += &match argument.trim() {
            "" => take(in_order()),
            argument => argument.parse().map_or_else(|_| argument.to_owned(), &mut take),
        };
        if !how.is_empty() {
            out.push(':');
        }
        // `1$`
        let mut parts = how.split('$').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                out += part;
                break;
            }
            let name = part.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
            let (before, name) = part.split_at(name);
            // That is a flag.
            let (zero, name) = match name.strip_prefix('0') {
                Some(rest) if !rest.is_empty() => ("0", rest),
                _ => ("", name),
            };
            let name = name.parse().map_or_else(|_| name.to_owned(), &mut take);
            out.extend([before, zero, &name, "$"]);
        }
        out.push('}');
        rest = after;
    }
    (out + rest, used)
}

#[cfg(test)]
mod tests {
    use super::{ARGUMENT, named};

    #[test]
    fn arguments_are_named() {
        let told = |format: &str| {
            let (out, used) = named(format);
            (out.replace(ARGUMENT, "a"), used.into_iter().collect::<Vec<_>>())
        };
        for (format, expected, used) in [
            ("x-{}-{}", "x-{a0}-{a1}", vec![0, 1]),
            ("{1}{0}{1:?}", "{a1}{a0}{a1:?}", vec![0, 1]),
            ("{t}-{1}", "{t}-{a1}", vec![1]),
            ("{{}}{ }", "{{}}{a0}", vec![0]),
            ("{:>1$}", "{a0:>a1$}", vec![0, 1]),
            ("{:.*}", "{a1:.a0$}", vec![0, 1]),
            ("{x:>w2$}", "{x:>w2$}", vec![]),
            ("{n:0>w1$.3$}", "{n:0>w1$.a3$}", vec![3]),
            ("{:01$}", "{a0:0a1$}", vec![0, 1]),
            ("{", "{", vec![]),
        ] {
            assert_eq!(told(format), (expected.to_owned(), used), "{format}");
        }
    }
}
