#!/bin/bash
# Runs the demo, recording what goes over the wire, and the Wireshark dissector over the recording.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

scripts/demo --capture "$work/demo.pcap" | tee "$work/story"
shown=$(tail -n 1 "$work/story")
port=$(sed -E 's/.* port=([0-9]+).*/\1/' <<<"$shown")
Tests/Interop/dissector.sh "$work/demo.pcap" "$port" | tee "$work/dissected"
echo "$shown $(tail -n 1 "$work/dissected" | sed 's/^shown: //')"
