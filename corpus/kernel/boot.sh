#!/usr/bin/env bash
# The boot proof: the C header and a converted driver in a running kernel, Debian's Linux 6.1 under
# QEMU. Prints a table; the exit code is 0 if everything in it is as it should be.
#
#   boot.sh [traces] [mutants] [jffs2]     all three without arguments
#
#   traces   the scripts of corpus/traces against codemod/include/linux/kthread_iterant.h
#   mutants  the same against broken headers, each of which must be caught
#   jffs2    fs/jffs2 as it is, as the tool converts it, and broken
#
#   KERNEL_SRC=DIR        where jffs2 is taken from, as in fetch.sh
#   JFFS2_CONVERTED=DIR   a folder with a converted fs/jffs2, in place of what the tool makes
#
# As root it installs the packages that are missing. Logs stay in the cache directory.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
traces=$top/corpus/traces
include=$top/codemod/include
# shellcheck source=corpus/kernel/boot/guest.sh
. "$here/boot/guest.sh"
# shellcheck source=corpus/kernel/boot/build.sh
. "$here/boot/build.sh"
# shellcheck source=corpus/kernel/boot/judge.sh
. "$here/boot/judge.sh"

parts=("$@")
((${#parts[@]})) || parts=(traces mutants jffs2)
for part in "${parts[@]}"; do
    [[ $part =~ ^(traces|mutants|jffs2)$ ]] || { echo "usage: boot.sh [traces] [mutants] [jffs2]" >&2; exit 2; }
done

# What is missing of the programs that are needed is installed, where that can be done.
prepare() {
    local missing=() pair
    for pair in qemu-system-x86_64:qemu-system-x86 cpio:cpio make:make gcc-12:gcc-12 xz:xz-utils; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    # For what reads the comments of the sources.
    perl -MPod::Usage -e 1 2>/dev/null || missing+=(perl)
    [[ $(/sbin/ldconfig -p) == *libelf.so.1* ]] || missing+=(libelf1)
    ((${#missing[@]})) || return 0
    if [[ $(id -u) != 0 ]]; then
        echo "boot.sh: missing: ${missing[*]}. Install them: apt-get install --no-install-recommends ${missing[*]}" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "${missing[@]}" >&2 ||
        { apt-get update >&2 && apt-get install -y --no-install-recommends "${missing[@]}" >&2; }
}

# What the header lacks: a word of corpus/traces/README.md, section Needs. A trace that needs it is left out.
lacks=stop-ends-freeze
left_out() { (cd "$traces" && grep -lE "^needs( .*)? $lacks( |\$)" -- *.trace) | sed 's/\.trace$//'; }
trace_names() {
    (cd "$traces" && printf '%s\n' *.trace) | sed 's/\.trace$//' | grep -vxFf <(left_out)
}
# All traces that catch a mutant.
mutants_traces() {
    local mutant
    for mutant in $(mutants); do caught_by "$mutant"; done | grep -v '^unload$' | sort -u
}

# The guest $1, with the traces, a list of what to run on stdin, and a limit of $2 ms for each wait.
trace_guest() {
    guest_folder "$1" traces
    cp "$traces"/*.trace "$1/traces/"
    printf '# No such step.\niterant stop\nfunc 1 fly\n' >"$1/traces/garbage.trace"
    cat >"$1/list"
    echo "$2" >"$1/limit"
}

prepare_traces() {
    build_traces "$work/trace"
    { trace_names && echo garbage; } | sed 's/^/kti_trace /' | cat - <(echo kti_unload unload) |
        trace_guest "$work/traces" 10000
    cp "$work"/trace/*.ko "$work/traces/modules/"
}

prepare_mutants() {
    local mutant
    build_mutants "$work/mutant"
    {
        { mutants_traces && left_out; } | sed 's/^/kti_unchanged /'
        for mutant in $(mutants); do
            caught_by "$mutant" | sed "s/^/$(mutant_module "$mutant") /"
        done
    } | trace_guest "$work/mutants" 2000
    cp "$work"/mutant/*/*.ko "$work/mutants/modules/"
}

# Prints the folder with a converted jffs2.
convert_jffs2() {
    local code=0
    if [[ -n ${JFFS2_CONVERTED:-} ]]; then
        (cd "$JFFS2_CONVERTED" && pwd -P)
        return
    fi
    mkdir -p "$work/copy/fs"
    cp -r "$1" "$work/copy/fs/"
    (cd "$work/copy" && cargo run --quiet --release --locked --manifest-path "$top/Cargo.toml" \
        -p kthread-codemod -- convert --to iterant --write fs/jffs2) >&2 || code=$?
    # 1: something else was refused.
    ((code <= 1)) || { echo "boot.sh: convert ended with $code" >&2; return 1; }
    echo "$work/copy/fs/jffs2"
}

prepare_jffs2() {
    local tree converted state
    tree=$("$here/fetch.sh")
    converted=$(convert_jffs2 "$tree/fs/jffs2")
    if diff -rq "$tree/fs/jffs2" "$converted" >/dev/null; then
        echo "boot.sh: nothing in fs/jffs2 was converted." >&2
        return 1
    fi
    mkdir "$work/jffs2"
    build_jffs2 "$work/jffs2" "$tree/fs/jffs2" "$converted"
    for state in original converted $(jffs2_faults); do
        guest_folder "$work/jffs2-$state" jffs2
        cp "$kernel"/modules/*.ko "$work/jffs2-$state/modules/"
        cp "$work/jffs2/modules/$state.ko" "$work/jffs2-$state/modules/jffs2.ko"
    done
}

prepare
# The caller's own habits of building kernels have no say here.
unset ARCH CROSS_COMPILE KBUILD_OUTPUT LLVM MAKEFLAGS
kernel=$("$here/boot/fetch.sh")
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
start=$SECONDS
say() { printf 'boot.sh: %4d s  %s\n' $((SECONDS - start)) "$*" >&2; }

prepare_part() {
    case $1 in
    traces) prepare_traces ;;
    mutants) prepare_mutants ;;
    jffs2) prepare_jffs2 ;;
    esac
}

# A part that can't be prepared fails as a whole, and the others go on.
guests=()
for part in "${parts[@]}"; do
    say "building: $part"
    set +e
    (set -e; prepare_part "$part")
    code=$?
    set -e
    if ((code)); then
        row "$part" 1 "can't be prepared, see above"
    elif [[ $part == jffs2 ]]; then
        guests+=(jffs2-original jffs2-converted)
        for fault in $(jffs2_faults); do guests+=("jffs2-$fault"); done
    else
        guests+=("$part")
    fi
done

# Two at a time, each with an end of its own.
say "booting: ${guests[*]-}"
for guest in ${guests[@]+"${guests[@]}"}; do
    while (($(jobs -rp | wc -l) >= 2)); do
        wait -n || true
    done
    options=()
    # One of the mutants spins for ever: the others shall run beside it.
    [[ $guest != mutants ]] || options=(preempt=full)
    boot "$work/$guest" 300 "${options[@]}" &
done
wait

# From here on a word that isn't found is a finding, not an error.
set +e
booted() { [[ " ${guests[*]-} " == *" $1 "* ]]; }
if booted traces; then judge_traces "$work/traces"; fi
if booted mutants; then judge_mutants "$work/mutants"; fi
if booted jffs2-original; then
    judge_original "$work/jffs2-original"
    judge_converted "$work/jffs2-original" "$work/jffs2-converted"
    for fault in $(jffs2_faults); do
        judge_broken "$fault" "$work/jffs2-original" "$work/jffs2-$fault"
    done
fi

logs=${XDG_CACHE_HOME:-$HOME/.cache}/kthread-codemod/boot-logs
mkdir -p "$logs"
find "$work" -maxdepth 2 \( -name '*.log' -o -name '*.make' -o -name '*.qemu' \) -exec cp -t "$logs" {} +
say "done; logs are in $logs"
printf '%s\n' "${rows[@]}"
exit "$failed"
