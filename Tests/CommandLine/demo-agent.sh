#!/bin/bash
# Tells the story of a server for each lease: it checks every figure that it shows.
cd "$(dirname "$0")/../.." || exit
if ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
  echo "SKIPPED: PostgreSQL is not installed (scripts/bootstrap --with demo-agent)"
  exit 0
fi
exec scripts/demo-agent
