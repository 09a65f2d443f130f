#!/usr/bin/env bash
# Copies each living resource under another name in a copy of the project, and checks, builds and tests what comes out.
set -euo pipefail
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
bash ../harness/copy-project.sh "$copy"

cd "$copy"
names=(bookings dishes entries)
copies=()
for handlers in app/api/*/handlers.ts; do
  name=${names[${#copies[@]}]}
  npm run new --silent -- resource "$name" --from "$(basename "$(dirname "$handlers")")"
  copies+=("test/api/$name")
done
npm run check --silent
npm test --silent -- "${copies[@]}" test/api/settings
