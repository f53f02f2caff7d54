# shellcheck shell=bash
# What the guests' logs say, as rows of a table. Sourced by boot.sh, which sets `here`, `traces`, the
# folder of the trace files, and `lacks`, what the header lacks.

rows=()
failed=0

# A row: its subject, whether it is as it should be (0: yes), and what there is to say.
row() {
    local word=ok
    (($2 == 0)) || { word=FAILED; failed=1; }
    rows+=("$(printf '%-34s %-6s  %s' "$1" "$word" "$3")")
}

# 0 if a command succeeds, else 1, as a word.
fine() { if "$@"; then echo 0; else echo 1; fi; }

# The verdict on trace $3 by module $2 in the log $1, or "no verdict".
verdict() {
    local line
    line=$(sed -n "s/^TRACE $2 $3 //p" "$1.log")
    echo "${line:-no verdict}"
}

is_control() { grep -q '^control$' "$traces/$1.trace"; }
rules_of() { sed -n 's/^rules //p' "$traces/$1.trace"; }

# Whether the guest $1 ran to its end; says so only if it didn't.
ended() {
    grep -q '^GUEST-END' "$1.log" && return
    row "guest ${1##*/}" 1 "did not end; its last line: $(tail -n 1 "$1.log")"
    return 1
}

# Whether the kernel of the guest $1 complained.
quiet() {
    local said
    said=$(complaints "$1")
    row "guest ${1##*/}: kernel's log" "$(fine test -z "$said")" \
        "${said:-no complaints}"
}

# The traces, by rule.
judge_traces() {
    local log=$1 trace said rule passed=() controls=0 bad=() count
    ended "$log" || true
    for trace in $(trace_names); do
        said=$(verdict "$log" kti_trace "$trace")
        if is_control "$trace"; then
            if [[ $said == differs* ]]; then
                controls=$((controls + 1))
            else
                bad+=("control $trace: $said")
            fi
            continue
        fi
        for rule in $(rules_of "$trace"); do
            if [[ $said == same* ]]; then
                passed[rule]=$((${passed[rule]:-0} + 1))
            else
                bad+=("rule $rule: $trace: $said")
            fi
        done
    done
    said=$(verdict "$log" kti_unload unload)
    if [[ $said == same* ]]; then
        passed[12]=$((${passed[12]:-0} + 1))
    else
        bad+=("rule 12: unload: $said")
    fi
    for rule in {1..14}; do
        count=${passed[rule]:-0}
        said=$(printf '%s\n' ${bad[@]+"${bad[@]}"} | sed -n "s/^rule $rule: //p" | head -n 1)
        row "rule $rule" "$(fine test "$count" != 0 -a -z "$said")" \
            "${said:-$count traces}"
    done
    said=$(printf '%s\n' ${bad[@]+"${bad[@]}"} | sed -n 's/^control //p' | head -n 1)
    row "control traces" "$(fine test "$controls" != 0 -a -z "$said")" \
        "${said:-$controls differ, as they must}"
    row "left out, needs $lacks" 0 "$(left_out | paste -sd ' ')"
    said=$(verdict "$log" kti_trace garbage)
    row "control: a broken script" "$(fine test "$said" = 'broken in line 3')" "$said"
    quiet "$log"
}

# Each broken header must be caught by every trace that says so, and the whole one by none but those
# that need what it lacks: if it passed one of them, that would be left out for no reason.
judge_mutants() {
    local log=$1 mutant trace said bad same=0 count=0
    ended "$log" || true
    bad=
    for trace in $(mutants_traces); do
        said=$(verdict "$log" kti_unchanged "$trace")
        if [[ $said == same* ]]; then same=$((same + 1)); else bad="$trace: $said"; fi
    done
    row "the header unchanged" "$(fine test -z "$bad")" "${bad:-$same traces}"
    bad=
    for trace in $(left_out); do
        said=$(verdict "$log" kti_unchanged "$trace")
        if [[ $said == differs* ]]; then count=$((count + 1)); else bad="$trace: $said"; fi
    done
    row "it lacks $lacks" "$(fine test "$count" != 0 -a -z "$bad")" \
        "${bad:-$count traces differ, as they must}"
    for mutant in $(mutants); do
        bad=
        for trace in $(caught_by "$mutant"); do
            said=$(verdict "$log" "$(mutant_module "$mutant")" "$trace")
            [[ $said == differs* ]] || bad="$trace: $said"
        done
        row "broken: $mutant" "$(fine test -z "$bad")" \
            "${bad:-caught by $(caught_by "$mutant" | paste -sd ' ')}"
    done
    said=$(grep -o '[0-9]* tasks refusing to freeze' "$log.log" | head -n 1)
    row "broken: what the freezer says" "$(fine test -n "$said")" "${said:-nothing}"
}

facts() { sed -n 's/^FACT //p' "$1.log"; }

# The facts of a guest; `wrong` are those that no right jffs2 shows.
judge_original() {
    local wrong
    ended "$1" || return 0
    wrong=$(facts "$1" | grep -E '=(no|hangs|failed)$|^(re|u)?(mount|rmmod|insmod|suspend)[^=]*=[1-9]' |
        paste -sd ' ')
    row "jffs2 as it is" "$(fine test -z "$wrong")" \
        "${wrong:-$(facts "$1" | wc -l) facts}"
    quiet "$1"
}

# The guest $2 must show the same facts as the original, $1.
judge_converted() {
    local same=0 different
    ended "$2" || return 0
    different=$(diff <(facts "$1") <(facts "$2") | grep '^[<>]' | head -n 4 | paste -sd ' ') || true
    [[ -z $different ]] || same=1
    row "jffs2 converted: facts" "$same" "${different:-the same $(facts "$2" | wc -l) facts}"
    quiet "$2"
}

# The guest $3, with the fault $1, must show others.
judge_broken() {
    local count
    count=$(diff <(facts "$2") <(facts "$3") | grep -c '^[<>]') || true
    row "jffs2 broken: $1" "$(fine test "$count" != 0)" \
        "$count facts differ: $(diff <(facts "$2") <(facts "$3") | sed -n 's/^> //p' |
            head -n 2 | paste -sd ' ')"
}
