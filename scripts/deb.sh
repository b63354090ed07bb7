#!/bin/sh
# Makes a Debian package of the binaries (needs dpkg-deb): deb.sh FOLDER_OF_BINARIES OUT VERSION TOOL...
set -eu
binaries=$1
out=$2
version=$3
shift 3
package=plex-metadata-tools
architecture=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/root/DEBIAN" "$stage/root/usr/bin" "$stage/root/usr/share/man/man1" \
    "$stage/root/usr/share/bash-completion/completions" "$stage/root/usr/share/zsh/vendor-completions" \
    "$stage/root/usr/share/fish/vendor_completions.d" "$stage/root/usr/share/doc/$package" "$out"
sh scripts/generate.sh "$binaries" "$stage/made" "$@"
for tool; do
    install -m 755 "$binaries/$tool" "$stage/root/usr/bin/$tool"
    gzip -n -9 < "$stage/made/man/man1/$tool.1" > "$stage/root/usr/share/man/man1/$tool.1.gz"
done
cp "$stage"/made/completions/bash/* "$stage/root/usr/share/bash-completion/completions/"
cp "$stage"/made/completions/zsh/* "$stage/root/usr/share/zsh/vendor-completions/"
cp "$stage"/made/completions/fish/* "$stage/root/usr/share/fish/vendor_completions.d/"
cp -R docs README.md CHANGELOG.md "$stage/root/usr/share/doc/$package/"
cat LICENSE LICENSE-MIT LICENSE-APACHE > "$stage/root/usr/share/doc/$package/copyright"
# What the binaries were linked against decides which system can run them.
glibc=$(for tool; do
    grep -aoE 'GLIBC_2\.[0-9]+' "$binaries/$tool"
done | sort -uV | tail -n 1 | cut -d_ -f2)
cat > "$stage/root/DEBIAN/control" << CONTROL
Package: $package
Version: $version
Architecture: $architecture
Maintainer: The authors of $package <root@localhost>
Depends: libc6 (>= $glibc), libgcc-s1
Section: utils
Priority: optional
Description: tools for people who repair Plex metadata agents
 They show what failed, on which items, since when and in whose code, and
 they prove whether a fix helped.
CONTROL
chmod -R u=rwX,go=rX "$stage/root"
dpkg-deb --root-owner-group --build "$stage/root" "$out/${package}_${version}_$architecture.deb"
