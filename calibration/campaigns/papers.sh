#!/bin/sh
# papers.sh TOSCOUNT JOBS: writes the jobs that measure the papers' families of
# networks, every size three times, for a runner anywhere:
#
#   papers.sh toscount jobs.jsonl
#   toscount-measure jobs.jsonl -o runs.jsonl --device cuda:0 --meter nvml \
#     --idle-seconds 10 --warm-up 5
#
# By the environment: EPOCHS (10) and REPEATS (3); IMAGES (fashion-mnist; or
# mnist:FOLDER), CIFAR10 (a folder: LeNets are trained on it, too), BANKNOTE (the
# CSV file; otherwise noise of the same shape); TRY=1 makes a trial of one small
# size of each family on few samples.
set -eu
if [ $# -ne 2 ]; then
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
tool=$1 jobs=$2
epochs=${EPOCHS:-10} repeats=${REPEATS:-3} images=${IMAGES:-fashion-mnist}
trial=${TRY:-}
part=$jobs.part
: >"$part"
trap 'rm -f "$part"' EXIT

# Flags are words: $few is split on purpose.
# shellcheck disable=SC2086
# add MODEL... FLAGS: appends the jobs.
add() {
  "$tool" campaign --epochs "$epochs" --repeats "$repeats" "$@" >>"$part"
}

if [ -n "$trial" ]; then
  few="--samples 64 --validation 64 --batch 32" scales=1 widths=4 acts=sigmoid depths=2 side=":size=16"
  convs=1 linears=3 noise=64 pictures=8
else
  few="--batch 256" scales="1 2 3 4 5" widths="4 5 6 7 8 9 10 11 12 13 14 15 16 17 18"
  acts="sigmoid tanh gelu" depths="2 3 4 5 6 7 8 9 10" side=
  convs="1 4" linears="3 7" noise=1372 pictures=1024
fi

# Bayesian and plain LeNets (training efficiency).
for scale in $scales; do
  add "zoo:lenet:scale=$scale" "zoo:bcnn:scale=$scale" --data "$images" $few
  [ -z "${CIFAR10:-}" ] ||
    add "zoo:lenet:scale=$scale,data=cifar10" "zoo:bcnn:scale=$scale,data=cifar10" --data "cifar10:$CIFAR10" $few
done
# Dense networks for banknotes, and convolutions of large pictures (transistor
# operations).
for act in $acts; do
  for width in $widths; do
    if [ -n "${BANKNOTE:-}" ]; then
      add "zoo:dnn:width=$width,act=$act" --data "csv:$BANKNOTE" --batch 32
    else
      add "zoo:dnn:width=$width,act=$act" --data synthetic --samples "$noise" --batch 32
    fi
  done
done
for depth in $depths; do
  add "zoo:cnn:depth=$depth$(echo "$side" | tr : ,)" --data synthetic --samples "$pictures" --batch 8
done
# Layer types (energy-efficient practices).
for linear in $linears; do
  add "zoo:dense-linear:layers=$linear" "zoo:dense-poly:layers=$linear" --data "$images" $few
  for conv in $convs; do
    for relu in 0 "$conv"; do
      add "zoo:simple-cnn:conv=$conv,linear=$linear,relu=$relu" --data "$images" $few
    done
  done
done
mv "$part" "$jobs"
trap - EXIT
echo "$(wc -l <"$jobs") jobs in $jobs" >&2
