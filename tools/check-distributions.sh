#!/usr/bin/env bash
# Tries the two README commands where people meet them: on bare systems made by debootstrap, from a
# clean clone of HEAD in a folder with a space in its name, as root, as a user with sudo and as one
# without. Writes a table to docs/distributions.md and keeps what the commands said. Needs root, the
# network, debootstrap and about 4 GiB a distribution; takes half an hour a distribution on 2 cores.
# Usage: tools/check-distributions.sh [--ccache DIR] [--compilers] [--work DIR] [DISTRIBUTION…]
#   DISTRIBUTION   debian-12 debian-13 ubuntu-22.04 ubuntu-24.04 (default: all)
#   --ccache DIR   what one run compiled serves the next; a run from nothing is the default
#   --compilers    also builds with every g++ and clang++ that the archive has, in the user's root
#   --work DIR     for the systems and logs (default: a temporary folder, removed at the end)
# DEBIAN_MIRROR and UBUNTU_MIRROR name other archives than debootstrap's own.
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

usage() { sed -n '/^# Usage/,/^# DEBIAN/ { s/^# //; p }' "${BASH_SOURCE[0]}"; }

ccache='' compilers='' work='' distributions=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) usage; exit ;;
        --ccache) ccache=$(realpath -m -- "${2:?}"); shift ;;
        --compilers) compilers=yes ;;
        --work) work=$(realpath -m -- "${2:?}"); shift ;;
        -*) usage >&2; exit 2 ;;
        *) distributions+=("$1") ;;
    esac
    shift
done
[[ ${#distributions[@]} -gt 0 ]] || distributions=(debian-12 debian-13 ubuntu-22.04 ubuntu-24.04)
[[ $(id -u) == 0 ]] || fail "systems are made by debootstrap and chroot; run this as root"
install_packages debootstrap git util-linux
# Debian's newer releases have Ubuntu's key; without it debootstrap says that it cannot check.
! apt-cache show ubuntu-keyring >/dev/null 2>&1 || install_packages ubuntu-keyring
if [[ -z $work ]]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work"

# make_base DISTRIBUTION FOLDER: the smallest system that has a package manager.
make_base() {
    local options=(--variant=minbase) suite mirror script=()
    case $1 in
        debian-12) suite=bookworm mirror=${DEBIAN_MIRROR:-} ;;
        debian-13) suite=trixie mirror=${DEBIAN_MIRROR:-} ;;
        ubuntu-22.04) suite=jammy mirror=${UBUNTU_MIRROR:-} ;;
        ubuntu-24.04) suite=noble mirror=${UBUNTU_MIRROR:-} ;;
        *) fail "$1: must be debian-12, debian-13, ubuntu-22.04 or ubuntu-24.04" ;;
    esac
    if [[ $1 == ubuntu-* ]]; then
        options+=("--components=main,universe")
        # That of every suite since; an older debootstrap may not know the newest by name.
        script=(/usr/share/debootstrap/scripts/gutsy)
        mirror=${mirror:-$(sed -n 's/.*default_mirror "\?\(http:..archive[^" ]*\).*/\1/p' "${script[0]}" | head -n 1)}
    fi
    debootstrap "${options[@]}" "$suite" "$2" ${mirror:+"$mirror"} "${script[@]}"
}

# in_root FOLDER COMMAND…: with mounts that vanish with it.
in_root() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -c '
        root=$1 ccache=$2
        shift 2
        mount --rbind /dev "$root/dev"
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/tmp"
        cp /etc/resolv.conf /etc/hosts "$root/etc/"
        if [[ -n $ccache ]]; then
            mkdir -p "$root/ccache"
            mount --bind "$ccache" "$root/ccache"
            export CCACHE_DIR=/ccache CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1 CCACHE_UMASK=000 \
                CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        fi
        exec chroot "$root" "$@"' in_root "$1" "$ccache" "${@:2}"
}

