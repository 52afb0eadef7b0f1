# The steps of tools/gpu-check.sh: runs each under a time limit, keeps what it said, and writes the
# reports. To be sourced; needs `logs` (a folder), `gpus` and `gradscape`, and functions for steps.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154

step_names=() step_results=() step_seconds=() step_notes=()
failures=0

# record NAME RESULT SECONDS NOTE
record() {
    step_names+=("$1") step_results+=("$2") step_seconds+=("$3") step_notes+=("$4")
    note "$1: $2${4:+ ($4)}"
}

# attempt FAILED_RESULT NAME SECONDS COMMAND…: COMMAND may be an exported function.
attempt() {
    local failed=$1 name=$2 limit=$3 start=$SECONDS status=0 log why
    shift 3
    log=$logs/step-${#step_names[@]}.log
    note "$name"
    timeout --kill-after=5 "$limit" bash -c 'set -euo pipefail; "$@"' step "$@" \
        >"$log" 2>&1 </dev/null || status=$?
    if ((status == 0)); then
        record "$name" passed $((SECONDS - start)) ""
        return 0
    fi
    tail -n 40 "$log" >&2
    why=$(tail -n 1 "$log" | tr -d '\r')
    if ((status == 124)); then
        why="ran longer than $limit s"
    fi
    record "$name" "$failed" $((SECONDS - start)) "$why"
    return 1
}

# A step that must pass.
step() { attempt failed "$@" || failures=$((failures + 1)); }
# A step that may not be permitted here.
optional_step() { attempt "not run" "$@" || true; }
skip() { record "$1" "not run" 0 "$2"; }

json_string() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "$(tr -d '\000-\037' <<<"$text")"
}

commit() { git -C "$repository" describe --always --dirty 2>/dev/null || echo unknown; }

write_markdown() {
    local i name sm dram time blocks
    echo "# GPU check: $(head -n 1 <<<"$gpus" | cut -d , -f 1)"
    echo
    echo "Written by \`tools/gpu-check.sh\` on $(date -u +%F), commit $(commit)," \
        "$("$gradscape" --version), in $SECONDS s."
    echo
    echo "GPUs (name, driver, memory, compute capability):"
    echo
    while read -r name; do echo "- $name"; done <<<"$gpus"
    echo
    echo "| step | result | s | note |"
    echo "|---|---|---|---|"
    for i in "${!step_names[@]}"; do
        echo "| ${step_names[i]} | ${step_results[i]} | ${step_seconds[i]} | ${step_notes[i]//|/\\|} |"
    done
    if [[ -s $logs/kernels.tsv ]]; then
        echo
        echo "Percent of peak by kernel (Nsight Compute):"
        echo
        echo "| kernel | SM % | DRAM % | µs | blocks |"
        echo "|---|---|---|---|---|"
        while IFS=$'\t' read -r name sm dram time blocks; do
            echo "| \`$name\` | $sm | $dram | $time | $blocks |"
        done <"$logs/kernels.tsv"
    fi
    if [[ -s $logs/benchmark.json ]]; then
        echo
        echo "The benchmark's figures are in the JSON report."
    fi
}

# Elements separated by commas; each command prints one.
json_steps() {
    local i
    for i in "${!step_names[@]}"; do
        ((i == 0)) || echo ,
        printf '    {"name": %s, "result": %s, "seconds": %d, "note": %s}' \
            "$(json_string "${step_names[i]}")" "$(json_string "${step_results[i]}")" \
            "${step_seconds[i]}" "$(json_string "${step_notes[i]}")"
    done
}

json_kernels() {
    local name sm dram time blocks separator=
    [[ -s $logs/kernels.tsv ]] || return 0
    while IFS=$'\t' read -r name sm dram time blocks; do
        printf '%s    {"kernel": %s, "sm_percent": %s, "dram_percent": %s, "microseconds": %s, ' \
            "$separator" "$(json_string "$name")" "$sm" "$dram" "$time"
        printf '"blocks": %s}' "$blocks"
        separator=$',\n'
    done <"$logs/kernels.tsv"
}

# The JSON that `gradscape compare` wrote, by case.
json_comparisons() {
    local file separator=
    for file in "$logs"/compare-*.json; do
        [[ -s $file ]] || continue
        printf '%s    %s: ' "$separator" "$(json_string "$(basename "${file#*compare-}" .json)")"
        cat "$file"
        separator=,
    done
}

write_json() {
    printf '{\n  "gpus": %s,\n  "date": "%s",\n  "commit": %s,\n  "version": %s,\n' \
        "$(json_string "${gpus//$'\n'/; }")" "$(date -u +%F)" "$(json_string "$(commit)")" \
        "$(json_string "$("$gradscape" --version)")"
    printf '  "failures": %d,\n  "steps": [\n%s\n  ],\n' "$failures" "$(json_steps)"
    printf '  "kernels": [\n%s\n  ],\n  "comparisons": {\n%s\n  },\n' "$(json_kernels)" \
        "$(json_comparisons)"
    printf '  "benchmark": %s\n}\n' \
        "$(cat "$logs/benchmark.json" 2>/dev/null || echo null)"
}
