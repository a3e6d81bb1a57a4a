# Installs the build $build into an empty folder, for scripts that use a library from there as another project would. Sets
# work (a folder that goes with the script) and libraries; counts property and negative.
for program in meson pkg-config; do
    command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
meson install -C "$build" --no-rebuild --quiet --destdir "$work/root" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
PKG_CONFIG_PATH=$(dirname "$(find "$work/root" -name roam-prover.pc)")
libraries=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR="$work/root" LD_LIBRARY_PATH="$libraries"
property=0
negative=0

fail() { echo "failed: $*"; exit 1; }

# OUTPUT SOURCE... FLAG...
compile() { ${CC:-cc} -Wall -Wextra -Werror -o "$@"; }
flags() { pkg-config --cflags --libs "$@"; }

# PATTERN NM_ARGUMENT...: a library gives out names of this pattern only.
only() {
    pattern=$1
    shift
    nm --defined-only "$@" | awk 'NF == 3 && $2 ~ /[A-Z]/ { print $3 }' >"$work/names"
    test -s "$work/names" || fail "no names in $*"
    if grep -vE "$pattern" "$work/names"; then fail "other names in $*"; fi
    property=$((property + 1))
}
