#!/usr/bin/env bash
# Puts the API of this folder in the place of app/api, in a copy of the project, changes nothing else but name and bin of
# package.json, and runs the checks and tests there, those of deployments and client libraries as well. Options and paths go to
# Jest instead, such as `test/cli`, or `test/operations --testPathIgnorePatterns=/node_modules/`, which `npm test` leaves out.
set -euo pipefail
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
bash ../harness/copy-project.sh "$copy"

cd "$copy"
rm -rf app/api test/api
mv test/another-api/api app/api
mv test/another-api/tests test/api
rm -rf test/another-api
find app/api -name '*.ts' -exec sed -i 's#\.\./\.\./app/platform/#platform/#' {} +
find test/api -name '*.ts' -exec sed -i "s#'\.\./\.\./\.\./app/#'../../app/#; s#'\.\./api/#'../../app/api/#; s#'\.\./\.\./harness/#'../harness/#" {} +
node - <<'SCRIPT'
const { readFileSync, writeFileSync } = require('node:fs');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const changed = { ...manifest, name: 'library-api', bin: { library: 'dist/cli/library.cjs' } };
writeFileSync('package.json', `${JSON.stringify(changed, null, 2)}\n`);
SCRIPT

npm run check:types --silent
npm run check:lint --silent
if [ $# -eq 0 ]; then set -- --testPathIgnorePatterns=/node_modules/ --testPathIgnorePatterns=/test/operations/; fi
npm test --silent -- "$@"
