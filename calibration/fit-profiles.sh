#!/bin/sh
# fit-profiles.sh TOSCOUNT DATA FOLDER: fits the shipped profiles again from the
# public measurements, which lie in DATA as calibration/README.md names them,
# and writes them to FOLDER (calibration/profiles of this source, to renew them).
set -eu
if [ $# -ne 3 ]; then
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
fi
tool=$1 data=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python=/usr/bin/python3

# fit NAME SOURCE LICENSE RECORDS [FLAGS]
fit() {
  name=$1 source=$2 license=$3 records=$4
  shift 4
  echo "== $name"
  "$tool" fit "$records" -o "$folder/$name.json" --source "$source" --license "$license" "$@"
}

ecnas="saintslab/EC-NAS-Bench at 1a82fdde: its published part that lies in ecnas/runs.csv"
$python "$here/ecnas/records.py" "$data/measured/ecnas/runs.csv" >"$scratch/ecnas.jsonl"
fit rtx6000 "$ecnas" "MIT" "$scratch/ecnas.jsonl"

willowec="willowec/characterizing-pytorch-power at 4067417d"
for kind in conv linear pool; do
  $python "$here/willowec/records.py" $kind "$data/measured/willowec/layer_$kind.csv" >"$scratch/$kind.jsonl"
  fit "raptorlake-$kind-forward" "$willowec, layer_$kind.csv" "MIT" "$scratch/$kind.jsonl" --part forward
  [ $kind = pool ] || fit "raptorlake-$kind-backward" "$willowec, layer_$kind.csv" "MIT" "$scratch/$kind.jsonl" --part backward
done
for kind in linear cnn; do
  $python "$here/willowec/records.py" network-$kind "$data/measured/willowec/network_$kind.csv" >"$scratch/$kind.jsonl"
  fit "raptorlake-$kind-networks" "$willowec, network_$kind.csv" "MIT" "$scratch/$kind.jsonl" --family threads --replicates 20
done

$python "$here/t4/records.py" "$data/papers/training_efficiency_tables_3_to_10.csv" >"$scratch/t4.jsonl"
for family in lenet bcnn; do
  grep "zoo:$family:" "$scratch/t4.jsonl" >"$scratch/t4-$family.jsonl"
  fit "t4-$family" "tables 3 to 10 of 'A framework for measuring the training efficiency of a neural architecture'" "" "$scratch/t4-$family.jsonl" --family work
done

mkdir -p "$folder/learning-curves"
$python "$here/t4/accuracies.py" "$data/papers/training_efficiency_tables_3_to_10.csv" "$data/papers/overtraining_table_13.csv" >"$scratch/t4.csv"
"$tool" efficiency "$scratch/t4.csv" --learning-curves t4 -o "$folder/learning-curves/t4.json" \
  --source "tables 5 to 10 and 13 of 'A framework for measuring the training efficiency of a neural architecture'"

$python "$here/gaissa/records.py" "$data/measured/gaissa/runs_rtx3090.csv" >"$scratch/gaissa.jsonl"
fit rtx3090 "GAISSA-UPC/seaa2023_ect at 6fa5af6f" "CC BY 4.0" "$scratch/gaissa.jsonl"
