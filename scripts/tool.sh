#!/bin/sh
# Runs an installed tool where a recipe would have cargo run it: tool.sh FOLDER NAME -- ARGS...
set -eu
folder=$1
name=$2
shift 3
exec "$folder/$name" "$@"
