//! Annotation macros, which are blanked before parsing.

/// Attributes without arguments, as they stand in declarations.
const PLAIN: &[&str] = &[
    "__init",
    "__exit",
    "__initdata",
    "__exitdata",
    "__initconst",
    "__refdata",
    "__ref",
    "__refconst",
    "__devinit",
    "__devexit",
    "__cpuinit",
    "__meminit",
    "__memexit",
    "__net_init",
    "__net_exit",
    "__sched",
    "__iomem",
    "__user",
    "__kernel",
    "__percpu",
    "__rcu",
    "__force",
    "__bitwise",
    "__nocast",
    "__safe",
    "__must_check",
    "__maybe_unused",
    "__always_unused",
    "__used",
    "__unused",
    "__weak",
    "__pure",
    "__attribute_const__",
    "__cold",
    "__hot",
    "__deprecated",
    "__packed",
    "__noreturn",
    "__malloc",
    "__visible",
    "__noclone",
    "__noipa",
    "__cpuidle",
    "__lockfunc",
    "__kprobes",
    "__always_inline",
    "__inline",
    "__inline__",
    "inline",
    "noinline",
    "noinline_for_stack",
    "__noinline",
    "__flatten",
    "notrace",
    "asmlinkage",
    "noinstr",
    "nokprobe_inline",
    "fastcall",
    "__latent_entropy",
    "__ro_after_init",
    "__read_mostly",
    "__cacheline_aligned",
    "__cacheline_aligned_in_smp",
    "____cacheline_aligned",
    "____cacheline_aligned_in_smp",
    "__page_aligned_data",
    "__page_aligned_bss",
    "__private",
    "__counted",
    "__no_kcsan",
    "__no_sanitize_address",
    "__no_sanitize_thread",
    "__no_kasan_or_inline",
    "__no_sanitize_or_inline",
    "__no_kcsan_or_inline",
    "__nonstring",
    "__randomize_layout",
    "__no_kmsan_checks",
    "__no_randomize_layout",
    "__designated_init",
    "__constructor",
    "__optimize",
    "uninitialized_var",
    "__ksym",
    "__kconfig",
    "__weak_symbol",
    "__read_only",
    "__nosave",
    "__nosavedata",
    "__volatile__",
    "__extension__",
    "__restrict",
    "__restrict__",
    "__signed__",
    "register",
    "_Noreturn",
    "__compiletime_error",
    "__no_stack_protector",
    "__nostackprotector",
    "__noscs",
    "__naked",
];

/// Whether the names in a statement say that the end of its scope undoes what it begins: a cleanup, or
/// a guard.
pub fn undone_at_end(names: &[&[u8]]) -> bool {
    let guard = matches!(names.first(), Some(&(b"guard" | b"CLASS" | b"ACQUIRE" | b"CLASS_INIT")));
    let has = |word: &[u8]| names.contains(&word);
    let attribute = has(b"__attribute__") || has(b"__attribute");
    guard
        || has(b"__free")
        || has(b"__cleanup")
        || (attribute && (has(b"cleanup") || has(b"__cleanup__")))
}

/// Attributes with arguments.
const CALLED: &[&str] = &[
    "__attribute__",
    "__attribute",
    "__acquires",
    "__releases",
    "__must_hold",
    "__acquire",
    "__release",
    "__cond_acquires",
    "__cond_lock",
    "__printf",
    "__scanf",
    "__aligned",
    "__section",
    "__alias",
    "__assume_aligned",
    "__alloc_size",
    "__realloc_size",
    "__counted_by",
    "__diagnose_as",
    "__compiletime_error",
    "__compiletime_warning",
    "__cleanup",
    "__free",
    "__guarded_by",
    "__no_sanitize",
    "__pass_object_size",
    "__overloadable",
    "__releases_shared",
    "__acquires_shared",
    "__must_hold_shared",
    "__no_context_analysis",
];

/// Whether `word` is an attribute without arguments, or a storage or type qualifier.
pub fn is_plain(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| PLAIN.contains(&word))
        || matches!(word, b"static" | b"extern" | b"const" | b"volatile" | b"__attribute__")
}

/// Whether `word` says what kind of memory a type is about: it is a part of the type.
pub fn is_of_type(word: &[u8]) -> bool {
    matches!(
        word,
        b"__iomem"
            | b"__user"
            | b"__kernel"
            | b"__percpu"
            | b"__rcu"
            | b"__force"
            | b"__bitwise"
            | b"__nocast"
            | b"__safe"
            | b"__private"
            | b"const"
            | b"volatile"
            | b"__restrict"
            | b"__restrict__"
    )
}

