#!/usr/bin/env bash
# Prints the path of an unpacked Linux 6.1 tree; everything else goes to stderr.
#
#   KERNEL_SRC=DIR   use this tree instead
#
# Without it, Debian's linux-source-6.1 is downloaded and unpacked once, below the user's cache
# directory. No root is needed.
set -euo pipefail

package=linux-source-6.1

say() { printf '%s\n' "fetch.sh: $*" >&2; }
die() { say "$*"; exit 1; }

# Whether $1 holds a Linux 6.1 tree.
is_tree() {
    [[ -f $1/Makefile ]] &&
        grep -qE '^VERSION = 6$' "$1/Makefile" &&
        grep -qE '^PATCHLEVEL = 1$' "$1/Makefile"
}

if [[ -n ${KERNEL_SRC:-} ]]; then
    [[ -d $KERNEL_SRC ]] || die "KERNEL_SRC=$KERNEL_SRC is not a directory."
    is_tree "$KERNEL_SRC" ||
        die "KERNEL_SRC=$KERNEL_SRC is not a Linux 6.1 tree: its Makefile lacks VERSION = 6, PATCHLEVEL = 1."
    (cd "$KERNEL_SRC" && pwd -P)
    exit
fi

[[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]] ||
    die "neither XDG_CACHE_HOME nor HOME is set: there is no cache directory."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kthread-codemod

# The unpacked tree of the highest version in the cache, if there is one.
newest_cached() {
    local tree
    while IFS= read -r tree; do
        if is_tree "$tree"; then
            printf '%s\n' "$tree"
            return 0
        fi
    done < <(find "$cache" -maxdepth 1 -type d -name "$package-*" 2>/dev/null | sort -rV)
    return 1
}

for tool in apt-get apt-cache dpkg dpkg-deb tar xz; do
    command -v "$tool" >/dev/null && continue
    if tree=$(newest_cached); then
        printf '%s\n' "$tree"
        exit
    fi
    case $tool in
    xz) die "xz is missing. Install it (apt-get install xz-utils), or set KERNEL_SRC to an unpacked Linux 6.1 tree." ;;
    *) die "$tool is missing: this is not a Debian system. Set KERNEL_SRC to an unpacked Linux 6.1 tree." ;;
    esac
done

# Replaced below by lists of our own where the system's can't be used.
apt=()
# As root, apt would hand the download to a user who can't write into a private directory.
[[ $(id -u) != 0 ]] || apt+=(-o APT::Sandbox::User=root)

# The version that apt would download; empty where it knows none.
candidate() {
    LC_ALL=C apt-cache "${apt[@]}" policy "$package" 2>/dev/null |
        awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

version=$(candidate)
if [[ -n $version ]] && is_tree "$cache/$package-$version"; then
    printf '%s\n' "$cache/$package-$version"
    exit
fi

mkdir -p "$cache"
# What runs that were killed have left behind.
find "$cache" -maxdepth 1 -name '.fetch.*' -mmin +240 -exec rm -rf {} + 2>/dev/null || true
work=$(mktemp -d "$cache/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

download() {
    [[ -n $version ]] || return 1
    say "downloading $package $version (about 140 MB)"
    apt-get "${apt[@]}" download "$package" >&2
}

if ! download; then
    say "apt-get download failed; fetching package lists of our own"
    mkdir -p apt/lists/partial apt/cache/archives/partial
    apt+=(-o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache")
    apt-get "${apt[@]}" -o Debug::NoLocking=1 update >&2 || say "apt-get update failed"
    version=$(candidate)
    if [[ -n $version ]] && is_tree "$cache/$package-$version"; then
        printf '%s\n' "$cache/$package-$version"
        exit
    fi
    if ! download; then
        if tree=$(newest_cached); then
            say "no download; using the tree that is there: $tree"
            printf '%s\n' "$tree"
            exit
        fi
        die "$package can't be downloaded (Debian 12 has it). Set KERNEL_SRC to an unpacked Linux 6.1 tree."
    fi
fi

deb=$(find . -maxdepth 1 -name '*.deb' -print -quit)
[[ -n $deb ]] || die "apt-get download left no .deb file."
version=$(dpkg-deb -f "$deb" Version)
tree=$cache/$package-$version

say "unpacking (about 1.5 GB)"
dpkg -x "$deb" .
rm -f "$deb"
tar -xf "usr/src/$package.tar.xz"
is_tree "$package" || die "$package $version does not hold a Linux 6.1 tree."

# A rename is one step: another run sees the whole tree or none.
if ! mv -T "$package" "$tree" 2>/dev/null; then
    is_tree "$tree" || die "$tree is in the way and is not a Linux 6.1 tree: remove it."
fi
printf '%s\n' "$tree"
