#!/bin/bash
# Runs the Wireshark dissector over a capture, and fails when a frame is malformed, not dissected, or has bytes left over.
#
#   Tests/Interop/dissector.sh                  over a capture made of all golden vectors
#   Tests/Interop/dissector.sh FILE [PORT]      over FILE, the broker listening on PORT (7474)
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v tshark >/dev/null; then
  echo "dissector: tshark is not installed" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

port=${2:-7474}
if [ $# -ge 1 ]; then
  capture=$1
else
  capture=$work/vectors.pcap
  python3 proto-spec/vectors/capture.py "$capture" "$port"
fi

dissect() {
  tshark -2 -X lua_script:proto-spec/turnpike.lua -d "tcp.port==$port,turnpike" -r "$capture" "$@" 2>"$work/errors"
}

# Everything once, in full: an error of the script itself shows here.
dissect -V >"$work/text"
if grep -E 'Lua Error|Lua error|stack traceback|Malformed Packet' "$work/text" "$work/errors"; then
  echo "dissector: the dissector itself failed, or a packet is malformed" >&2
  exit 1
fi
faults='turnpike.short || turnpike.rest || turnpike.length.invalid || turnpike.reserved || _ws.malformed'
dissect -Y "$faults" >"$work/faults"
# A segment that only begins a frame is shown where the frame ends; a retransmission where the original was.
dissect -Y 'tcp.len > 0 && !turnpike && !tcp.reassembled_in && !tcp.analysis.retransmission' >"$work/undissected"
if [ -s "$work/faults" ] || [ -s "$work/undissected" ]; then
  echo "dissector: frames with faults, then packets that were not dissected:" >&2
  head -n 20 "$work/faults" "$work/undissected" >&2
  exit 1
fi
frames=$(grep -c '^Turnpike Protocol' "$work/text" || true)
if [ $# -eq 0 ]; then
  expected=$(python3 proto-spec/vectors/capture.py --count)
  [ "$frames" -eq "$expected" ] || {
    echo "dissector: $frames frames dissected, $expected are in the capture" >&2
    exit 1
  }
  # Requests and replies of the same number find each other.
  dissect -Y 'turnpike.request_in' -T fields -e frame.number >"$work/matched"
  [ -s "$work/matched" ] || {
    echo "dissector: no reply found its request" >&2
    exit 1
  }
fi
[ "$frames" -gt 0 ] || {
  echo "dissector: no Turnpike frame in $capture" >&2
  exit 1
}
echo "shown: dissected_frames=$frames faults=0"
