#!/bin/sh
# Where the rounds of the loop lie, and which artifacts the present one has.
#   round.sh FOLDER highest     the number of the highest round; 1 if there is none
#   round.sh FOLDER show N      the artifacts of round N, and when each was made
#   round.sh FOLDER next        makes the folder of the next round and says its number
set -eu
folder=$1

highest() {
    most=0
    for path in "$folder"/*/; do
        number=$(basename "$path")
        case $number in
            '' | *[!0-9]* | 0*) ;;
            *) [ "$number" -le "$most" ] || most=$number ;;
        esac
    done
    echo "$most"
}

# One line for an artifact; the time is that of its file.
line() {
    if [ -e "$2" ]; then
        printf '  %-8s  %-28s  %s\n' "$1" "$(basename "$2")" "$(date -r "$2" '+%Y-%m-%d %H:%M:%S')"
    else
        printf '  %-8s  %-28s  -\n' "$1" "$(basename "$2")"
    fi
}

show() {
    round=$folder/$1
    echo "Round $1: $round"
    printf '  %-8s  %-28s  %s\n' phase artifact made
    for ending in txt json html; do
        line "1" "$round/aggregated_logs.$ending"
    done
    line "2" "$round/error_categorization.md"
    line "3" "$round/backup.json"
    found=no
    for path in "$round"/test_report_*.md; do
        if [ -e "$path" ]; then
            found=yes
            line "5" "$path"
        fi
    done
    [ $found = yes ] || line "5" "$round/test_report_FIX.md"
}

case $2 in
    highest)
        number=$(highest)
        [ "$number" -gt 0 ] || number=1
        echo "$number"
        ;;
    show) show "$3" ;;
    next)
        number=$(($(highest) + 1))
        mkdir -p "$folder/$number"
        echo "Round $number: $folder/$number"
        ;;
    *)
        echo "round.sh: expected highest, show or next, found $2" >&2
        exit 64
        ;;
esac
