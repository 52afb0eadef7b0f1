#!/usr/bin/env bash
# Measures everything and writes docs/benchmarks.md with its pictures: the machine's limits,
# Gradscape against them, and what people use today beside it. Usage: tools/bench/report.sh
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/setup.sh"

if [[ $# -gt 0 ]]; then
    echo "usage: tools/bench/report.sh" >&2
    exit 2
fi
install_packages "${build_packages[@]}"
build_preset release all -DGRADSCAPE_TESTS=OFF
program=$repository/build/release/gradscape
bench=$repository/build/release/gradscape-bench
results=$repository/build/benchmarks
images=$repository/docs/images
mkdir -p "$results" "$images"

SECONDS=0
note "The cases, on all cores"
"$bench" --suite evaluate --suite train --suite encode --suite end-to-end --suite scaling \
    --json "$results/all.json"
note "The cases that peers are compared with, on one core"
"$bench" --threads 1 --suite evaluate --suite train --json "$results/one.json" \
    --benchmark_filter='cpu/(bptt|rows)/(linear|tanh)/f../(loss.gradients|train/1e6-starts)$' \
    --benchmark_repetitions=3
note "The roofline"
"$bench" --suite evaluate --roofline "$images/roofline.png" --roofline "$images/roofline.svg" \
    --benchmark_filter='cpu/(bptt/(linear|tanh)/f32|rows/linear)/.*(loss|gradients)$' \
    --benchmark_repetitions=3
"$repository/tools/bench/peers.sh" "$program" "$results/peers.jsonl"
note "The report"
"$repository/build/peers/bin/python" "$repository/tools/bench/report.py" "$results" \
    "$repository/docs" --seconds "$SECONDS"
note "docs/benchmarks.md is written ($((SECONDS / 60)) min $((SECONDS % 60)) s)"
