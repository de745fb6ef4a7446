#!/bin/sh
# install-packages.sh [tool]: installs the Debian packages that are missing, by
# apt, with sudo when not root. `tool`: only what building and running the tool
# takes; otherwise also what the tests and the measuring runner take (LibTorch
# brings 230 MB with it).
# Says nothing and touches nothing when all are there.
set -eu

packages="g++ cmake ninja-build ccache
  llvm-19-dev llvm-19-tools libzstd-dev zlib1g-dev libcli11-dev
  libceres-dev libeigen3-dev libboost-math-dev
  gnuplot-nox
  libonnx-dev libprotobuf-dev protobuf-compiler libgtest-dev libbenchmark-dev python3"
[ "${1:-}" = tool ] || packages="$packages pkg-config clang-14 clang-format-14 clang-tidy-14
  libonnx-testdata python3-onnx libtorch-dev nlohmann-json3-dev libpng-dev dataset-fashion-mnist valgrind"

missing=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
if [ "$(id -u)" = 0 ]; then
  sudo=
elif command -v sudo >/dev/null; then
  sudo=sudo
else
  echo "toscount: these packages are missing, and there is no sudo to install them:$missing" >&2
  exit 1
fi
$sudo apt-get update -q
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
