#!/bin/sh
# Packs the binaries of this machine's Linux into an archive, with everything that belongs to them:
#   release.sh FOLDER_OF_BINARIES OUT VERSION TOOL...
# The archive is the same for the same binaries: names are sorted, times and owners are fixed.
set -eu
binaries=$1
out=$2
version=$3
shift 3
name=plex-metadata-tools-$version-$(uname -m)-linux
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name/bin" "$stage/$name/docs" "$stage/$name/shims" "$out"
for tool; do
    cp "$binaries/$tool" "$stage/$name/bin/$tool"
    cp scripts/shim.py "$stage/$name/shims/$tool.py"
done
sh scripts/generate.sh "$binaries" "$stage/$name" "$@"
cp README.md CHANGELOG.md LICENSE LICENSE-APACHE LICENSE-MIT "$stage/$name/"
cp -R docs/. "$stage/$name/docs/"
chmod -R u=rwX,go=rX "$stage/$name"
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || echo 0)}
tar -C "$stage" --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner -cf - "$name" |
    gzip -n -9 > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
echo "$out/$name.tar.gz"
