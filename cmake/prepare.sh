# shellcheck shell=bash
# Sourced by run, test and .ci/run: installs missing packages, configures and builds.
# Needs bash and, when something is missing, apt and the right to use it.

wayout_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

packages_for() {
  local build="cmake ninja-build g++ pkg-config libyaml-dev libsqlite3-dev coinor-libcbc-dev libgfortran-12-dev zlib1g-dev libbz2-dev libexpected-dev libcli11-dev"
  local test="$build libgtest-dev libgmock-dev python3 python3-yaml python3-jsonschema"
  local ci="$test ccache clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev libbenchmark-dev git shellcheck"
  case $1 in build) echo "$build" ;; test) echo "$test" ;; ci) echo "$ci" ;; esac
}

# prepare build|test|ci: installs the Debian packages of that purpose that are not there yet.
prepare() {
  local missing=() package
  command -v dpkg-query >/dev/null || return 0  # not Debian: the build says what it misses
  for package in $(packages_for "$1"); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "wayout: installing ${missing[*]}" >&2
  local sudo=() log
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  log=$({ "${sudo[@]}" apt-get update -qq &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}"; } 2>&1) || { echo "$log" >&2; return 1; }
}

# build_quietly PRESET: configures once, builds, prints only what failed.
build_quietly() (
  preset=$1
  cd "$wayout_root" || return 1
  if [ ! -f "build/$preset/build.ninja" ]; then
    echo "wayout: configuring and building ($preset), a few minutes the first time" >&2
    log=$(cmake --preset "$preset" 2>&1) || { echo "$log" >&2; return 1; }
  fi
  log=$(cmake --build --preset "$preset" 2>&1) || { echo "$log" >&2; return 1; }
)
