#!/usr/bin/env bash
# What the attribute costs: the instructions of an iteration, counted by callgrind, and the time that the
# compiler takes for 100 functions. Prints two tables, and judges nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v valgrind >/dev/null || { echo "cost.sh: valgrind is missing: apt-get install valgrind" >&2; exit 2; }

# Valgrind shows programs no vDSO where the system's library looks for it itself.
target=${CARGO_TARGET_DIR:-target}/cost
RUSTFLAGS="--cfg rustix_use_libc" CARGO_TARGET_DIR=$target \
    cargo build --quiet --release --locked -p kthread-macros --bench cost
binary=$(find "$target/release/deps" -name 'cost-*' -type f -perm -u+x -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)

# The instructions of a run of form $1 with $2 iterations.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$1" "$2" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

few=100000
many=1100000
declare -A each
for form in plain attribute flag machine; do
    each[$form]=$(($(instructions "$form" $many) - $(instructions "$form" $few)))
done
echo "| form | instructions an iteration | over the plain loop |"
echo "|---|--:|--:|"
for form in plain attribute flag machine; do
    awk -v form="$form" -v of="${each[$form]}" -v plain="${each[plain]}" \
        'BEGIN { printf "| %s | %.2f | %.3f |\n", form, of / 1000000, of / plain }'
done

# 100 functions, with and without the attribute.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
crate() {
    mkdir -p "$work/$1/src"
    cat >"$work/$1/Cargo.toml" <<END
[package]
name = "cost-$1"
version = "0.0.0"
edition = "2024"
[dependencies]
kthread = { path = "$PWD/runtime" }
[workspace]
END
    cp Cargo.lock "$work/$1/"
    {
        echo "use kthread::should_stop;"
        for number in {1..100}; do
            cat <<END
$2
pub fn f$number(values: &[u64], limit: u64) -> Result<u64, String> {
    let mut sum = $number;
    for value in values {
        if should_stop() { return Ok(sum); }
        sum += value.checked_mul(3).ok_or("overflow")?;
        if sum > limit { break; }
        if sum % 7 == 0 { continue; }
        for inner in 0..*value { if inner == sum { return Err(format!("{sum}")); } }
    }
    Ok(sum)
}
END
        done
    } >"$work/$1/src/lib.rs"
}
crate without ""
crate with "#[kthread::kthread_iterant]"
# Builds what it depends on, then the crate alone; the median of five.
seconds() {
    export CARGO_TARGET_DIR=$work/target
    (cd "$work/$1" && cargo build --quiet --offline)
    for _ in {1..5}; do
        touch "$work/$1/src/lib.rs"
        /usr/bin/env bash -c "TIMEFORMAT=%R; time (cd '$work/$1' && cargo build --quiet --offline)" 2>&1 | tail -n 1
    done | sort -n | sed -n 3p
}
echo
echo "| 100 functions | seconds to compile, debug |"
echo "|---|--:|"
echo "| without the attribute | $(seconds without) |"
echo "| with it | $(seconds with) |"
