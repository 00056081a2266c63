#!/bin/bash
# Tells the story of funding: it checks every figure that it shows.
cd "$(dirname "$0")/../.." && exec scripts/demo-funding
