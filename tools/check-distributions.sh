#!/usr/bin/env bash
# Tries the README's two commands where people meet them: on bare systems made by debootstrap, from
# a clean clone of HEAD in a folder with a space in its name, as root and as a user with sudo; and
# what is said where nothing can be installed. Writes docs/distributions.md. Needs root, the network
# and 5 GiB; takes half an hour a system on 2 cores.
# Usage: tools/check-distributions.sh [--ccache DIR] [--compilers] [--work DIR] [SYSTEM…]
#   SYSTEM         debian-12 debian-13 ubuntu-22.04 ubuntu-24.04 (default: all)
#   --ccache DIR   keeps what was compiled for the next user, system or run
#   --compilers    also builds the program with every g++ and clang++ that the system offers
#   --work DIR     for systems, logs and parts of the table (default: a temporary folder)
# DEBIAN_MIRROR and UBUNTU_MIRROR name nearer archives.
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

declare -A suites=([debian-12]=bookworm [debian-13]=trixie [ubuntu-22.04]=jammy [ubuntu-24.04]=noble)
usage() { sed -n '/^# Usage/,/^# DEBIAN/ { s/^# //; p }' "${BASH_SOURCE[0]}"; }

ccache='' compilers='' work='' systems=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) usage; exit ;;
        --ccache) ccache=$(realpath -m -- "${2:?}"); shift ;;
        --compilers) compilers=yes ;;
        --work) work=$(realpath -m -- "${2:?}"); shift ;;
        *) [[ -v suites[$1] ]] || { usage >&2; exit 2; }; systems+=("$1") ;;
    esac
    shift
