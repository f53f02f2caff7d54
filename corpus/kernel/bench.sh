#!/usr/bin/env bash
# CPU time and memory of `check` on Linux 6.1, beside ripgrep looking for three words in the same
# run. A benchmark, never a test: it prints figures and judges nothing.
#
#   bench.sh [ROUNDS]     7 by default; KERNEL_SRC as in fetch.sh
set -euo pipefail

rounds=${1:-7}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "usage: bench.sh [ROUNDS]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
command -v rg >/dev/null || {
    echo "bench.sh: ripgrep is missing. Install it: apt-get install ripgrep (or cargo install ripgrep)." >&2
    exit 1
}
tree=$("$here/fetch.sh")
cd "$here/../.."
cargo build --quiet --release --locked -p kthread-codemod
target=$(cargo metadata --format-version 1 --no-deps --locked |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
tool=$target/release/kthread-codemod
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ours() { "$tool" check --format json --root "$tree" "$tree" >"$work/ours.json" 2>"$work/ours.err"; }
theirs() { rg -l -g '*.[ch]' 'kthread_(run|create|should_stop)' "$tree" >"$work/rg.txt"; }

# Prints user + system CPU seconds and wall seconds of a command whose exit code may be 0, 1 or 3.
measure() {
    local TIMEFORMAT='%U %S %R' code=0
    { time { "$@" || code=$?; }; } 2>"$work/time"
    if [[ $code != 0 && $code != 1 && $code != 3 ]]; then
        echo "bench.sh: $1 ended with $code" >&2
        cat "$work/ours.err" >&2
        return 1
    fi
    tr , . <"$work/time" | awk 'END { printf "%.3f %.3f\n", $1 + $2, $3 }'
}

# Median of a column.
median() {
    sort -n "$1" | awk -v column="$2" '
        { value[NR] = $column }
        END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# Peak resident memory of one run, in MiB.
peak() {
    if [[ ! -x /usr/bin/time && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        apt-get install -y time >/dev/null 2>&1 || true
    fi
    if [[ -x /usr/bin/time ]]; then
        /usr/bin/time -f 'peak %M' "$tool" check --format json --root "$tree" "$tree" \
            2>&1 >/dev/null | awk '$1 == "peak" { printf "%.1f MiB\n", $2 / 1024 }'
        return
    fi
    # Without GNU time: the high-water mark as it was shortly before the end.
    local pid high=0 seen
    "$tool" check --format json --root "$tree" "$tree" >/dev/null 2>&1 &
    pid=$!
    while seen=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status" 2>/dev/null); do
        [[ -z $seen ]] || high=$seen
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    wait "$pid" || true
    awk -v high="$high" 'BEGIN { printf "%.1f MiB, at least\n", high / 1024 }'
}

# Both once before: the files are in memory then, for both.
measure ours >/dev/null
measure theirs >/dev/null
found=$(wc -l <"$work/rg.txt")
# An ignore file above the tree can make ripgrep skip everything.
if ((found < 100)); then
    echo "bench.sh: ripgrep lists only $found files; is the tree below an ignored directory?" >&2
    exit 1
fi

for ((round = 1; round <= rounds; round++)); do
    measure theirs >>"$work/theirs"
    measure ours >>"$work/ours"
done

theirs_cpu=$(median "$work/theirs" 1)
ours_cpu=$(median "$work/ours" 1)
echo "tree             $tree"
echo "rounds           $rounds, interleaved; medians"
echo "ripgrep          $theirs_cpu s CPU, $(cut -d' ' -f2 "$work/theirs" >"$work/w"; median "$work/w" 1) s wall, $found files listed"
echo "kthread-codemod  $ours_cpu s CPU, $(cut -d' ' -f2 "$work/ours" >"$work/w"; median "$work/w" 1) s wall, $(grep -c '"kind":"thread"' "$work/ours.json" || true) threads"
awk -v a="$ours_cpu" -v b="$theirs_cpu" 'BEGIN { printf "ratio            %.2f of ripgrep'"'"'s CPU (bound 4, aim 2)\n", a / b }'
echo "peak memory      $(peak) (bound 100 MiB)"
