#!/usr/bin/env bash
# Times what people use today for the same work, in a virtual environment with pinned versions:
# numpy, JAX, Numba, PyTorch, Pillow, matplotlib, and where there is a GPU, CuPy and JAX on it. Every
# peer's surface is compared with Gradscape's before its time counts.
# Usage: tools/bench/peers.sh PROGRAM RESULTS.jsonl, or --install for the environments alone
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/setup.sh"

if [[ $* != --install && ($# != 2 || $1 == -*) ]]; then
    echo "usage: tools/bench/peers.sh PROGRAM RESULTS.jsonl    (PROGRAM is the gradscape to compare with)" >&2
    echo "       tools/bench/peers.sh --install" >&2
    exit 2
fi
peers=$repository/tools/bench/peers
environment=$repository/build/peers

# What torch.compile makes takes a compiler and Python's headers.
install_packages python3-venv python3-dev g++

# make_environment FOLDER REQUIREMENTS: anew where the versions have changed.
make_environment() {
    cmp -s "$2" "$1/requirements.txt" && return
    note "Installing the pinned peers in $1"
    python3 -m venv --clear "$1" &&
        "$1/bin/pip" install --quiet --disable-pip-version-check --retries 2 -r "$2" &&
        cp "$2" "$1/requirements.txt"
}
make_environment "$environment" "$peers/requirements.txt"
has_gpu=false
if command -v nvidia-smi >/dev/null && nvidia-smi -L | grep -q GPU; then
    has_gpu=true
    make_environment "$environment-gpu" "$peers/requirements-gpu.txt"
fi
# Wheels for CPUs alone are on PyTorch's own index; where that cannot be reached, those of the Python
# index do, with five gigabytes of CUDA libraries.
make_environment "$environment-torch" "$peers/requirements-torch.txt" ||
    note "PyTorch could not be installed: left out"
if [[ $1 == --install ]]; then
    exit
fi

GRADSCAPE=$(realpath -e -- "$1") || fail "$1: no such program; tools/run.sh builds one"
export GRADSCAPE
results=$(realpath -m -- "$2")
export TORCHINDUCTOR_CACHE_DIR=$environment-torch/compiled
rm -rf "$TORCHINDUCTOR_CACHE_DIR"  # so that its first call compiles

# run_peer FILE PYTHON [CORES]: on all cores, then on one, or on so many.
run_peer() {
    local cores all
    all=$(nproc)
    for cores in ${3:-$(printf '%s\n' "$all" 1 | sort -rnu)}; do
        note "$1, $cores thread(s)"
        # Where they are set, these two would choose numpy's matrix kernels for another machine.
        env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS="$cores" \
            OPENBLAS_NUM_THREADS="$cores" NUMBA_NUM_THREADS="$cores" PYTHONDONTWRITEBYTECODE=1 \
            taskset -c "0-$((cores - 1))" "$2" "$peers/$1.py" | tee -a "$results"
    done
}

: >"$results"
for peer in article numpy_peer numba_peer jax_peer jax_unrolled_peer picture_peer; do
    run_peer $peer "$environment/bin/python"
done
if "$environment-torch/bin/python" -c 'import torch' 2>/dev/null; then
    run_peer torch_peer "$environment-torch/bin/python"
fi
if $has_gpu; then
    for peer in cupy_peer jax_peer; do
        run_peer $peer "$environment-gpu/bin/python" "$(nproc)"
    done
fi