/// Whether `word` is blanked wherever it stands.
pub fn is_blanked(word: &[u8]) -> bool {
    // `inline` and `register` parse; `__typeof__` and its kind are no attributes.
    !matches!(word, b"inline" | b"register")
        && (word.starts_with(b"__")
            || word.starts_with(b"no")
            || word.starts_with(b"asm")
            || word.starts_with(b"fast"))
        && std::str::from_utf8(word).is_ok_and(|word| PLAIN.contains(&word))
}

/// Whether `word` is an attribute with arguments.
pub fn takes_arguments(word: &[u8]) -> bool {
    word.starts_with(b"__") && std::str::from_utf8(word).is_ok_and(|word| CALLED.contains(&word))
}

/// Whether an attribute says where or how a function's code is made, so that a function that is split
/// off must have it too.
pub fn moves_with_code(word: &[u8]) -> bool {
    matches!(
        word,
        b"__init"
            | b"__exit"
            | b"__ref"
            | b"__refdata"
            | b"__devinit"
            | b"__devexit"
            | b"__cpuinit"
            | b"__meminit"
            | b"__memexit"
            | b"__net_init"
            | b"__net_exit"
            | b"__sched"
            | b"__cold"
            | b"__hot"
            | b"__noclone"
            | b"__cpuidle"
            | b"__kprobes"
            | b"noinline"
            | b"noinline_for_stack"
            | b"__noinline"
            | b"notrace"
            | b"noinstr"
            | b"__latent_entropy"
            | b"__no_kcsan"
            | b"__no_sanitize_address"
            | b"__no_sanitize_thread"
            | b"__no_kasan_or_inline"
            | b"__no_sanitize_or_inline"
            | b"__no_kcsan_or_inline"
            | b"__no_kmsan_checks"
            | b"__no_stack_protector"
            | b"__nostackprotector"
            | b"__noscs"
            | b"__noipa"
            | b"__flatten"
            | b"__lockfunc"
            | b"__section"
            | b"__no_sanitize"
    )
}

/// What an attribute of a function is to code that moves out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The code needs it wherever it is.
    Moves,
    /// It is about the function's name, or about who calls it.
    Stays,
}

/// Whether `word` begins a list of attributes as GCC spells it.
pub fn is_gnu(word: &[u8]) -> bool {
    matches!(word, b"__attribute__" | b"__attribute")
}

/// What a function's attribute does that stands in such a list; nothing where it is not known.
pub fn gnu(word: &[u8]) -> Option<Effect> {
    let bare = word.strip_prefix(b"__").and_then(|word| word.strip_suffix(b"__")).unwrap_or(word);
    Some(match bare {
        b"section"
        | b"cold"
        | b"hot"
        | b"noinline"
        | b"noclone"
        | b"noipa"
        | b"no_icf"
        | b"optimize"
        | b"optnone"
        | b"minsize"
        | b"flatten"
        | b"target"
        | b"no_instrument_function"
        | b"no_profile_instrument_function"
        | b"no_sanitize"
        | b"no_sanitize_address"
        | b"no_sanitize_thread"
        | b"no_sanitize_undefined"
        | b"no_sanitize_coverage"
        | b"no_address_safety_analysis"
        | b"disable_sanitizer_instrumentation"
        | b"no_stack_protector"
        | b"no_split_stack"
        | b"no_stack_limit"
        | b"stack_protect"
        | b"patchable_function_entry"
        | b"indirect_branch"
        | b"function_return"
        | b"nocf_check"
        | b"cf_check"
        | b"no_reorder"
        | b"zero_call_used_regs"
        | b"long_call"
        | b"short_call"
        | b"far"
        | b"near"
        | b"model" => Effect::Moves,
        b"unused"
        | b"used"
        | b"retain"
        | b"weak"
        | b"visibility"
        | b"externally_visible"
        | b"alias"
        | b"deprecated"
        | b"unavailable"
        | b"warn_unused_result"
        | b"nonnull"
        | b"returns_nonnull"
        | b"const"
        | b"pure"
        | b"malloc"
        | b"leaf"
        | b"nothrow"
        | b"noreturn"
        | b"format"
        | b"format_arg"
        | b"sentinel"
        | b"access"
        | b"aligned"
        | b"assume_aligned"
        | b"constructor"
        | b"destructor"
        | b"error"
        | b"warning"
        | b"always_inline"
        | b"gnu_inline"
        | b"artificial"
        | b"fd_arg"
        | b"tainted_args"
        | b"copy"
        | b"symver"
        | b"acquire_capability"
        | b"release_capability"
        | b"regparm"
        | b"context"
        | b"mode" => Effect::Stays,
        _ => return None,
    })
}
