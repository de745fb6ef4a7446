#!/bin/sh
# run.sh RELEASE_BUILD [--quick | --large | --size]: the benchmarks, from a release
# build.
#
# Writes the models that are missing to RELEASE_BUILD/bench-models, then runs
# the microbenchmarks of the passes, then whole processes against others that
# read the same models. Without a flag: a few minutes and 0.2 GB of disk.
#   --quick  5 runs instead of 20, the smaller models: well under a minute
#   --large  also BERT-base, a 1.9 GB decoder and a million nodes; 2.6 GB of
#            disk, 10 GB of memory for the others to read them, half an hour
#   --size   only the executable's size, what it loads, and its start-up
set -eu
here=$(dirname "$0")
build=${1:?usage: bench/run.sh RELEASE_BUILD [--quick | --large | --size]}
models=$build/bench-models

names="resnet50 resnet50-bare resnet50-external fan-1000 chain-1000 chain-10000"
runs=20
seconds=120
min_time=0.2
case ${2:-} in
"")
  names="$names chain-100000"
  ;;
--quick)
  runs=5
  min_time=0.02
  ;;
--large)
  names="$names chain-100000 chain-1000000 bert-base bert-base-bare decoder decoder-bare"
  seconds=900
  ;;
--size)
  exec /usr/bin/python3 "$here/compare.py" "$build" --size
  ;;
*)
  echo "bench/run.sh: '$2' is not --quick, --large or --size" >&2
  exit 2
  ;;
esac

# $names is a list on purpose.
# shellcheck disable=SC2086
/usr/bin/python3 "$here/generate.py" "$models" $names

if [ -x "$build/bench/Benchmarks" ]; then
  echo "== the passes, each alone"
  "$build/bench/Benchmarks" --benchmark_min_time=$min_time
fi
echo "== whole processes"
# shellcheck disable=SC2086
/usr/bin/python3 "$here/compare.py" "$build" "$models" $names --runs $runs --seconds $seconds \
  --picture "$models/scaling.svg"
