#!/usr/bin/env bash
# Runs the fuzzers: each from its seeds in tests/fuzz/corpus until so many inputs were tried or so
# many seconds are over, whichever is first. An input that crashes one, takes over a second or more
# memory than inputs are worth ends it, is written to build/fuzz and said with how to run it again.
# Usage: tools/fuzz.sh [TARGET…] [--runs N] [--seconds S] [--jobs J] [--seed N] [--keep DIR]
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

usage="usage: tools/fuzz.sh [TARGET…] [--runs N] [--seconds S] [--jobs J] [--seed N] [--keep DIR]
  all targets, one after the other, 10000000 inputs each, unless said otherwise; --keep: where the
  inputs that reached something new stay, to go on from there
targets: $(cd "$repository/tests/fuzz/corpus" && echo *)"
runs='' seconds=0 jobs=1 seed=1 keep='' targets=()
while [[ $# -gt 0 ]]; do
    case $1 in
        -h | --help) echo "$usage" && exit ;;
        --runs | --seconds | --jobs | --seed)
            [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "fuzz.sh: error: $1: a whole number is wanted" >&2 && exit 2; }
            declare "${1#--}=$2"
            shift ;;
        --keep)
            [[ -n ${2:-} ]] || { echo "fuzz.sh: error: $1: a folder is wanted" >&2 && exit 2; }
            keep=$2
            shift ;;
        *)
            [[ $1 != -* && -d $repository/tests/fuzz/corpus/$1 ]] || { echo "$usage" >&2 && exit 2; }
            targets+=("$1") ;;
    esac
    shift
done
[[ -n $runs ]] || runs=$([[ $seconds == 0 ]] && echo 10000000 || echo -1)
[[ ${#targets[@]} -gt 0 ]] || read -ra targets < <(cd "$repository/tests/fuzz/corpus" && echo *)
find_fuzzing_compiler || fail "no clang++ with libFuzzer here; apt-get install clang libclang-rt-dev"
build_preset fuzz fuzzers -DCMAKE_CXX_COMPILER="$fuzzing_compiler"

# Their files are in memory where the system has such a folder.
scratch=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$scratch"' EXIT

# fail_with INPUT TARGET: what its fuzzer says of an input, and how to hear that again.
fail_with() {
    note "$2: failed; again: $build_root/fuzz/tests/fuzz/$2_fuzzer -timeout=1 $1"
    ASAN_OPTIONS=malloc_context_size=30 "$build_root/fuzz/tests/fuzz/$2_fuzzer" -timeout=1 \
        -malloc_limit_mb=64 -rss_limit_mb=512 "$1" 2>&1 | head -n 60
    return 1
}

# run_fuzzer TARGET: its statistics, or what went wrong.
run_fuzzer() {
    local target=$1 log=$scratch/$1.log status=0 input
    local failed=$build_root/fuzz/$target- corpus=${keep:-$scratch}/$target
    mkdir -p "$corpus" "$scratch/files-$target"
    rm -f "$failed"*
    # A busy machine makes an input slow once; it is judged alone.
    TMPDIR=$scratch/files-$target "$build_root/fuzz/tests/fuzz/${target}_fuzzer" -runs="$runs" \
        -max_total_time="$seconds" -seed="$seed" -max_len=512 -entropic=0 -timeout=10 \
        -report_slow_units=1 -malloc_limit_mb=64 -rss_limit_mb=512 -print_final_stats=1 \
        -artifact_prefix="$failed" "$corpus" "$repository/tests/fuzz/corpus/$target" \
        >"$log" 2>&1 || status=$?
    for input in "$failed"slow-unit-*; do
        if [[ -e $input ]] && timeout 60 "$build_root/fuzz/tests/fuzz/${target}_fuzzer" \
            -timeout=1 "$input" >>"$log" 2>&1; then
            rm "$input"
        fi
    done
    for input in "$failed"*; do
        [[ ! -e $input ]] || fail_with "$input" "$target" || return
    done
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
export -f run_fuzzer fail_with note
export scratch build_root repository runs seconds seed keep
note "Fuzzing ${targets[*]}"
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'run_fuzzer {}'
