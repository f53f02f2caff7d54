#!/usr/bin/env bash
# The invariants under both model checkers, and a table of what was explored and found.
#
#   models.sh [loom] [shuttle]     both without arguments
#
# loom knows the memory model and is systematic up to a bound on preemptions: 2, and 1 for large models
# (LOOM_MAX_PREEMPTIONS sets it for all).
# That bound makes it miss some schedules even within it: one fault in the order of freeze and first
# iteration was seen by shuttle's random schedules only. So both run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

checkers=("$@")
((${#checkers[@]})) || checkers=(loom shuttle)
target=${CARGO_TARGET_DIR:-target}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

planted=$(grep -cE '^    [A-Z][A-Za-z]+,$' runtime/src/sync/mutant.rs)
for checker in "${checkers[@]}"; do
    [[ $checker == loom || $checker == shuttle ]] || { echo "no model checker $checker" >&2; exit 2; }
    # The facade is linted where it names the checker's types; see runtime/clippy.toml.
    RUSTFLAGS="--cfg $checker" CARGO_TARGET_DIR="$target/$checker" \
        cargo clippy --quiet -p kthread --locked --lib --test invariants -- -D warnings
    RUSTFLAGS="--cfg $checker" CARGO_TARGET_DIR="$target/$checker" \
        cargo test --quiet --release -p kthread --locked --test invariants -- --nocapture 2>&1 |
        sed 's/^[.]*//' | tee "$log" | grep -E '^inv_|^error|not found|ended for another reason' || true
    grep -q '^test result: ok' "$log" || { grep -A20 'panicked at' "$log" >&2; exit 1; }
    awk -v checker="$checker" -v planted="$planted" '
        / schedules$/ { split($1, path, "_"); seen[path[2]] = 1; models++; schedules += $2 }
        / found mutant / { sub(/:$/, "", $4); if (!($4 in mutant)) found++; mutant[$4] = 1 }
        END {
            for (number in seen) invariants++
            printf "%s: %d invariants in %d models, %d schedules, %d of %d mutants found\n",
                checker, invariants, models, schedules, found, planted
            exit models == 0 || found != planted
        }' "$log"
done
