# What tools/run.sh and tools/test.sh share: finding the repository, installing missing Debian
# packages, configuring and building a preset. To be sourced.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What the program is built with; the fonts are for its figures.
build_packages=(g++ cmake ninja-build pkg-config libcli11-dev libtomlplusplus-dev
    nlohmann-json3-dev libfmt-dev zlib1g-dev libcsv-dev libeigen3-dev libpango1.0-dev libisal-dev libstb-dev
    libthrust-dev libbenchmark-dev libboost-dev fonts-dejavu-core)
# What the tests need on top.
test_packages=(libgtest-dev libgmock-dev libpng-dev libmpfr-dev pngcheck python3-numpy dpkg-dev
    file make libhdf5-dev hdf5-tools netcdf-bin python3-h5py python3-netcdf4 python3-xarray python3-yaml python3-dev python3-venv
    libopenmpi-dev openmpi-bin libmpich-dev mpich iproute2)

note() { printf '\n== %s\n' "$*"; }

fail() {
    printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Sets as_root to the words that make a command run as root: none, or sudo. Fails where neither is
# possible: no sudo, a user whom it does not know, or a password that nobody is there to give.
find_root() {
    as_root=()
    if [[ $(id -u) == 0 ]]; then
        return
    fi
    as_root=(sudo)
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }
}

# print_as_root COMMAND: what a person types to run it; su where sudo would refuse.
print_as_root() {
    if command -v sudo >/dev/null && may_use_sudo; then
        printf "  sudo sh -c '%s'\n" "$1"
    else
        printf "  su -c '%s'\n" "$1"
    fi
}

# Whether sudo knows this user, as far as it says so without a password.
may_use_sudo() {
    local said
    said=$(LC_ALL=C sudo -n -v 2>&1) || [[ $said == *"password is required"* && $(id -nG) =~ (^| )(sudo|wheel|admin)( |$) ]]
}

apt_get() {
    "${as_root[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -qq --yes \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 2>&1
}

# install_packages PACKAGE…: those that are missing, by fresh package lists: a machine may have old
# ones, or none. Lists that cannot be fetched are no error yet, those at hand may do; apt-get, too,
# only warns. What it says is shown where it fails.
install_packages() {
    local package missing=() patience=() updated installed unknown
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
        print_as_root "apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    note "Installing ${missing[*]} (a minute or two)"
    updated=$(apt_get update) || true
    # Without a network, newer ones of apt-get would try each of hundreds of packages for minutes.
    [[ $updated != *"Failed to fetch"* ]] || patience=(-o Acquire::Retries=0)
    installed=$(apt_get "${patience[@]}" install "${missing[@]}") && return
    if [[ $updated == *"Failed to fetch"* || $installed == *"Failed to fetch"* ]]; then
        grep -m 1 "Failed to fetch" <<<"$updated$installed" >&2
        fail "packages could not be fetched; is the network reachable?"
    fi
    unknown=$(sed -nE "s/^E: (Unable to locate package |Package '?)([^' ]+).*/\2/p" <<<"$installed" | paste -sd ' ')
    [[ -z $unknown ]] ||
        fail "the package lists lack $unknown; Debian 12, Ubuntu 24.04 (universe) and newer ones have them"
    tail -n 5 <<<"$updated"$'\n'"$installed" >&2
    fail "apt-get could not install: ${missing[*]}"
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

# Where the build goes: the source folder, or, where nothing can be written there, the user's cache.
build_folder() {
    if [[ -w $repository && (! -e $repository/build || -w $repository/build) ]]; then
        echo "$repository/build"
        return
    fi
    local folder
    folder=${XDG_CACHE_HOME:-${HOME:-~}/.cache}/gradscape-$(cksum <<<"$repository" | cut -d ' ' -f 1)/build
    if ! mkdir -p "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
        fail "neither $repository nor $folder can be written to; copy the sources to a folder that can"
    fi
    echo "$folder"
}
build_root=$(build_folder) || exit 1

# build_preset PRESET TARGET [CMAKE_OPTION…] into $build_root/PRESET, with ccache where there is one.
build_preset() {
    local preset=$1 target=$2
    shift 2
    if command -v ccache >/dev/null; then
        export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    note "Building $target in $build_root/$preset"
    (cd "$repository" && cmake --preset "$preset" -B "$build_root/$preset" "$@")
    cmake --build "$build_root/$preset" --parallel "$(job_count)" --target "$target"
}

# Sets `fuzzing_compiler` to a clang++ that has libFuzzer; fails where there is none.
find_fuzzing_compiler() {
    local probe
    probe=$(mktemp -d)
    echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' \
        >"$probe/probe.cpp"
    for fuzzing_compiler in clang++ clang++-{19,18,17,16,15,14}; do
        if "$fuzzing_compiler" -fsanitize=fuzzer,address "$probe/probe.cpp" -o "$probe/probe" 2>/dev/null; then
            rm -r "$probe"
            return
        fi
    done
    rm -r "$probe"
    return 1
}
