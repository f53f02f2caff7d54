#!/usr/bin/env bash
# The kernel proof: converts all of Linux 6.1, and compiles what was converted beside the originals.
#
#   proof.sh [--all] [ARGUMENT…]   --all compiles every converted file, else a sample is compiled
#                                  that reaches every transform; arguments go to the test program
#
# KERNEL_SRC as in fetch.sh; the tree must be pristine. The build directory (25 MB) and the results,
# kept by the hash of what they depend on, lie in the user's cache directory. As root, it installs
# the packages that are missing.
set -euo pipefail

say() { printf '%s\n' "proof.sh: $*" >&2; }
die() { say "$*"; exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tests=(--include-ignored --skip all_of_form)
if [[ ${1:-} == --all ]]; then
    tests=(--include-ignored --skip sample_of_form)
    shift
fi

# What building a kernel takes, and applying a patch: a program or a header, and its package.
needs=(
    gcc:gcc make:make flex:flex bison:bison bc:bc patch:patch git:git flock:util-linux
    /usr/include/stdio.h:libc6-dev /usr/include/libelf.h:libelf-dev
    /usr/include/openssl/ssl.h:libssl-dev
)
missing=()
for need in "${needs[@]}"; do
    if [[ $need == /* ]]; then
        [[ -e ${need%:*} ]] || missing+=("${need#*:}")
    else
        command -v "${need%:*}" >/dev/null || missing+=("${need#*:}")
    fi
done
# A bare Debian has a perl without most of its modules.
perl -MPod::Usage -MTerm::ANSIColor -e 1 2>/dev/null || missing+=(perl)
if ((${#missing[@]})); then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        die "missing: ${missing[*]}. Install them: apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y "${missing[@]}" >&2 ||
        { apt-get update >&2 && apt-get install -y "${missing[@]}" >&2; }
fi
[[ $(uname -m) == x86_64 ]] || die "the proof builds for x86_64, on x86_64."

KERNEL_SRC=$("$here/fetch.sh")
[[ ! -e $KERNEL_SRC/.config && ! -d $KERNEL_SRC/include/config ]] ||
    die "$KERNEL_SRC was built in. Give a pristine tree, or none: unset KERNEL_SRC."
[[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]] ||
    die "neither XDG_CACHE_HOME nor HOME is set: there is no cache directory."
# The caller's own habits of building kernels have no say here.
unset ARCH CROSS_COMPILE KBUILD_OUTPUT KCONFIG_ALLCONFIG KCONFIG_CONFIG LLVM MAKEFLAGS
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kthread-codemod
KERNEL_BUILD=$cache/build-$(basename "$KERNEL_SRC")
KERNEL_RESULTS=$cache/proof-results
mkdir -p "$KERNEL_BUILD" "$KERNEL_RESULTS"
export KERNEL_SRC KERNEL_BUILD KERNEL_RESULTS
find "$KERNEL_RESULTS" -type f -mtime +90 -delete

# One run at a time: the build directory is shared.
exec 9>"$cache/.proof.lock"
flock --nonblock 9 || { say "waiting for another run"; flock 9; }

# Everything on, but for what instruments each file, makes warnings errors, or needs keys and tools.
off=(
    KASAN KCSAN KMSAN KCOV GCOV_KERNEL UBSAN WERROR KVM_WERROR DEBUG_INFO_BTF GCC_PLUGINS MODULE_SIG
    IMA_APPRAISE_MODSIG
)
kernel() { make -s -C "$KERNEL_SRC" O="$KERNEL_BUILD" W=1 "$@"; }
prepare() {
    local option options=()
    for option in "${off[@]}"; do options+=(--disable "$option"); done
    kernel allmodconfig
    "$KERNEL_SRC/scripts/config" --file "$KERNEL_BUILD/.config" "${options[@]}" \
        --set-str SYSTEM_TRUSTED_KEYS '' --set-str SYSTEM_REVOCATION_KEYS ''
    kernel olddefconfig
    kernel -j"$(nproc)" prepare modules_prepare
}

# What the prepared directory depends on; written last, so one that is half done is done again.
wanted=$(printf '%s\n' "$KERNEL_SRC" "$(gcc --version | head -n 1)" "${off[*]}")
if [[ $(cat "$KERNEL_BUILD/.prepared" 2>/dev/null) != "$wanted" ]]; then
    say "preparing a build directory (25 MB, half a minute)"
    rm -rf "$KERNEL_BUILD"
    mkdir "$KERNEL_BUILD"
    # A shell of its own, in which `set -e` holds: it doesn't in a function called in a condition.
    set +e
    (set -e; prepare) >"$KERNEL_BUILD/prepare.log" 2>&1
    code=$?
    set -e
    if ((code)); then
        tail -n 20 "$KERNEL_BUILD/prepare.log" >&2
        die "the kernel can't be configured; all of it: $KERNEL_BUILD/prepare.log"
    fi
    printf '%s\n' "$wanted" >"$KERNEL_BUILD/.prepared"
fi

cd "$here/../.."
cargo test --release --locked -p kthread-codemod --features kernel-proof --test proof -- \
    --nocapture --test-threads=1 "${tests[@]}" "$@"
