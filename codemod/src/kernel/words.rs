//! Words of the C language.

/// Whether `word` is a keyword that can stand before a parenthesis without being called.
pub fn is_keyword(word: &[u8]) -> bool {
    matches!(
        word,
        b"if"
            | b"while"
            | b"for"
            | b"switch"
            | b"return"
            | b"sizeof"
            | b"do"
            | b"else"
            | b"case"
            | b"goto"
            | b"typeof"
            | b"__typeof__"
            | b"__typeof"
            | b"_Alignof"
            | b"__alignof__"
            | b"alignof"
            | b"defined"
            | b"asm"
            | b"__asm__"
            | b"__asm"
            | b"__attribute__"
            | b"__attribute"
            | b"_Static_assert"
            | b"_Generic"
            | b"volatile"
            | b"const"
            | b"default"
    )
}

/// Whether `word` is (part of) the name of a built-in type, or a type keyword.
pub fn is_type_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"unsigned"
            | b"signed"
            | b"int"
            | b"char"
            | b"short"
            | b"long"
            | b"float"
            | b"double"
            | b"void"
            | b"const"
            | b"volatile"
            | b"_Bool"
            | b"bool"
    )
}

/// Whether `word` names a type that needs no other word.
pub fn is_basic_type(word: &[u8]) -> bool {
    is_type_word(word) && !is_qualifier(word)
}

/// Whether `word` qualifies a type.
pub fn is_qualifier(word: &[u8]) -> bool {
    matches!(word, b"const" | b"volatile")
}

/// Whether `word` is a type that is spelt with arguments.
pub fn is_typeof(word: &[u8]) -> bool {
    matches!(word, b"typeof" | b"__typeof__" | b"__typeof")
}

/// Whether `word` opens a type by tag.
pub fn is_tag_word(word: &[u8]) -> bool {
    matches!(word, b"struct" | b"union" | b"enum")
}

/// Whether a macro evaluates to its first argument.
pub fn passes_through(word: &[u8]) -> bool {
    matches!(
        word,
        b"READ_ONCE"
            | b"rcu_dereference"
            | b"rcu_dereference_protected"
            | b"rcu_dereference_raw"
            | b"smp_load_acquire"
            | b"likely"
            | b"unlikely"
            | b"ACCESS_ONCE"
            | b"per_cpu"
            | b"per_cpu_ptr"
            | b"this_cpu_ptr"
            | b"rcu_access_pointer"
            | b"get_task_struct"
            | b"xchg"
            | b"__this_cpu_read"
            | b"this_cpu_read"
            | b"no_free_ptr"
            | b"rcu_assign_pointer"
            | b"this_cpu_xchg"
    )
}
