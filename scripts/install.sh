#!/bin/sh
# Puts tools where the shell finds them: install.sh FOLDER_OF_BINARIES DIR TOOL...
# They go into DIR/bin, each under its name only once it is whole, so that one that runs is not disturbed.
set -eu
binaries=$1
into=$2/bin
shift 2
mkdir -p "$into"
for tool; do
    [ ! -e "$binaries/$tool.exe" ] || tool=$tool.exe
    cp "$binaries/$tool" "$into/.$tool.partial"
    mv -f "$into/.$tool.partial" "$into/$tool"
    echo "$into/$tool"
done
case ":$PATH:" in
    *":$into:"*) ;;
    *) echo "install.sh: $into is not in PATH; add it to run the tools by their names" >&2 ;;
esac
