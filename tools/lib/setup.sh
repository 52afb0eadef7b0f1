# What tools/run.sh and tools/test.sh share: finding the repository, installing missing Debian
# packages, configuring and building a preset. To be sourced.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What the program is built with; the fonts are for its figures.
build_packages=(g++ cmake ninja-build pkg-config libcli11-dev libtomlplusplus-dev
    nlohmann-json3-dev libfmt-dev zlib1g-dev libeigen3-dev libpango1.0-dev libisal-dev libstb-dev libthrust-dev libbenchmark-dev
    fonts-dejavu-core)
# What the tests need on top.
test_packages=(libgtest-dev libgmock-dev libpng-dev pngcheck python3-numpy)

note() { printf '\n== %s\n' "$*"; }

fail() {
    printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Sets as_root to the words that make a command run as root: none, or sudo. Fails where neither is.
find_root() {
    as_root=()
    if [[ $(id -u) == 0 ]]; then
        return
    fi
    as_root=(sudo)
    # Without a terminal sudo cannot ask for a password.
    command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }
}

# Only errors are shown: the progress of a fresh machine's install fills a thousand lines.
apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null
}

# install_packages PACKAGE…: those that are missing, by the package lists at hand or, where that
# fails, by fresh ones.
install_packages() {
    local package missing=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        note "Not Debian or Ubuntu: nothing is installed; CMake will name what is missing"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [[ ${#missing[@]} == 0 ]]; then
        return
    fi
    if ! find_root; then
        echo "Packages are missing, and to install them takes root. Run this, then try again:" >&2
        printf "  %s 'apt-get update && apt-get install --yes %s'\n" \
            "$(command -v sudo >/dev/null && echo sudo sh -c || echo su -c)" "${missing[*]}" >&2
        exit 1
    fi
    note "Installing ${missing[*]} (a minute or two)"
    if ! apt_get install "${missing[@]}"; then
        note "Trying again with fresh package lists"
        apt_get update || fail "apt-get update failed; is the network reachable?"
        apt_get install "${missing[@]}" || fail "apt-get could not install: ${missing[*]}"
    fi
}

# As many jobs as processors, but no more than one a GiB of free memory.
job_count() {
    local jobs memory
    jobs=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
    if ((memory < jobs)); then
        jobs=$((memory > 0 ? memory : 1))
    fi
    echo "$jobs"
}

# build_preset PRESET TARGET [CMAKE_OPTION…] into build/PRESET, with ccache where there is one.
build_preset() {
    local preset=$1 target=$2
    shift 2
    if command -v ccache >/dev/null; then
        export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    note "Building $target in build/$preset"
    cmake -S "$repository" --preset "$preset" "$@"
    cmake --build "$repository/build/$preset" --parallel "$(job_count)" --target "$target"
}
