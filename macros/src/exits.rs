//! What a `break` or `return` leaves with can be evaluated behind the loop, if it gives the same there: only
//! there it can be moved.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprPath, Local, Pat, Stmt, Type};

use crate::checkpoints::bare;
use crate::names::{Bound, is_prelude};

/// What is around a place within the loop.
#[derive(Clone, Default)]
pub(crate) struct Scope {
    bound: Bound,
    /// Something may be dropped between here and the loop's end.
    holds: bool,
    /// Within an `unsafe` block, without which the same may not be written.
    guarded: bool,
    /// An attribute may leave it out.
    stays: bool,
}

impl Scope {
    /// Within what binds these, somewhere.
    pub(crate) fn of(bound: Bound) -> Self {
        Self { bound, holds: true, ..Self::default() }
    }

    /// A variable or more.
    pub(crate) fn bind(&mut self, pat: &Pat) {
        self.bound.visit_pat(pat);
        self.holds = true;
    }

    /// Those of a statement.
    pub(crate) fn bind_local(&mut self, local: &Local) {
        self.bound.visit_pat(&local.pat);
        self.holds |= !is_plain(local);
    }

    /// Of a block that begins.
    pub(crate) fn items(&mut self, stmts: &[Stmt]) {
        self.bound.items(stmts);
    }

    /// A value without a name; gives back what to end that with.
    pub(crate) fn hold(&mut self) -> bool {
        std::mem::replace(&mut self.holds, true)
    }

    /// See [`Scope::hold`].
    pub(crate) fn let_go(&mut self, before: bool) {
        self.holds = before;
    }

    pub(crate) fn guard(&mut self) {
        self.guarded = true;
    }

    /// Within what an attribute may leave out; gives back what to end that with.
    pub(crate) fn stay(&mut self) -> bool {
        std::mem::replace(&mut self.stays, true)
    }

    /// See [`Scope::stay`].
    pub(crate) fn may_go(&mut self, before: bool) {
        self.stays = before;
    }

    /// Whether an expression gives the same behind the loop: it only puts together variables of the
    /// function, `outside`, that nobody can have changed, as it borrows or moves them.
    pub(crate) fn can_be_left(&self, expr: &Expr, outside: &Bound) -> bool {
        if self.stays || !attrs(expr).is_empty() {
            return false;
        }
        let all = |expr: &Expr| self.can_be_left(expr, outside);
        match expr {
            Expr::Lit(_) => true,
            Expr::Unary(sign) => matches!(&*sign.expr, Expr::Lit(_)),
            Expr::Path(path) => self.is_same(path, outside),
            Expr::Paren(inner) => all(&inner.expr),
            Expr::Group(inner) => all(&inner.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().all(all),
            Expr::Array(array) => array.elems.iter().all(all),
            Expr::Reference(inner) => all(&inner.expr),
            // That of a union is unsafe.
            Expr::Field(field) => !self.guarded && all(&field.base),
            Expr::Struct(made) => {
                made.path.segments.iter().all(|part| !self.bound.hides_item(&part.ident))
                    && made.fields.iter().all(|field| field.attrs.is_empty() && all(&field.expr))
                    && made.rest.as_ref().is_none_or(|rest| all(rest))
            }
            // One without an argument would be a function that is written so.
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if self.is_variant(path))
                    && !call.args.is_empty()
                    && call.args.iter().all(all)
            }
            _ => false,
        }
    }

    /// The fields that an expression reads, if it matters when they are read.
    pub(crate) fn fields_of(&self, expr: &Expr) -> Vec<Expr> {
        struct Find(Vec<Expr>);
        impl<'ast> Visit<'ast> for Find {
            fn visit_expr(&mut self, expr: &'ast Expr) {
                if let Expr::Field(_) = expr {
                    // One of something that is just put together is there already.
                    self.0.extend(is_place(expr).then(|| expr.clone()));
                } else {
                    visit::visit_expr(self, expr);
                }
            }
        }
        let mut find = Find(Vec::new());
        if self.holds {
            find.visit_expr(expr);
        }
        find.0
    }

    /// A variable, or a variant or structure without fields.
    fn is_same(&self, path: &ExprPath, outside: &Bound) -> bool {
        match path.path.get_ident() {
            Some(name) if name == "self" => true,
            // Another could be a static, which may change.
            Some(name) if outside.has(name) => !self.bound.may_be(name),
            _ => self.is_variant(path),
        }
    }

    fn is_variant(&self, path: &ExprPath) -> bool {
        let parts = &path.path.segments;
        path.qself.is_none()
            && parts.last().is_some_and(|last| is_variant(&last.ident))
            && parts.iter().all(|part| !self.bound.hides_item(&part.ident))
            && (!self.guarded || parts.iter().all(|part| is_prelude(&part.ident)))
    }
}

/// Whether a statement certainly binds nothing that does anything when it is dropped.
fn is_plain(local: &Local) -> bool {
    let init = local.init.as_ref().map(|init| bare(&init.expr));
    match (&local.pat, init) {
        (Pat::Type(typed), _) => match &*typed.ty {
            Type::Ptr(_) => true,
            Type::Path(path) => {
                path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|it| name == it))
            }
            _ => false,
        },
        (_, Some(Expr::Lit(_))) => true,
        // What it refers to could be there for as long.
        (_, Some(Expr::Reference(it))) => is_place(&it.expr),
        (pat, Some(place)) if is_place(place) => binds_by_reference(pat),
        _ => false,
    }
}

const PRIMITIVES: [&str; 16] = [
    "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// Of what may be left with.
fn attrs(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Path(it) => &it.attrs,
        Expr::Field(it) => &it.attrs,
        Expr::Lit(it) => &it.attrs,
        Expr::Tuple(it) => &it.attrs,
        Expr::Struct(it) => &it.attrs,
        Expr::Call(it) => &it.attrs,
        Expr::Reference(it) => &it.attrs,
        _ => &[],
    }
}

fn is_place(expr: &Expr) -> bool {
    match bare(expr) {
        // Another could be a constant, which is a new value.
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            name.unraw().to_string().starts_with(|c: char| c.is_lowercase() || c == '_')
        }),
        Expr::Field(field) => is_place(&field.base),
        _ => false,
    }
}

/// Whether a pattern takes nothing out of what it is matched with.
fn binds_by_reference(pat: &Pat) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0 &= pat.by_ref.is_some();
        }
    }
    let mut find = Find(true);
    find.visit_pat(pat);
    find.0
}

/// `LikeThis`: what is written `LIKE_THIS` is a constant, which needs not be moved, or a static.
fn is_variant(name: &Ident) -> bool {
    let name = name.to_string();
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}
