#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The figures of docs/performance.md: start-up, a stream of Deployments and a cluster, each in steps
# of two. Prints the median wall time of 5 runs, that run's user time, and the highest peak memory.
#
#   tests/bench/measure.sh [PROGRAM]     without PROGRAM the release build is made and measured
#
# Needs python3 and /usr/bin/time (Debian: time). Run it on an idle machine; the load is printed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
runs=${RUNS:-5}

if [ $# -gt 0 ]; then
  program=$(realpath "$1")
else
  # shellcheck source=/dev/null
  source "$here/../../cmake/prepare.sh"
  prepare build
  build_quietly release
  program=$here/../../build/release/src/app/wayout
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure LABEL ARGUMENTS...
measure() {
  local label=$1 start end
  shift
  : >"$work/times"
  for ((i = 0; i < runs; ++i)); do
    start=$EPOCHREALTIME
    # Without a gate a scan ends with 0 whatever it finds; a run that fails must not count as fast.
    /usr/bin/time -q -o "$work/usage" -f "%U %M" "$program" "$@" >/dev/null
    end=$EPOCHREALTIME
    echo "$((${end/./} - ${start/./})) $(cat "$work/usage")" >>"$work/times"
  done
  sort -n "$work/times" | awk -v label="$label" '
    { wall[NR] = $1; user[NR] = $2; if ($3 > peak) peak = $3 }
    END { m = int((NR + 1) / 2)
          printf "%-34s %9.1f %9.0f %9.0f\n", label, wall[m] / 1000, user[m] * 1000, peak / 1024 }'
}

cat >"$work/pod.yaml" <<'POD'
apiVersion: v1
kind: Pod
metadata:
  name: one
spec:
  containers:
    - name: main
      image: images.example.org/app:1.0
      securityContext:
        privileged: true
POD

"$program" version
echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
printf '%-34s %9s %9s %9s\n' "median of $runs" "wall ms" "user ms" "peak MB"
measure "version" version
measure "scan of one pod" scan "$work/pod.yaml"
for count in 1600 3200 6400 12794; do
  python3 "$here/generate.py" deployments --count "$count" >"$work/stream.yaml"
  measure "stream of $count Deployments" scan "$work/stream.yaml"
done
measure "  the same as JSON" scan "$work/stream.yaml" --format json
for pods in 3125 6250 12500 25000; do
  python3 "$here/generate.py" cluster --pods "$pods" >"$work/cluster.yaml"
  measure "cluster of $pods pods" scan "$work/cluster.yaml"
done
echo "load afterwards $(cut -d' ' -f1-3 /proc/loadavg)"
