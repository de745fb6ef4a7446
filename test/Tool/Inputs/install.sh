#!/bin/sh
# install.sh TOSCOUNT CONSUMER FOLDER MODEL: installs the build that TOSCOUNT is
# of into FOLDER, builds the project CONSUMER against what was installed, and
# prints what its program says of MODEL.
set -eu
tool=$1
consumer=$2
folder=$3
model=$4
build=$(cd "$(dirname "$tool")/../.." && pwd)

flags=
grep -q '^TOSCOUNT_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" &&
  flags=-fsanitize=address,undefined
rm -rf "$folder"
cmake --install "$build" --prefix "$folder/prefix" >/dev/null
cmake -S "$consumer" -B "$folder/build" -G Ninja -DCMAKE_CXX_FLAGS="$flags" \
  -DCMAKE_PREFIX_PATH="$folder/prefix" >"$folder/log" 2>&1 &&
  cmake --build "$folder/build" >>"$folder/log" 2>&1 || {
  cat "$folder/log"
  exit 1
}
"$folder/build/app" "$model"
"$folder/prefix/bin/toscount" "$model" --batch 32 --format csv --columns name,tos
