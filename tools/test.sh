#!/usr/bin/env bash
# Proves the whole tree: builds it with warnings as errors, installing the Debian packages that are
# missing, and runs all tests three times: Release, address and undefined sanitizers, thread
# sanitizer; and, where there is a clang++, each fuzzer for up to ten seconds (tools/fuzz.sh runs
# them for long). Usage: tools/test.sh
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

check_format() {
    local formatter=clang-format-14  # other versions format differently
    if ! command -v $formatter >/dev/null; then
        note "Format: not checked, $formatter is not installed"
        return
    fi
    note "Format"
    (cd "$repository" && find . -mindepth 1 -name '.*' -prune -o -path './build*' -prune -o \
        -type f \( -name '*.[ch]pp' -o -name '*.cu' -o -name '*.cuh' \) -print0 |
        xargs -0 $formatter --dry-run -Werror)
}

# Debian's, which has Debian's numpy; another python3 may come first on PATH.
export GRADSCAPE_PYTHON=${GRADSCAPE_PYTHON:-/usr/bin/python3}

# run_tests PRESET [COMMAND…]: COMMAND precedes ctest.
run_tests() {
    local preset=$1
    shift
    note "Tests of $build_root/$preset"
    "$@" ctest --test-dir "$build_root/$preset" \
        --output-on-failure --progress --parallel "$(nproc)"
}

# The thread sanitizer of older compilers cannot start where the kernel randomises addresses
# widely; without randomisation it can. Prints the words that must precede such a program.
without_randomisation() {
    local probe
    probe=$(mktemp -d)
    trap 'rm -rf "$probe"' RETURN
    echo 'int main() {}' >"$probe/probe.cpp"
    "${CXX:-c++}" -fsanitize=thread "$probe/probe.cpp" -o "$probe/probe"
    for _ in 1 2 3 4 5 6 7 8; do
        "$probe/probe" 2>/dev/null || { echo setarch --addr-no-randomize; return; }
    done
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    echo "usage: tools/test.sh"
    exit
elif [[ $# -gt 0 ]]; then
    echo "usage: tools/test.sh" >&2
    exit 2
fi
install_packages "${build_packages[@]}" "${test_packages[@]}"
check_format
# The oldest GPUs' code, which newer ones translate: for all of them nvcc takes a minute.
build_preset check all -DCMAKE_CUDA_ARCHITECTURES=75
run_tests check
build_preset dev gradscape_tests
run_tests dev
build_preset tsan gradscape_tests
read -ra prefix <<<"$(without_randomisation)"
run_tests tsan "${prefix[@]}"
fuzzed="fuzzers not run, there is no clang++ with libFuzzer (packages clang, libclang-rt-dev)"
if find_fuzzing_compiler; then
    "$repository/tools/fuzz.sh" --runs 100000 --seconds 10 --jobs "$(nproc)"
    fuzzed="fuzzers"
fi
note "All tests passed: Release, address and undefined sanitizers, thread sanitizer; $fuzzed ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
