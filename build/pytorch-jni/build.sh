#!/usr/bin/env bash
# Builds DJL's library between Java and PyTorch against a PyTorch that is on this machine, so that `semantica train` computes
# with that one: on a GPU, where that PyTorch is for CUDA. DJL itself comes with the library for its own PyTorch alone.
#
#   build/pytorch-jni/build.sh TORCH FOLDER
#     TORCH   folder of Python's torch package, or of an unpacked libtorch: it has include and lib
#     FOLDER  where to put the library, beside links to those of PyTorch
#
# Needs git, g++ and a JDK 17 or newer, and Semantica built. Takes a minute on 16 cores. DJL_REPOSITORY names another copy of
# DJL's sources than https://github.com/deepjavalibrary/djl.
set -euo pipefail

fail() {
  echo "build.sh: $1" >&2
  exit 3
}

# The sources of DJL 0.35.1, whose declarations in Java the library must match.
commit=e466676db882ad8147426bf78b55c3ea545c7735
home=$(cd "$(dirname "$0")/../.." && pwd)
[ $# = 2 ] || fail "usage: build/pytorch-jni/build.sh TORCH FOLDER; the head of this file says more"
torch=$(cd "$1" 2>/dev/null && pwd) || fail "$1 is no folder"
[ -f "$torch/include/torch/script.h" ] || fail "$torch has no include/torch/script.h; name the folder of a PyTorch"
[ -f "$torch/lib/libtorch_cpu.so" ] || fail "$torch has no lib/libtorch_cpu.so; name the folder of a PyTorch"
for tool in git g++ javac; do
  command -v "$tool" >/dev/null || fail "$tool is missing; install it, for example: apt-get install git g++ openjdk-17-jdk-headless"
done
jars=("$home"/console/target/lib/pytorch-engine-0.35.1.jar "$home"/console/target/lib/api-0.35.1.jar)
for jar in "${jars[@]}"; do
  [ -f "$jar" ] || fail "$jar is missing; build Semantica first: ./semantica --version"
done
jdk=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
mkdir -p "$2"
folder=$(cd "$2" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git init --quiet "$work/djl"
cd "$work/djl"
git fetch --quiet --depth 1 "${DJL_REPOSITORY:-https://github.com/deepjavalibrary/djl}" "$commit"
git checkout --quiet FETCH_HEAD -- engines/pytorch/pytorch-native/src/main/native api/src/main/native \
  engines/pytorch/pytorch-engine/src/main/java/ai/djl/pytorch/jni/PyTorchLibrary.java
mkdir "$work/headers" "$work/classes" "$work/objects"
javac -proc:none -cp "${jars[0]}:${jars[1]}" -h "$work/headers" -d "$work/classes" \
  engines/pytorch/pytorch-engine/src/main/java/ai/djl/pytorch/jni/PyTorchLibrary.java
cd engines/pytorch/pytorch-native/src/main/native
printf '%s\n' ./*.cc | xargs -P "$(nproc)" -I{} g++ -w -std=c++17 -O2 -fPIC -I"$work/headers" -I"$jdk/include" \
  -I"$jdk/include/linux" -I"$torch/include" -I"$torch/include/torch/csrc/api/include" \
  -I"$work/djl/api/src/main/native" -c {} -o "$work/objects/{}.o"
g++ -shared -s -o "$folder/libdjl_torch.so" "$work"/objects/*.o -L"$torch/lib" -ltorch -ltorch_cpu -lc10 -Wl,-rpath,"\$ORIGIN"
# DJL loads every library of the folder, so there must be no others than these.
for library in libc10.so libtorch_cpu.so libtorch.so libc10_cuda.so libtorch_cuda.so libgomp.so.1; do
  if [ -e "$torch/lib/$library" ]; then
    ln -sf "$torch/lib/$library" "$folder/$library"
  fi
done

version=$(sed -nE 's/^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+).*/\2/p' \
  "$torch/include/torch/csrc/api/include/torch/version.h" "$torch/include/torch/headeronly/version.h" 2>/dev/null \
  | head -n 3 | paste -sd .)
flavour=cpu
[ ! -e "$folder/libtorch_cuda.so" ] || flavour=cuda
echo "built; set these, and libcudart.so must be on LD_LIBRARY_PATH for a GPU to be found:"
echo "export PYTORCH_LIBRARY_PATH=$folder PYTORCH_VERSION=${version:-VERSION} PYTORCH_FLAVOR=$flavour"
