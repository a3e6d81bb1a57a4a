#!/usr/bin/env bash
# Prints the path of the CometBFT program that the tests and `roam testnet` run; builds it first, and abci-cli beside it, from
# the Go module proxy, whose checksum database vouches for the sources. A Go toolchain is taken from the same proxy if the
# machine has none that is new enough. Everything goes to ${XDG_CACHE_HOME:-~/.cache}/roam.
set -euo pipefail
version=v0.38.25
go_needed=1.22.11
go_version=1.25.3
go_sha256=9758fbb61130102a9128976f9666fe3fd03578ed1e39d0751d8d30f364762ea8
cache=${XDG_CACHE_HOME:-$HOME/.cache}/roam
folder=$cache/cometbft-$version
program=$folder/cometbft

say() { echo "cometbft: $*" >&2; }

if [ -n "${ROAM_COMETBFT:-}" ]; then
    echo "$ROAM_COMETBFT"
    exit 0
fi
if [ -x "$program" ]; then
    echo "$program"
    exit 0
fi

# True if $1 is a go program of at least the version that CometBFT needs.
new_enough() {
    local have
    have=$("$1" version 2>/dev/null | sed -n 's/^go version go\([0-9.]*\).*/\1/p')
    [ -n "$have" ] && [ "$(printf '%s\n' "$go_needed" "$have" | sort -V | head -1)" = "$go_needed" ]
}

fetch_go() {
    local name=v0.0.1-go$go_version.linux-amd64 folder=$cache/go-$go_version
    [ "$(uname -m)" = x86_64 ] || { say "no Go $go_needed or newer, and only x86-64 toolchains are known here"; exit 4; }
    if [ ! -x "$folder/bin/go" ]; then
        say "fetching Go $go_version from the Go module proxy (64 MB)"
        rm -rf "$cache/go.tmp" && mkdir -p "$cache/go.tmp"
        curl -sSf -o "$cache/go.tmp/go.zip" "https://proxy.golang.org/golang.org/toolchain/@v/$name.zip"
        echo "$go_sha256  $cache/go.tmp/go.zip" | sha256sum --check --quiet
        python3 -m zipfile -e "$cache/go.tmp/go.zip" "$cache/go.tmp"
        chmod +x "$cache/go.tmp/golang.org/toolchain@$name/bin/"* \
                 "$cache/go.tmp/golang.org/toolchain@$name/pkg/tool/linux_amd64/"*
        mv "$cache/go.tmp/golang.org/toolchain@$name" "$folder"
        rm -rf "$cache/go.tmp"
    fi
    echo "$folder/bin/go"
}

go=$(command -v go || true)
if [ -z "$go" ] || ! new_enough "$go"; then go=$(fetch_go); fi
say "building CometBFT $version from the Go module proxy (about a minute)"
mkdir -p "$cache/build.$$"
trap 'rm -rf "$cache/build.$$"' EXIT
for part in cmd/cometbft abci/cmd/abci-cli; do
    GOBIN=$cache/build.$$ GOTOOLCHAIN=local GOFLAGS=-mod=mod "$go" install "github.com/cometbft/cometbft/$part@$version" >&2
done
rm -rf "$folder"
mv "$cache/build.$$" "$folder"
echo "$program"
