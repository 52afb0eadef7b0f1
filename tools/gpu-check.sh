#!/usr/bin/env bash
# Proves the CUDA kernels on this machine's GPU and measures them, in one command: GPU tests,
# compute-sanitizer, comparison with the cpu evaluator (0 ulp) and with the reference, benchmark,
# Nsight Compute. Writes REPORT_DIR/GPU-NAME.md and .json (by default in docs/gpu). Without
# BUILD_DIR it builds the preset `cuda` first. Exits 1 when anything failed or there is no GPU.
# --quick leaves out compute-sanitizer, which takes most of the time.
# Usage: tools/gpu-check.sh [--quick] [BUILD_DIR [REPORT_DIR]]
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"
# shellcheck source-path=SCRIPTDIR source=lib/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/steps.sh"

quick=no
if [[ ${1:-} == --quick ]]; then
    quick=yes
    shift
fi
if [[ $# -gt 2 || ${1:-} == -* ]]; then
    echo "usage: tools/gpu-check.sh [--quick] [BUILD_DIR [REPORT_DIR]]" >&2
    exit 2
fi
report_dir=${2:-$repository/docs/gpu}
PATH=$PATH:/usr/local/cuda/bin  # where the toolkit's tools are when nobody said otherwise

# The GPUs' names, or the reason why there are none on standard error.
list_gpus() {
    if ! command -v nvidia-smi >/dev/null; then
        echo "nvidia-smi is not installed" >&2
        return 1
    fi
    nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader
}
if ! gpus=$(list_gpus 2>&1) || [[ -z $gpus ]]; then
    fail "no GPU here: ${gpus:-nvidia-smi lists none}; run this on a machine with one"
fi

if [[ -n ${1:-} ]]; then
    build=$(realpath -e -- "$1") || fail "$1: no such build folder"
else
    install_packages "${build_packages[@]}" "${test_packages[@]}"
    build_preset cuda all
    build=$build_root/cuda
fi
gradscape=$build/gradscape
tests=$build/gradscape_tests
for program in "$gradscape" "$tests"; do
    [[ -x $program ]] || fail "$program: not there; build with GRADSCAPE_CUDA=ON and GRADSCAPE_TESTS=ON"
done

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# A CSV of real numbers, since the built-in data are bits.
real_data() {
    awk 'BEGIN {
        srand(7); for (k = 1; k <= 33; ++k) printf "x%d,", k; print "target"
        for (i = 0; i < 20; ++i) {
            for (k = 1; k <= 33; ++k) printf "%.6f,", 2 * rand() - 1
            printf "%.6f\n", 3 * rand()
        } }' >"$logs/real.csv"
}

# What the kernels differ by, one case a line: name, then options of `compare`.
cases() {
    local cell method precision
    for cell in linear tanh relu sigmoid; do
        for method in bptt rows; do
            [[ $method == rows && $cell != linear ]] && continue
            for precision in f32 f64; do
                echo "$cell-$method-$precision $method:$precision --cell $cell"
                echo "$cell-$method-$precision-real $method:$precision --cell $cell --data $logs/real.csv"
            done
        done
    done
    for cell in linear tanh relu sigmoid; do
        echo "curvature-$cell bptt:f64 --fields sharpness,curvature-min,condition --cell $cell"
        echo "initial-state-$cell bptt:f32 --initial-state 0.5 --cell $cell"
    done
    echo "curvature-rows rows:f32 --fields sharpness,curvature-min,condition"
    echo "far-weights bptt:f32 --wx -1000:1000 --wrec -5000:5000"
    echo "train-far bptt:f32 --fields train-loss,train-steps --iterations 20 --wx -9:9 --wrec -900:900"
    echo "train-f64 bptt:f64 --fields train-loss,train-steps --iterations 100"
    echo "long-bptt-f32 bptt:f32 --cell tanh --sequences 3 --length 1000"
    echo "long-rows-f64 rows:f64 --wrec -2:2 --length 1000 --sequences 200"
}

# compare_with BACKEND SIZE: cuda against it in every case; JSON of each into the report.
compare_with() {
    local name side options status=0
    while read -r name side options; do
        # shellcheck disable=SC2086
        [[ $1 == reference && $name == train* ]] || "$gradscape" compare --a "cuda:$side" \
            --b "$1$([[ $1 == cpu ]] && echo ":$side")" --size "$2" $options \
            --json "$logs/compare-$1-$name.json" || status=1
    done < <(cases)
    return $status
}

# The smallest launches that use every kernel: a sanitizer slows them a hundredfold.
sanitize() {
    local options
    for options in "--b cpu:rows:f32 --a cuda:rows:f32 --length 7" \
        "--b cpu:bptt:f32 --a cuda:bptt:f32 --cell tanh" \
        "--b cpu:bptt:f64 --a cuda:bptt:f64 --cell relu --data $logs/real.csv" \
        "--b cpu:bptt:f64 --a cuda:bptt:f64 --fields train-loss,train-steps --iterations 5" \
        "--b cpu:bptt:f64 --a cuda:bptt:f64 --fields train-steps --cell tanh --iterations 5" \
        "--b cpu:bptt:f64 --a cuda:bptt:f64 --fields sharpness --cell sigmoid"; do
        # shellcheck disable=SC2086
        compute-sanitizer --tool "$1" --error-exitcode 9 "$gradscape" compare $options \
            --size 67x33 --threads 2 || return 1
    done
}

benchmark() {
    "$build/gradscape-bench" --json "$logs/benchmark.json" --suite evaluate --suite train \
        --benchmark_filter=cuda
}

# Percent of peak of every kernel's first launch, as lines of name, SM, DRAM, microseconds, blocks.
profile() {
    local sm=sm__throughput.avg.pct_of_peak_sustained_elapsed
    local dram=dram__throughput.avg.pct_of_peak_sustained_elapsed time=gpu__time_duration.sum
    local blocks=launch__grid_size options
    local large="--size 16384x4096" small="--size 4096x512"
    for options in "$large --method rows" "$large --method bptt" \
        "$large --method bptt --field grad-wrec" \
        "$large --method bptt --field grad-wrec --precision f64" \
        "$large --cell relu --field grad-wrec" "$large --cell tanh --field grad-wrec" \
        "$large --cell tanh --field grad-wrec --precision f64" \
        "$large --cell sigmoid --field grad-wrec" "$small --cell tanh --field sharpness" \
        "$small --field train-loss --iterations 100" \
        "$small --cell tanh --field train-loss --iterations 100"; do
        # shellcheck disable=SC2086
        ncu --csv --page raw --print-units base --launch-count 8 --metrics $sm,$dram,$time,$blocks \
            "$gradscape" surface --backend cuda --quiet -o "$logs/ncu.png" $options \
            >"$logs/ncu.csv" || { cat "$logs/ncu.csv"; return 1; }
        cat "$logs/ncu.csv"
        awk -F '","' -v sm=$sm -v dram=$dram -v time=$time -v blocks=$blocks '
            /^"ID"/ { for (i = 1; i <= NF; ++i) { sub(/"$/, "", $i); at[$i] = i } ; next }
            /^"[0-9]/ { sub(/"\r?$/, "", $NF); name = $at["Kernel Name"]
                gsub(/,/, "", $at[time]); gsub(/,/, "", $at[blocks])
                if (!(name in seen)) printf "%s\t%.1f\t%.1f\t%.1f\t%d\n", name, $at[sm],
                    $at[dram], $at[time] / 1000, $at[blocks]; seen[name] = 1 }' "$logs/ncu.csv" >>"$logs/kernels.tsv"
    done
    [[ -s $logs/kernels.tsv ]]
}

real_data
export build gradscape logs
export -f cases compare_with sanitize benchmark profile
step "cuda is available" 30 "$gradscape" surface --backend cuda --size 8 --quiet -o "$logs/x.npy"
export GRADSCAPE_REQUIRE_GPU=1 GRADSCAPE_BINARY=$gradscape
step "GPU tests" 150 "$tests" --gtest_filter='Gpu/*:GpuQuotient.*:GpuBackend.*' --gtest_brief=1
step "cuda against cpu, 0 ulp" 60 compare_with cpu 512x511
step "cuda against the reference" 60 compare_with reference 37x19
for tool in memcheck racecheck initcheck synccheck; do
    if [[ $quick == yes ]]; then
        skip "compute-sanitizer $tool" "left out by --quick"
    else
        step "compute-sanitizer $tool" 60 sanitize $tool
    fi
done
if [[ -x $build/gradscape-bench ]]; then
    step "benchmark" 90 benchmark
else
    skip "benchmark" "this build has no gradscape-bench"
fi
if command -v ncu >/dev/null; then
    optional_step "Nsight Compute" 60 profile
else
    skip "Nsight Compute" "ncu is not installed"
fi

mkdir -p "$report_dir"
base=$report_dir/$(head -n 1 <<<"$gpus" | cut -d , -f 1 | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9-')
write_markdown >"$base.md.part"
write_json >"$base.json.part"
mv "$base.md.part" "$base.md"
mv "$base.json.part" "$base.json"
note "Wrote $base.md and $base.json"
if ((failures > 0)); then
    fail "$failures of ${#step_names[@]} steps failed"
fi
note "All ${#step_names[@]} steps passed or were not to be had ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
