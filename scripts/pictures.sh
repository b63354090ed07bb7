#!/bin/sh
# Takes the README's picture of the HTML report anew; look at it before you commit it.
# Needs Chromium (CHROMIUM names it) and the aggregator: pictures.sh FOLDER_OF_BINARIES
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/aggregate_plex_logs" --sample --output "$folder/report.html" > /dev/null
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --window-size=1100,850 --screenshot="$PWD/docs/report.png" "file://$folder/report.html" 2> /dev/null
ls -l docs/report.png
