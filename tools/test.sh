#!/usr/bin/env bash
# Proves the whole tree: builds it with warnings as errors, installing the Debian packages that are
# missing, and runs all tests three times: Release, address and undefined sanitizers, thread
# sanitizer; those of the Python module, where PyPI can be reached for what builds it; and, where
# there is a clang++, each fuzzer for up to ten seconds (tools/fuzz.sh runs them for long).
# Usage: tools/test.sh
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

# Sets python_options to what CMake needs for the Python module: a virtual environment below the build
# folder, all of it from PyPI, since Debian has no nanobind, and since packages of both in one place
# do not fit each other. The module is left out where PyPI cannot be reached.
prepare_python() {
    local venv=$build_root/venv said
    python_options=(-DGRADSCAPE_PYTHON=OFF)
    note "Packages of PyPI for the Python module in $venv"
    [[ -x $venv/bin/python ]] || "$GRADSCAPE_PYTHON" -m venv "$venv"
    if ! "$venv/bin/python" -c "import nanobind, numpy, pytest" 2>/dev/null &&
        ! said=$("$venv/bin/pip" install --quiet nanobind numpy pytest 2>&1); then
        tail -n 1 <<<"$said" >&2
        python_tested="Python module not tested, PyPI could not be reached"
        note "The Python module is left out: what builds and tests it could not be fetched from PyPI"
        return
    fi
    # Each is a test more; those that are missing are skipped.
    "$venv/bin/pip" install --quiet matplotlib xarray pillow tqdm mypy nbclient ipykernel pyvista \
        >/dev/null 2>&1 || note "Some Python tests will be skipped: PyPI cannot be reached"
    # For its axe.min.js, by whose rules a test judges the explorer's page.
    "$venv/bin/pip" install --quiet --no-deps axe-playwright-python >/dev/null 2>&1 || true
    local axe
    for axe in "$venv"/lib/python3*/site-packages/axe_playwright_python/axe.min.js; do
        [[ ! -e $axe ]] || export GRADSCAPE_AXE=$axe
    done
    python_options=(-DGRADSCAPE_PYTHON=ON "-DPython_EXECUTABLE=$venv/bin/python")
}

run_python_tests() {
    [[ ${python_options[0]} == *ON ]] || return 0
    note "Tests of the Python module in $build_root/check/python"
    (cd "$repository" && PYTHONPATH=$build_root/check/python PYTHONDONTWRITEBYTECODE=1 \
        GRADSCAPE_BINARY=$build_root/check/gradscape \
        "$build_root/venv/bin/python" -m pytest --quiet tests/python)
    python_tested="Python module"
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
prepare_python
build_preset check all -DCMAKE_CUDA_ARCHITECTURES=75 "${python_options[@]}"
run_tests check
run_python_tests
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
note "All tests passed: Release, address and undefined sanitizers, thread sanitizer; $python_tested; $fuzzed ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
