#!/usr/bin/env bash
# Copies the project, uncommitted changes included, to an empty folder, with what is installed: copy-project.sh FOLDER
set -euo pipefail
copy=$1
cd "$(dirname "$0")/../.."
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | xargs -0 cp --parents -t "$copy"
# Hard links where the file system has them.
cp -al node_modules "$copy" 2>/dev/null || cp -a node_modules "$copy"
for packages in test/lambda test/local/clients; do
  ln -s "$PWD/$packages/node_modules" "$copy/$packages/node_modules"
done