done
[[ ${#systems[@]} -gt 0 ]] || mapfile -t systems < <(printf '%s\n' "${!suites[@]}" | sort)
[[ $(id -u) == 0 ]] || fail "systems are made by debootstrap and entered by chroot; run this as root"
install_packages debootstrap git util-linux
[[ -n $work ]] || { work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; }
mkdir -p "$work" ${ccache:+"$ccache"}

# make_base FOLDER: the smallest system that has a package manager, without package lists.
make_base() {
    local suite=${suites[$system]} mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian} options=() script=()
    if [[ $system == ubuntu-* ]]; then
        mirror=${UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}
        options=('--components=main,universe')
        script=(/usr/share/debootstrap/scripts/gutsy)  # every suite's since; the newest have no name yet
    fi
    rm -rf "$1.new"
    debootstrap --variant=minbase "${options[@]}" "$suite" "$1.new" "$mirror" "${script[@]}" &&
        rm -rf "$1.new"/var/lib/apt/lists/* "$1.new"/var/cache/apt/*.* && mv "$1.new" "$1"
}

# fresh_root NAME: sets `root` to a new copy of the base, with a user and the user's clean clone.
fresh_root() {
    root=$work/$system-$1
    rm -rf "$root"
    cp -a --reflink=auto "$work/$system" "$root"
    mkdir -p "$root/a folder" "$root/ccache"
    git clone --quiet --no-local "$repository" "$root/a folder/gradscape"
    in_root useradd --create-home --shell /bin/bash tester
    in_root chown -R "$1:" "/a folder"
}

# in_root COMMAND…: in the clone, with nothing of this shell's environment and with mounts that
# vanish with the command.
in_root() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -c '
        root=$1 ccache=$2
        shift 2
        mount --rbind /dev "$root/dev"
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount -t tmpfs tmpfs "$root/tmp"
        cp /etc/resolv.conf /etc/hosts "$root/etc/"
        [[ -z $ccache ]] || mount --bind "$ccache" "$root/ccache"
        exec chroot "$root" env --ignore-environment --chdir="/a folder/gradscape" HOME=/root \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CCACHE_DIR=/ccache \
            CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1 CCACHE_UMASK=000 \
            CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime \
            "$@"' in_root "$root" "$ccache" "$@"
}
as_user=(runuser -u tester -- env HOME=/home/tester)

install_in_root() {
    in_root sh -c 'apt-get -qq update && apt-get -qq --yes --no-install-recommends install "$@"' \
        sh "$@" >/dev/null 2>&1
}

count_packages() { in_root dpkg-query -W -f '.\n' | wc -l; }

# try WHO WANTED COMMAND…: runs it in the clone and adds a row to the table. WANTED is what must be
# said, with status 1; empty where the command must succeed.
try() {
    local who=$1 wanted=$2 start=$SECONDS status=0 log before time outcome
    shift 2
    log="$work/$system, $who, $(basename "${*: -1}").log"
    note "$system, $who: ${*: -1}"
    before=$(count_packages)
    in_root "$@" >"$log" 2>&1 </dev/null || status=$?
    time=$(((SECONDS - start) / 60)):$(printf %02d $(((SECONDS - start) % 60)))
    if [[ $status == 0 && -z $wanted ]]; then
        outcome="works$(sed -n 's/^100% tests passed.* out of \([0-9]*\)$/\1/p' "$log" | paste -sd + |
            sed 's/+/ + /g; s/..*/; & tests pass/')"
    elif [[ $status == 1 && -n $wanted ]] && grep -qF -- "$wanted" "$log"; then
        outcome="says \`$(grep -F -- "$wanted" "$log" | head -n 1 | sed -E 's/^ *//; s/(.{140}).+/\1…/')\`"
    else
        outcome="**fails**, status $status: \`$({ grep -m 1 'error:' "$log" || tail -n 1 "$log"; } | tr -d '\r`|' | cut -c 1-140)\`"
        tail -n 30 "$log" >&2
        failed=yes
    fi
    row "| $who | \`${*: -1}\` | $outcome | $time | $before → $(count_packages) |"
}

row() {
    note "$1"
    echo "$1" >>"$part"
}

# What is said where nothing can be installed.
try_refusals() {
    fresh_root root
    try "root, no network" "is the network reachable?" unshare --net tools/run.sh
    try "user, no sudo here" "su -c 'apt-get update && apt-get install --yes --no-install-recommends" \
        "${as_user[@]}" tools/run.sh
    install_in_root sudo
    try "root, no network, with package lists" "is the network reachable?" unshare --net tools/run.sh
    try "user whom sudo does not know" "su -c 'apt-get update &&" "${as_user[@]}" tools/run.sh
    in_root usermod --append --groups sudo tester
    try "user with sudo, nobody to type the password" "sudo sh -c 'apt-get update &&" \
        "${as_user[@]}" tools/run.sh
}

try_root() {
    fresh_root root
    [[ -z $ccache ]] || install_in_root ccache
    try root '' tools/run.sh
    try root '' tools/test.sh
}

# Also with a source folder that cannot be written to.
try_user() {
    fresh_root tester
    install_in_root sudo ${ccache:+ccache}
    [[ -z $ccache ]] || chmod -R a+rwX "$ccache"
    in_root sh -c 'echo "tester ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/tester'
    try "user with sudo" '' "${as_user[@]}" tools/run.sh
    try "user with sudo" '' "${as_user[@]}" tools/test.sh
    in_root chown -R root: .
    try "user, source folder of root's" '' "${as_user[@]}" tools/run.sh
}

# Each compiler of the archive that knows C++20 well enough builds the program, without optimisation
# but with all warnings; the values that it computes have the same bits.
try_compilers() {
    local package status log
    for package in $(in_root apt-cache pkgnames | grep -E '^(g\+\+-1[1-9]|clang-(1[4-9]|2[0-9]))$' | sort -V); do
        status=0 log=$work/$system-$package.log
        # shellcheck disable=SC2016
        { install_in_root "$package" && in_root bash -c '
            export CXX=${1/clang-/clang++-}
            cmake --preset release -B /tmp/build -DGRADSCAPE_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug \
                -DCMAKE_CXX_FLAGS_DEBUG=-O0 ${3:+-DCMAKE_CXX_COMPILER_LAUNCHER=ccache} &&
            cmake --build /tmp/build --target gradscape_cli --parallel "$2" &&
            /tmp/build/gradscape surface --size 300 -o /tmp/a.npy && cksum </tmp/a.npy
            ' bash "$package" "$(job_count)" "$ccache"; } >"$log" 2>&1 || status=$?
        if [[ $status == 0 ]]; then
            row "| $package | builds, $(grep -c 'warning:' "$log" || true) warnings | \`$(tail -n 1 "$log")\` |"
        else
            row "| $package | **does not build**: \`$(grep -m 1 -i 'error' "$log" | tr -d '`|' | cut -c 1-120)\` | |"
            failed=yes
        fi
    done
}

versions() {
    in_root sh -c 'c++ --version | head -n 1; cmake --version | head -n 1' | paste -sd , | sed 's/,/, /'
}

check_system() {
    part=$work/$system.md.new
    printf '\n## %s\n\n%s, commit %s.\n\n' "$system" "$(date -u +%F)" \
        "$(git -C "$repository" describe --always)" >"$part"
    if ! [[ -d $work/$system ]] && ! make_base "$work/$system" >"$work/$system.log" 2>&1; then
        row "Not tried: $(tail -n 1 "$work/$system.log")"
        failed=yes
        return
    fi
    printf '%s\n|---|---|---|---|---|\n' '| who | command | outcome | min:s | packages |' >>"$part"
    if [[ $system == ubuntu-22.04 ]]; then  # has no toml++, no Thrust
        fresh_root root
        try root "the package lists lack" tools/run.sh
        return
    fi
    try_refusals
    try_root
    try_user
    printf '\n%s.\n' "$(versions)" >>"$part"
    if [[ -n $compilers ]]; then
        printf '\n%s\n|---|---|---|\n' '| compiler | program | checksum of 300 × 300 values |' >>"$part"
        try_compilers
    fi
    rm -rf "$work/$system"-{root,tester}
}

failed=''
for system in "${systems[@]}"; do
    note "$system"
    check_system
    mv "$part" "$work/$system.md"
done

report=$repository/docs/distributions.md
{
    echo "# Where it builds"
    echo
    echo "Written by \`tools/check-distributions.sh\` on $(nproc) cores${ccache:+ with a shared compiler cache, which shortens the times}:"
    echo "bare systems made by debootstrap, each command in a clean clone in a folder with a space in"
    echo "its name. \`tools/test.sh\` runs all tests three times: Release, address and undefined"
    echo "sanitizers, thread sanitizer."
    cat "$work"/*.md
} >"$report"
note "The table is in $report"
[[ -z $failed ]] || fail "something did not go as expected; see $report"
