#!/usr/bin/env bash
# The census proof: what `check` says of Linux 6.1 against a census of its kernel threads.
# Fetches the tree, or uses KERNEL_SRC. Arguments go to the test program.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
KERNEL_SRC=$("$here/fetch.sh")
export KERNEL_SRC
cd "$here/../.."
exec cargo test --release --locked -p kthread-codemod --features kernel-proof --test census -- \
    --nocapture --test-threads=1 "$@"
