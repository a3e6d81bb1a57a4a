#!/usr/bin/env bash
# Installs what building (build) or testing (test) needs on Debian 12 and says what it installs; does nothing when all
# is there.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-build}

build_packages=(build-essential meson ninja-build pkg-config python3 libsodium-dev liblmdb-dev libjansson-dev
                libxml2-dev libssl-dev libmicrohttpd-dev libcurl4-openssl-dev tzdata)
test_packages=(curl ca-certificates clang clang-tidy clang-format libclang-rt-14-dev llvm libcmocka-dev libgmp-dev valgrind)

missing=()
need() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
}
need "${build_packages[@]}"
if [ "$what" = test ]; then
    need "${test_packages[@]}"
    command -v node >/dev/null && command -v npm >/dev/null || need nodejs npm
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: installing Debian packages: ${missing[*]}"
    sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [ "$what" = test ] && [ ! -e tests/interop/node_modules/.package-lock.json ]; then
    echo "setup: installing npm packages for the tests: snarkjs, circomlibjs, circom2, circomlib"
    npm ci --prefix tests/interop --no-audit --no-fund --ignore-scripts --loglevel=error
fi
if [ "$what" = test ]; then tools/cometbft.sh >/dev/null; fi
