#!/usr/bin/env bash
# Runs `check` on Linux 6.1. Fetches the tree, or uses KERNEL_SRC. Arguments are passed on, such as
# `--format short`. The exit code is that of `check`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$("$here/fetch.sh")
exec cargo run --quiet --release --locked --manifest-path "$here/../../Cargo.toml" \
    -p kthread-codemod -- check --root "$tree" "$@" "$tree"
