#!/bin/bash
# Makes the pictures of docs/gallery.md by the commands that stand there, so that text and pictures
# cannot differ:
#     tools/gallery.sh [PROGRAM [FOLDER [PANEL_SIZE]]]
# PROGRAM is build/release/gradscape, FOLDER docs/images/gallery; with PANEL_SIZE surfaces are
# evaluated at so many cells, which is quick and shows whether all of it still works.
# SPDX-License-Identifier: MIT
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$root/build/release/gradscape}")
folder=${2:-$root/docs/images/gallery}
panel=${3:-}

mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# The commands are the indented lines; those that end with a backslash go on.
sed -n 's/^    //p' "$root/docs/gallery.md" | sed -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ta' -e '}' |
    while IFS= read -r line; do
        [[ $line == "gradscape "* ]] || continue
        read -ra words <<<"$line"
        words=("$program" "${words[@]:1}" --quiet)
        if [[ -n $panel && ${words[1]} == surface ]]; then words+=(--panel-size "$panel"); fi
        "${words[@]}" || { echo "gallery.sh: failed: $line" >&2; exit 1; }
    done
cp ./*.png "$folder/"
