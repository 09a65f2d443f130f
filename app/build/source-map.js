import { decode, encode } from '@jridgewell/sourcemap-codec';

/**
 * A source map without what it says of packages, whose code keeps its names in the bundle anyway: a twentieth of the size.
 * @type {(json: string) => string}
 */
export function ownSources(json) {
  /** @type {{ sources: string[], mappings: string }} */
  const { sources, mappings } = JSON.parse(json);
  const own = sources.filter((source) => source.includes('/app/') && !source.includes('/node_modules/'));
  const indexes = sources.map((source) => own.indexOf(source));
  const lines = decode(mappings).map((segments) => {
    /** @type {import('@jridgewell/sourcemap-codec').SourceMapSegment[]} */
    const kept = [];
    for (const [column, source = -1, line = 0, character = 0] of segments) {
      const index = indexes[source] ?? -1;
      if (index >= 0) kept.push([column, index, line, character]);
      else if (kept.at(-1)?.length !== 1) kept.push([column]);
    }
    return kept;
  });
  return JSON.stringify({ version: 3, sources: own, names: [], mappings: encode(lines) });
}
