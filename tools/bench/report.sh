#!/usr/bin/env bash
# Measures everything and writes docs/benchmarks.md with its pictures: the machine's limits,
# Gradscape against them, and what people use today beside it. It takes some eight minutes, without
# what is installed at first, and wants the machine for itself. Usage: tools/bench/report.sh [BUILD]; BUILD holds the programs, and is
# build/release, made first, by default.
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/setup.sh"

if [[ $# -gt 1 || ${1:-} == -* ]]; then
    echo "usage: tools/bench/report.sh [BUILD]    (a folder with gradscape and gradscape-bench)" >&2
    exit 2
fi
if [[ $# == 0 ]]; then
    install_packages "${build_packages[@]}"
    build_preset release all -DGRADSCAPE_TESTS=OFF
fi
build=$(realpath -m -- "${1:-$repository/build/release}")
program=$build/gradscape
bench=$build/gradscape-bench
[[ -x $program && -x $bench ]] || fail "$build: no gradscape or gradscape-bench there"
results=$repository/build/benchmarks
images=$repository/docs/images
mkdir -p "$results" "$images"

"$repository/tools/bench/peers.sh" --install
short=(--benchmark_min_time=0.1)
SECONDS=0
note "The cases, on all cores"
"$bench" --suite evaluate --suite train --suite encode --suite end-to-end \
    --json "$results/all.json" "${short[@]}"
note "Scaling, in turns: the machine may be faster at one time than at another"
"$bench" --suite scaling --benchmark_enable_random_interleaving=true \
    --json "$results/scaling.json" "${short[@]}"
note "The cases that peers are compared with, on one core"
"$bench" --threads 1 --suite evaluate --suite train --suite end-to-end \
    --json "$results/one.json" \
    --benchmark_filter='cpu/(bptt|rows)/[a-z]+/f32/loss.gradients/real_time$|cpu/bptt/(linear|tanh)/f64/train(/1e6-starts)?/real_time$|library' \
    --benchmark_repetitions=3 "${short[@]}"
note "The roofline"
"$bench" --suite evaluate --roofline "$images/roofline.png" --roofline "$images/roofline.svg" \
    --benchmark_filter='cpu/(bptt/(linear|tanh)/f32|rows/linear)/.*(loss|gradients)/real_time$' \
    --benchmark_repetitions=3 "${short[@]}"
"$repository/tools/bench/peers.sh" "$program" "$results/peers.jsonl"
note "The report"
"$repository/build/peers/bin/python" "$repository/tools/bench/report.py" "$results" \
    "$repository/docs" --seconds "$SECONDS"
note "docs/benchmarks.md is written ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
