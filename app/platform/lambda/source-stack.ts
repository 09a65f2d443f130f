import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';
import { fileURLToPath } from 'node:url';

const PLACE = /(file:\/\/[^\s()]+\.mjs):(\d+):(\d+)/g;

function readMap(file: string) {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${file}.map`)).toString()));
  } catch {
    return undefined;
  }
}

/**
 * Puts places in the source for places in a bundle into a stack, where a source map lies beside the bundle. A map is read
 * for the first stack that needs it; Node's --enable-source-maps reads it at every start, which takes it 20 ms.
 */
function createStackMapper(): (stack: string) => string {
  const maps = new Map<string, SourceMap | undefined>();
  return (stack) =>
    stack.replaceAll(PLACE, (place: string, file: string, line: string, column: string) => {
      if (!maps.has(file)) maps.set(file, readMap(file));
      // What it finds for no entry is an empty object.
      const origin = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1) as SourceMapping | undefined;
      if (!origin?.originalSource) return place;
      const source = origin.originalSource.replace(/^(?:\.\.\/)+/, '');
      return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
    });
}

/** Serializers of a log whose errors come out of a bundle. https://getpino.io/#/docs/api?id=serializers-object */
export function createSerializers() {
  const mapStack = createStackMapper();
  return { error: ({ stack = '', ...others }: Error) => ({ ...others, stack: mapStack(stack) }) };
}
