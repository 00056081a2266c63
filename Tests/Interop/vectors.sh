#!/bin/bash
# Decodes every golden vector with a C99 program that knows nothing but proto-spec/turnpike.h.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 proto-spec/vectors/c_include.py >"$work/vectors.inc"
cc -std=c99 -O1 -Wall -Wextra -Wconversion -pedantic -Wno-overlength-strings -Werror -I proto-spec -I "$work" \
  -o "$work/check" proto-spec/vectors/check.c
"$work/check"
