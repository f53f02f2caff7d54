# shellcheck shell=bash
# Modules: what boot.sh loads in its guests. Sourced by boot.sh, which sets `kernel`, the folder that
# fetch.sh prints, `here`, and `include`, the folder with linux/kthread_iterant.h.

# Builds the out-of-tree modules of a folder. Further arguments go to make. What it says is in
# $1.make, and shown if it fails.
build_modules() {
    local folder=$1
    shift
    if ! make -j"$(nproc)" -C "$kernel/headers" M="$folder" "$@" modules >"$folder.make" 2>&1; then
        echo "boot.sh: modules in $folder can't be built:" >&2
        tail -n 30 "$folder.make" >&2
        return 1
    fi
}

# The runner of traces, kti_trace.ko, and kti_unload.ko, in the folder $1: without a warning.
build_traces() {
    mkdir -p "$1"
    cp "$here"/boot/trace/*.[ch] "$1/"
    cp "$here/boot/unload/unload.c" "$1/kti_unload.c"
    cat >"$1/Kbuild" <<END
obj-m := kti_trace.o kti_unload.o
kti_trace-y := main.o parse.o thread.o creator.o
ccflags-y := -I$include -Wall -Werror
END
    build_modules "$1" W=1
}

mutants() { (cd "$here/boot/mutants" && printf '%s\n' *.sed) | sed 's/\.sed$//'; }

# What a mutant is caught by: traces, or "unload"; one a line.
caught_by() { sed -n 's/^# caught by: //p' "$here/boot/mutants/$1.sed" | tr ' ' '\n'; }

# The name of a mutant's module.
mutant_module() { echo "kti_${1//-/_}"; }

# The module of a mutant, or of `unchanged`, below the folder $1. It is one file, to be quick.
add_mutant() {
    local folder=$1/$2 header=linux/kthread_iterant.h module source=trace
    module=$(mutant_module "$2")
    mkdir -p "$folder/include/linux"
    if [[ $2 == unchanged ]]; then
        cp "$include/$header" "$folder/include/$header"
    else
        sed -f "$here/boot/mutants/$2.sed" "$include/$header" >"$folder/include/$header"
        if cmp -s "$include/$header" "$folder/include/$header"; then
            echo "boot.sh: boot/mutants/$2.sed changes nothing: the header isn't what it was." >&2
            return 1
        fi
        [[ $(caught_by "$2") != unload ]] || source=unload
    fi
    if [[ $source == trace ]]; then
        cp "$here/boot/trace/trace.h" "$folder/"
        (cd "$here/boot/trace" && cat main.c parse.c thread.c creator.c) >"$folder/$module.c"
    else
        cp "$here/boot/unload/unload.c" "$folder/$module.c"
    fi
    # shellcheck disable=SC2016 # For make.
    printf 'obj-m := %s.o\nccflags-y := -I$(src)/include\n' "$module" >"$folder/Kbuild"
    echo "obj-m += $2/" >>"$1/Kbuild"
}

# A module for each broken header, and one for the header as it is, in the folder $1.
build_mutants() {
    local mutant
    mkdir -p "$1"
    for mutant in unchanged $(mutants); do
        add_mutant "$1" "$mutant"
    done
    build_modules "$1"
}

# The faults that are planted in jffs2, a module for each.
jffs2_faults() { echo no-freeze-point no-signal-stop swapped-signals; }

# background.c with the fault $1, to stdout; $2 holds the sources, $3 the converted ones.
break_jffs2() {
    case $1 in
    # The original, freezable and without a freeze point.
    no-freeze-point) sed 's/try_to_freeze()/false/' "$2/background.c" ;;
    # The converted one, without a statement of its loop.
    no-signal-stop) sed '/kernel_signal_stop();/d' "$3/background.c" ;;
    # The converted one, with two branches swapped. Not with SIGHUP's: jffs2 sends that to itself, and
    # it would then stop for a SIGSTOP that came before.
    swapped-signals)
        sed 's/case SIGSTOP:/case SIGNONE:/; s/case SIGKILL:/case SIGSTOP:/; s/case SIGNONE:/case SIGKILL:/' \
            "$3/background.c"
        ;;
    esac
}

# The modules jffs2, below $1: from the sources as they are, as they are converted, and broken.
# $2 holds the sources, $3 the converted ones. One after the other in one folder, so that each file
# is compiled only where it differs.
build_jffs2() {
    local folder=$1/build state file
    cp -r "$2" "$folder"
    mkdir "$1/modules"
    for state in original converted $(jffs2_faults); do
        case $state in
        original) ;;
        converted)
            for file in "$3"/*.[ch]; do
                cmp -s "$file" "$folder/${file##*/}" || cp "$file" "$folder/${file##*/}"
            done
            ;;
        *)
            break_jffs2 "$state" "$2" "$3" >"$folder/background.c"
            if cmp -s "$2/background.c" "$folder/background.c" ||
                cmp -s "$3/background.c" "$folder/background.c"; then
                echo "boot.sh: jffs2 isn't what it was: it can't be broken: $state." >&2
                return 1
            fi
            ;;
        esac
        build_modules "$folder" "KCFLAGS=-I$include"
        if [[ $state == converted ]] && grep 'warning:' "$folder.make" >&2; then
            echo "boot.sh: the converted jffs2 compiles with warnings." >&2
            return 1
        fi
        cp "$folder/jffs2.ko" "$1/modules/$state.ko"
    done
}
