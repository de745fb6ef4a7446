#!/bin/sh
# layer-types.sh TOSCOUNT [PROFILE]: what convolutional, linear and ReLU layers
# add to the training of the networks of table II of Yarally et al., "Uncovering
# energy-efficient practices in deep learning training": in transistor
# operations, counted, and in energy, predicted by PROFILE (default: rtx6000).
# docs/LayerTypes.md says what was chosen and how to read it.
set -eu
if [ $# -lt 1 ]; then
  sed -n '2,6s/^# //p' "$0" >&2
  exit 2
fi
tool=$1 profile=${2:-rtx6000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# change TABLE RESPONSE FACTOR: the mean change from its first level to its last, %.
change() {
  "$tool" factors "$1" --response "$2" --factor "$3" --format json |
    sed -n 's/.*"mean_change_percent": \([-0-9.e+]*\).*/\1/p' | awk '{ printf "%+.3g", $1 }'
}

echo "channels,hidden,data,response,conv 1 to 4,linear 3 to 7,ReLU"
for widths in 32,0 32,128 32,256 64,256 64,512 128,256; do
  channels=${widths%,*} hidden=${widths#*,}
  for data in fashion-mnist cifar10; do
    samples=60000
    [ $data = fashion-mnist ] || samples=50000
    models=
    for linear in 3 7; do
      for conv in 1 4; do
        for relu in 0 $conv; do
          models="$models zoo:simple-cnn:conv=$conv,linear=$linear,relu=$relu,data=$data,channels=$channels,hidden=$hidden"
        done
      done
    done
    # A row a model: its factors out of its name, then what training it takes.
    # shellcheck disable=SC2086
    "$tool" compare $models --profile "$profile" --samples $samples --batch 64 --epochs 25 --optimizer adam --format csv |
      awk -F'"' 'NR == 1 { print "conv,linear,relu,tos,energy"; next }
                 { split($2, key, /[=,]/); split($3, value, ",")
                   print key[2] "," key[4] "," (key[6] > 0 ? "yes" : "no") "," value[6] "," value[8] }' >"$scratch/table.csv"
    for response in tos energy; do
      echo "$channels,$hidden,$data,$response,$(change "$scratch/table.csv" $response conv),$(change "$scratch/table.csv" $response linear),$(change "$scratch/table.csv" $response relu)"
    done
  done
done
