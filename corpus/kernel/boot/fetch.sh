#!/usr/bin/env bash
# Prints a folder with Debian's stock Linux 6.1: vmlinuz, modules/, the headers to build modules
# against (headers -> their folder) and a static busybox. Everything else goes to stderr.
#
# It is made once, below the user's cache directory, from packages that are downloaded and unpacked,
# not installed. No root is needed.
set -euo pipefail

say() { printf '%s\n' "boot/fetch.sh: $*" >&2; }
die() { say "$*"; exit 1; }

[[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]] ||
    die "neither XDG_CACHE_HOME nor HOME is set: there is no cache directory."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kthread-codemod
meta=linux-image-amd64

for tool in apt-get apt-cache dpkg dpkg-deb; do
    command -v "$tool" >/dev/null || die "$tool is missing: this is not a Debian system."
done
[[ $(dpkg --print-architecture) == amd64 ]] || die "the boot proof runs on amd64 only."

apt=()
# As root, apt would hand the download to a user who can't write into a private directory.
[[ $(id -u) != 0 ]] || apt+=(-o APT::Sandbox::User=root)

# The package of the kernel image, with the name of its ABI, as the meta package wants it now.
image() {
    LC_ALL=C apt-cache "${apt[@]}" depends "$meta" 2>/dev/null |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-6\.1\./ && !seen++ { print $2 }'
}

# The version of package $1 that apt would download; empty where it knows none.
candidate() {
    LC_ALL=C apt-cache "${apt[@]}" policy "$1" 2>/dev/null |
        awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# Whether $1 is complete; `version` is written last.
is_whole() { [[ -s $1/version && -s $1/vmlinuz && -x $1/busybox && -f $1/headers/Makefile ]]; }

# Prints the folder for what apt knows of now, and ends, if it is there.
found() {
    image=$(image)
    [[ -n $image ]] || return 0
    version=$(candidate "$image")
    folder=$cache/boot-$version
    if [[ -n $version ]] && is_whole "$folder"; then
        printf '%s\n' "$folder"
        exit
    fi
}

found
mkdir -p "$cache"
find "$cache" -maxdepth 1 -name '.boot.*' -mmin +240 -exec rm -rf {} + 2>/dev/null || true
work=$(mktemp -d "$cache/.boot.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

download() {
    local headers
    [[ -n $image ]] || return 1
    headers=${image/image/headers}
    say "downloading $image, its headers and busybox (about 85 MB)"
    # shellcheck disable=SC2046 # Package names have no blanks.
    apt-get "${apt[@]}" download "$image" "$headers" busybox-static \
        $(LC_ALL=C apt-cache "${apt[@]}" depends "$headers" |
            awk '$1 == "Depends:" && $2 ~ /^linux-(headers|kbuild)-/ { print $2 }') >&2
}

if ! download; then
    say "apt-get download failed; fetching package lists of our own"
    rm -f -- *.deb
    mkdir -p apt/lists/partial apt/cache/archives/partial
    apt+=(-o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache")
    apt-get "${apt[@]}" -o Debug::NoLocking=1 update >&2 || say "apt-get update failed"
    found
    if ! download; then
        while IFS= read -r folder; do
            is_whole "$folder" || continue
            say "no download; using what is there: $folder"
            printf '%s\n' "$folder"
            exit
        done < <(find "$cache" -maxdepth 1 -type d -name 'boot-*' | sort -rV)
        die "Debian's Linux 6.1 can't be downloaded (Debian 12 has it)."
    fi
fi

say "unpacking"
abi=${image#linux-image-}
for deb in ./*.deb; do
    dpkg -x "$deb" unpacked
done
mkdir -p new/modules
mv "unpacked/boot/vmlinuz-$abi" new/vmlinuz
mv unpacked/bin/busybox new/busybox
# Of the modules only those that the proof loads.
for module in drivers/mtd/mtd drivers/mtd/devices/mtdram; do
    mv "unpacked/lib/modules/$abi/kernel/$module.ko" new/modules/
done
# The packages refer to each other below /usr: by relative links, and by one absolute name.
mkdir -p new/usr/lib
mv unpacked/usr/src new/usr/
mv unpacked/usr/lib/linux-kbuild-* new/usr/lib/
ln -s "usr/src/linux-headers-$abi" new/headers
makefile=new/headers/Makefile
# shellcheck disable=SC2016 # For make.
sed -i 's#^include /usr/src/#include $(dir $(lastword $(MAKEFILE_LIST)))../#' "$makefile"
printf '%s\n' "$version" >new/version

# A rename is one step: another run sees the whole folder or none.
folder=$cache/boot-$version
if ! mv -T new "$folder" 2>/dev/null; then
    is_whole "$folder" || die "$folder is in the way and is not whole: remove it."
fi
printf '%s\n' "$folder"
