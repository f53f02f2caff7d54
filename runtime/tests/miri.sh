#!/usr/bin/env bash
# The runtime under Miri: the `unsafe` list and the wheel on it, then workers and threads as they run
# for real, in one schedule each. Miri sees data races, dangling pointers and leaks.
#
# Miri comes with a nightly toolchain. Where there is none this says so and ends with 0, so read its
# last line: "miri: ok …" or "miri: NOT RUN", and why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

not_run() { echo "miri: NOT RUN: $*"; exit 0; }

cargo +nightly --version >/dev/null 2>&1 || not_run "there is no nightly toolchain: rustup toolchain install nightly"
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    timeout 120 rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1 ||
        not_run "this nightly has no Miri: rustup component add --toolchain nightly miri rust-src"
fi
cargo +nightly miri --version
timeout 600 cargo +nightly miri setup >/dev/null 2>&1 || not_run "it can't build its std: cargo +nightly miri setup"

# A target of its own: Miri has its own std.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/miri
run() { cargo +nightly miri test --quiet --locked -p kthread "$@"; }

MIRIFLAGS="-Zmiri-disable-isolation" run --lib
# Threads that are left to themselves are what some of the tests are about: no leaks, as Miri sees it. And
# rustix makes a futex's time out of a number.
MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance -Zmiri-ignore-leaks" \
    run --test worker --test park --test detach --test found

if MIRIFLAGS="-Zmiri-disable-isolation" run --lib -- --ignored control_taken_out_twice >/dev/null 2>&1; then
    echo "miri: the control passed: Miri finds nothing" >&2
    exit 1
fi
echo "miri: ok, and the control was found"
