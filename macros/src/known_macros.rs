//! Macros of std whose arguments are known, so that jumps in them can be seen; and jumps in those that
//! aren't.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Token};

/// Those that take expressions, separated by commas.
const LISTS: [&str; 23] = [
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "write",
    "writeln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "vec",
    "matches",
    "pin",
    "addr_of",
    "addr_of_mut",
];

pub(crate) fn is_known(call: &Macro) -> bool {
    call.path.segments.last().is_some_and(|last| LISTS.iter().any(|name| last.ident == name))
}

/// The arguments of a known macro.
pub(crate) enum Arguments {
    List(Punctuated<Expr, Token![,]>),
    /// `vec![value; count]`
    Repeat(Expr, Expr),
    /// `matches!(value, pattern if guard)`
    Matches(Expr, Pat, Option<Expr>),
}

impl Arguments {
    /// `None` if the macro isn't known, or is given something else.
    pub(crate) fn of(call: &Macro) -> Option<Self> {
        let name = &call.path.segments.last()?.ident;
        let tokens = call.tokens.clone();
        if name == "matches" {
            return Self::parse_matches.parse2(tokens).ok();
        }
        if !is_known(call) {
            return None;
        }
        if name == "vec"
            && let Ok(repeat) = Self::parse_repeat.parse2(tokens.clone())
        {
            return Some(repeat);
        }
        Punctuated::parse_terminated.parse2(tokens).ok().map(Self::List)
    }

    fn parse_repeat(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Self::Repeat(value, input.parse()?))
    }

    fn parse_matches(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = input.parse()?;
        input.parse::<Token![,]>()?;
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            Some(Expr::parse(input)?)
        } else {
            None
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(Self::Matches(value, pat, guard))
    }

    /// What an assertion says.
    pub(crate) fn written(call: &Macro) -> String {
        // As it is spaced, which a new stream would not be.
        let text = call.tokens.to_string();
        format!("assertion failed: {}", text.trim_end().trim_end_matches(',').trim_end())
    }

    /// What a call is given then. An assertion says what was written.
    pub(crate) fn rewritten(&self, call: &Macro, written: &str) -> TokenStream {
        let asserts = ["assert", "debug_assert"];
        let name = call.path.segments.last().map(|last| &last.ident);
        if let (Self::List(list), Some(name)) = (self, name)
            && list.len() == 1
            && asserts.iter().any(|known| name == known)
        {
            let condition = &list[0];
            return if written.contains(['{', '}']) {
                quote!(#condition, "{}", #written)
            } else {
                quote!(#condition, #written)
            };
        }
        quote!(#self)
    }

    /// Its expressions, in the order in which they are evaluated.
    pub(crate) fn exprs(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::List(list) => list.iter_mut().collect(),
            Self::Repeat(value, count) => vec![value, count],
            Self::Matches(value, _, guard) => std::iter::once(value).chain(guard).collect(),
        }
    }
}

impl ToTokens for Arguments {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::List(list) => list.to_tokens(tokens),
            Self::Repeat(value, count) => tokens.extend(quote!(#value; #count)),
            Self::Matches(value, pat, guard) => {
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                tokens.extend(quote!(#value, #pat #guard));
            }
        }
    }
}

/// Where tokens leave a loop or a function, as far as that can be seen.
pub(crate) fn jump_in(tokens: TokenStream) -> Option<Span> {
    // `?` is a jump behind a value: in `?Sized`, or `?name` for a logger, it is none.
    let mut value = false;
    tokens.into_iter().find_map(|token| {
        let behind = std::mem::replace(
            &mut value,
            !matches!(&token, TokenTree::Punct(mark) if mark.as_char() != '?'),
        );
        match token {
            TokenTree::Ident(word) if word == "return" || word == "break" || word == "continue" => {
                Some(word.span())
            }
            TokenTree::Punct(mark) if mark.as_char() == '?' && behind => Some(mark.span()),
            TokenTree::Group(group) => jump_in(group.stream()),
            _ => None,
        }
    })
}
