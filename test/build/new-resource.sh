#!/usr/bin/env bash
# Copies the living resource under another name in a copy of the project, and checks, builds and tests what comes out.
set -euo pipefail
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
bash ../harness/copy-project.sh "$copy"

cd "$copy"
npm run new --silent -- resource bookings
npm run check --silent
npm test --silent -- test/api/bookings test/api/settings
