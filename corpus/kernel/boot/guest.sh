# shellcheck shell=bash
# Guests: a machine without disk or network, that runs a scene and is read off its serial console.
# Sourced by boot.sh, which sets `kernel`, the folder that fetch.sh prints, and `here`.

# A folder for the guest's files: $1, made anew, with the scene $2.
guest_folder() {
    rm -rf "$1"
    mkdir -p "$1"/{bin,proc,sys,dev,modules,traces}
    cp "$kernel/busybox" "$1/bin/busybox"
    ln -s busybox "$1/bin/sh"
    cp "$here/boot/guest/init" "$1/init"
    chmod +x "$1/init"
    cp "$here/boot/guest/$2" "$1/scene"
}

# Boots the folder $1 for at most $2 seconds; further arguments go to the kernel. The console's
# text is in $1.log then. A guest that ran to its end is turned off, whatever hangs in it. To be
# called in a shell of its own, with &.
boot() {
    local folder=$1 limit=$2 pid end=0
    shift 2
    (cd "$folder" && find . | cpio --quiet -o -H newc) >"$folder.cpio"
    : >"$folder.log"
    # KVM isn't there on many machines: everywhere the same, TCG. In one host thread: with one for each
    # CPU, a CPU that spins in code that the kernel patches at that moment never comes out of it.
    timeout -k 5 "$limit" qemu-system-x86_64 -machine pc -accel tcg,thread=single -cpu max -smp 2 -m 512 \
        -nodefaults -no-reboot -display none -serial "file:$folder.log" \
        -kernel "$kernel/vmlinuz" -initrd "$folder.cpio" \
        -append "console=ttyS0 quiet loglevel=1 panic=-1 mitigations=off $*" \
        </dev/null >"$folder.qemu" 2>&1 &
    pid=$!
    # shellcheck disable=SC2064 # The process is known by now.
    trap "kill $pid 2>/dev/null || true" EXIT
    trap 'exit 1' TERM INT
    while kill -0 "$pid" 2>/dev/null; do
        if ((!end)) && grep -q '^GUEST-END' "$folder.log"; then
            end=1
            # Time to turn itself off.
            limit=$((SECONDS + 3))
        fi
        if ((end && SECONDS > limit)); then
            kill "$pid" 2>/dev/null || true
        fi
        sleep 0.2
    done
    wait "$pid" || true
    rm -f "$folder.cpio"
    sed -i 's/\r$//' "$folder.log"
    grep -q '^GUEST-END' "$folder.log"
}

# Prints what the log of the guest $1 holds of the kernel's complaints, but for those that TCG
# causes.
complaints() { sed -n 's/^DMESG //p' "$1.log" | grep -vEf "$here/boot/harmless" || true; }