rows=()
# try DISTRIBUTION WHO EXPECTED_STATUS ROOT COMMAND…: a row of the table.
try() {
    local distribution=$1 who=$2 expected=$3 root=$4 start=$SECONDS status=0 log words
    shift 4
    log=$work/$distribution-${who// /-}-$(basename "$1").log
    note "$distribution, $who: $*"
    if [[ $who == root ]]; then
        in_root "$root" bash -c 'cd "/a folder/gradscape" && exec "$@"' try "$@" >"$log" 2>&1 </dev/null || status=$?
    else
        in_root "$root" runuser -u tester -- env HOME=/home/tester \
            bash -c 'cd "/a folder/gradscape" && exec "$@"' try "$@" >"$log" 2>&1 </dev/null || status=$?
    fi
    words=$(sed -n 's/^\(100% tests passed.*\|[0-9]*% tests passed.*\)$/\1/p' "$log" | sort | uniq -c |
        sed 's/^ *\([0-9]*\) /\1 × /' | paste -sd ';')
    [[ $expected == 0 ]] || words=$(grep -m 1 -A 1 'takes root' "$log" | tail -n 1 | cut -c 1-60)…
    if [[ $status == "$expected" ]]; then
        rows+=("| $distribution | $who | $* | as expected | $((SECONDS - start)) s | ${words:-—} |")
    else
        tail -n 30 "$log" >&2
        rows+=("| $distribution | $who | $* | **failed**, status $status | $((SECONDS - start)) s | $(tail -n 1 "$log" | tr -d '\r' | cut -c 1-100) |")
        failed=yes
    fi
    note "${rows[-1]}"
}

# A system of its own from the base, with a clean clone in a folder with a space.
fresh_root() {
    rm -rf "$2"
    cp -a --reflink=auto "$1" "$2"
    mkdir -p "$2/a folder"
    git clone --quiet --no-local "$repository" "$2/a folder/gradscape"
    [[ -z $ccache ]] || in_root "$2" sh -c 'apt-get -qq update && apt-get -qq --yes --no-install-recommends install ccache' >/dev/null
}

add_user() {
    in_root "$1" sh -c 'useradd --create-home tester && chown -R tester: "/a folder"'
}

# Each compiler of the archive that speaks C++20 well enough, by a build of the program.
try_compilers() {
    local distribution=$1 root=$2 package compiler status
    for package in g++-{11..16} clang-{14..22}; do
        in_root "$root" sh -c "apt-cache show $package 2>/dev/null | grep -q ^Package" || continue
        in_root "$root" env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes \
            --no-install-recommends install "$package" >/dev/null 2>&1 || continue
        compiler=${package/clang-/clang++-}
        status=0
        in_root "$root" bash -c "cd '/a folder/gradscape' && CXX=$compiler cmake --preset check \
            -B /tmp/build -DGRADSCAPE_TESTS=OFF -DGRADSCAPE_WERROR=OFF -DCMAKE_CXX_COMPILER=$compiler \
            ${ccache:+-DCMAKE_CXX_COMPILER_LAUNCHER=ccache} &&
            cmake --build /tmp/build --target gradscape_cli -j $(job_count) && /tmp/build/gradscape surface \
            --size 300 -o /tmp/a.npy && cksum </tmp/a.npy" >"$work/$distribution-$package.log" 2>&1 || status=$?
        if [[ $status == 0 ]]; then
            compiled+=("| $distribution | $compiler | builds, $(grep -c 'warning:' "$work/$distribution-$package.log" || true) warnings | \`$(tail -n 1 "$work/$distribution-$package.log")\` |")
        else
            compiled+=("| $distribution | $compiler | **does not build** | $(grep -m 1 'error' "$work/$distribution-$package.log" | cut -c 1-100) |")
            failed=yes
        fi
        note "${compiled[-1]}"
    done
}

# versions ROOT
versions() {
    in_root "$1" bash -c 'c++ --version | head -n 1; cmake --version | head -n 1; dpkg -l | grep -c ^ii' |
        paste -sd ';' | sed 's/;/; /g; s/$/ packages/'
}

failed='' compiled=() systems=()
for distribution in "${distributions[@]}"; do
    base=$work/$distribution
    note "Making $distribution"
    if ! { [[ -x $base/bin/sh ]] || make_base "$distribution" "$base" >"$work/$distribution.log" 2>&1; }; then
        rows+=("| $distribution | – | debootstrap | not tried | – | $(tail -n 1 "$work/$distribution.log" | cut -c 1-100) |")
        rm -rf "$base"
        continue
    fi
    fresh_root "$base" "$base-no-sudo"
    add_user "$base-no-sudo"
    try "$distribution" "user without sudo" 1 "$base-no-sudo" tools/run.sh
    rm -rf "$base-no-sudo"

    fresh_root "$base" "$base-root"
    try "$distribution" root 0 "$base-root" tools/run.sh
    try "$distribution" root 0 "$base-root" tools/test.sh
    systems+=("| $distribution | $(versions "$base-root") |")
    rm -rf "$base-root"

    fresh_root "$base" "$base-user"
    add_user "$base-user"
    in_root "$base-user" sh -c 'apt-get -qq update && apt-get -qq --yes install sudo &&
        echo "tester ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/tester' >/dev/null 2>&1
    try "$distribution" "user with sudo" 0 "$base-user" tools/run.sh
    try "$distribution" "user with sudo" 0 "$base-user" tools/test.sh
    [[ -z $compilers ]] || try_compilers "$distribution" "$base-user"
    rm -rf "$base-user"
done

report=$repository/docs/distributions.md
{
    echo "# Where it builds"
    echo
    echo "Written by \`tools/check-distributions.sh\` on $(date -u +%F), commit" \
        "$(git -C "$repository" describe --always), $(nproc) cores${ccache:+, with a shared compiler cache}:" \
        "bare systems made by debootstrap, a clean clone in a folder with a space in its name."
    echo
    echo "| system | who | command | outcome | time | |"
    echo "|---|---|---|---|---|---|"
    printf '%s\n' "${rows[@]}"
    echo
    echo "| system | compiler, CMake, packages at the end |"
    echo "|---|---|"
    printf '%s\n' "${systems[@]}"
    if [[ ${#compiled[@]} -gt 0 ]]; then
        echo
        echo "Compilers of these archives; the checksum is of a surface of 300 × 300 values:"
        echo
        echo "| system | compiler | | checksum |"
        echo "|---|---|---|---|"
        printf '%s\n' "${compiled[@]}"
    fi
} >"$report"
note "The table is in $report${work:+, what the commands said in $work}"
[[ -z $failed ]] || fail "something did not go as expected; see $report"
