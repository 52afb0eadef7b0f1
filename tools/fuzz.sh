#!/usr/bin/env bash
# Runs the fuzzers for long: each until RUNS inputs were tried, one after the other, and says how
# many. What they find is kept in build/fuzz; what crashes one is written there too, and ends it.
# Usage: tools/fuzz.sh [RUNS [SUBJECT…]]    (10000000 inputs, all subjects)
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

if [[ ${1:-} == -* ]]; then
    echo "usage: tools/fuzz.sh [RUNS [SUBJECT…]]" >&2
    exit 2
fi
runs=${1:-10000000}
shift || true
find_fuzzing_compiler || fail "no clang++ with libFuzzer here; apt-get install clang libclang-rt-dev"
build_preset fuzz all -DCMAKE_CXX_COMPILER="$fuzzing_compiler"

subjects=("$@")
[[ ${#subjects[@]} -gt 0 ]] || mapfile -t subjects < <(ls "$repository/tests/fuzz/corpus")
folder=$build_root/fuzz/tests/fuzz
for subject in "${subjects[@]}"; do
    note "$subject"
    mkdir -p "$folder/found/$subject"
    "$folder/${subject}_fuzzer" -runs="$runs" -timeout=1 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -verbosity=0 -print_final_stats=1 -artifact_prefix="$folder/" "$folder/found/$subject" \
        "$repository/tests/fuzz/corpus/$subject" 2>&1 | tail -n 12
done
