#!/bin/sh
# Writes the man pages and completions of every tool: generate.sh FOLDER_OF_BINARIES OUT TOOL...
# Each comes from the tool itself, which makes it from the definitions of its --help.
set -eu
binaries=$1
out=$2
shift 2
mkdir -p "$out/man/man1" "$out/completions/bash" "$out/completions/zsh" \
    "$out/completions/fish" "$out/completions/powershell"
for tool; do
    "$binaries/$tool" --generate man > "$out/man/man1/$tool.1"
    "$binaries/$tool" --generate bash > "$out/completions/bash/$tool"
    "$binaries/$tool" --generate zsh > "$out/completions/zsh/_$tool"
    "$binaries/$tool" --generate fish > "$out/completions/fish/$tool.fish"
    "$binaries/$tool" --generate powershell > "$out/completions/powershell/$tool.ps1"
done
