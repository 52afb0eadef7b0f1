#!/usr/bin/env bash
# Builds Gradscape, installing the Debian packages that are missing, and makes every data set,
# figure and number of the article. Usage: tools/run.sh [DIR]; DIR is gradscape-out by default.
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

default_output=$(dirname "$build_root")/gradscape-out
usage="usage: tools/run.sh [DIR]    (results go to DIR, by default $default_output)"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    echo "$usage"
    exit
elif [[ $# -gt 1 || ${1:-} == -* ]]; then
    echo "$usage" >&2
    exit 2
fi
output=$(realpath -m -- "${1:-$default_output}")

install_packages "${build_packages[@]}"
build_preset release gradscape_cli -DGRADSCAPE_TESTS=OFF
note "Reproducing the article"
"$build_root/release/gradscape" reproduce -o "$output"
note "The results are in $output; begin with report.md and surface.png"
echo "The program is $build_root/release/gradscape; see the landscape with: $build_root/release/gradscape explore"
