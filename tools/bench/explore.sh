#!/usr/bin/env bash
# Measures the explorer in a real browser against its targets and puts the table into
# docs/benchmarks.md, between the marks there. Usage: tools/bench/explore.sh
# SPDX-License-Identifier: MIT
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/setup.sh"

install_packages "${build_packages[@]}" chromium python3
build_preset release gradscape_cli -DGRADSCAPE_TESTS=OFF
note "Measuring the explorer"
table=$(python3 "$repository/tools/bench/explore.py" "$build_root/release/gradscape" "$(command -v chromium)")
echo "$table"
document=$repository/docs/benchmarks.md
{
    sed '/^<!-- explorer -->$/q' "$document"
    printf '\n%s, %s processors, %s\n\n%s\n\n' "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" \
        "$(nproc)" "$("$(command -v chromium)" --version | sed 's/ *$//')" "$table"
    sed -n '/^<!-- end of explorer -->$/,$p' "$document"
} >"$document.new"
mv "$document.new" "$document"
