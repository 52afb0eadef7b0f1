#!/usr/bin/env bash
# Runs the fuzzers: each from its seeds in tests/fuzz/corpus until so many inputs were tried or so
# many seconds are over. An input that crashes one, takes over a second or more memory than inputs
# are worth ends it, and is written to build/fuzz. Nothing else is kept.
# Usage: tools/fuzz.sh [TARGET…] [--runs N | --seconds S] [--jobs J] [--seed N]
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

usage="usage: tools/fuzz.sh [TARGET…] [--runs N | --seconds S] [--jobs J] [--seed N]
  all targets, one after the other, 10000000 inputs each, unless said otherwise
targets: $(cd "$repository/tests/fuzz/corpus" && echo *)"
limit=-runs=10000000 jobs=1 seed=1 targets=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) echo "$usage" && exit ;;
        --runs | --seconds | --jobs | --seed)
            [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "fuzz.sh: error: $1: a whole number is wanted" >&2 && exit 2; }
            case $1 in
                --runs) limit=-runs=$2 ;;
                --seconds) limit=-max_total_time=$2 ;;
                --jobs) jobs=$2 ;;
                --seed) seed=$2 ;;
            esac
            shift ;;
        *)
            [[ $1 != -* && -d $repository/tests/fuzz/corpus/$1 ]] || { echo "$usage" >&2 && exit 2; }
            targets+=("$1") ;;
    esac
    shift
done
[[ ${#targets[@]} -gt 0 ]] || read -ra targets < <(cd "$repository/tests/fuzz/corpus" && echo *)
find_fuzzing_compiler || fail "no clang++ with libFuzzer here; apt-get install clang libclang-rt-dev"
build_preset fuzz fuzzers -DCMAKE_CXX_COMPILER="$fuzzing_compiler"

# Their files are in memory where the system has such a folder.
scratch=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$scratch"' EXIT

# run_fuzzer TARGET: its statistics, or what went wrong and the path of the input.
run_fuzzer() {
    local target=$1 folder=$build_root/fuzz/tests/fuzz log=$scratch/$1.log status=0
    mkdir -p "$scratch/$target"
    TMPDIR=$scratch "$folder/${target}_fuzzer" "$limit" -seed="$seed" -max_len=512 -entropic=0 \
        -timeout=1 -malloc_limit_mb=64 -rss_limit_mb=512 -print_final_stats=1 \
        -artifact_prefix="$build_root/fuzz/$target-" "$scratch/$target" \
        "$repository/tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
    if [[ $status != 0 ]]; then
        note "$target: failed"
        grep -vE '^(#[0-9]+|INFO|NEW_FUNC|	NEW_FUNC|==[0-9]+==WARNING)' "$log" | head -n 60
        return 1
    fi
    printf '%s: %s inputs, %s a second, %s MB, coverage %s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")" \
        "$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")" \
        "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)"
}
export -f run_fuzzer note
export scratch build_root repository limit seed
note "Fuzzing ${targets[*]}"
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'run_fuzzer {}'
