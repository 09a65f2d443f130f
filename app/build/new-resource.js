import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

// `npm run new -- resource NAME [--from RESOURCE] [--singular WORD]`: copies a resource of the API with its tests under
// another name, and repeats its lines in the files that list resources.
const USAGE =
  'npm run new -- resource NAME [--from orders] [--singular WORD], such as: npm run new -- resource bookings';

/** @type {(message: string) => never} */
function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** @type {(word: string) => string} */
const capitalised = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * Replaces a resource's name, singular and plural, wherever it stands as a word or as part of a name in camel case.
 * @type {(from: { plural: string, singular: string }, to: { plural: string, singular: string }) => { mentions: (text: string) => boolean, rename: (text: string) => string }}
 */
function renaming(from, to) {
  /** @type {[RegExp, string][]} */
  const rules = /** @type {const} */ (['plural', 'singular']).flatMap((number) => [
    [new RegExp(`(?<![a-z])${from[number]}(?![a-z])`, 'g'), to[number]],
    [new RegExp(`${capitalised(from[number])}(?![a-z])`, 'g'), capitalised(to[number])],
    [new RegExp(`(?<![A-Z])${from[number].toUpperCase()}(?![A-Z])`, 'g'), to[number].toUpperCase()],
  ]);
  const article = /^[aeiou]/.test(to.singular) ? 'an' : 'a';
  const withArticle = (/** @type {string} */ text) =>
    text.replaceAll(new RegExp(`\\ban? (?=${from.singular}(?![a-z]))`, 'g'), `${article} `);
  return {
    mentions: (text) => rules.some(([pattern]) => text.search(pattern) >= 0),
    rename: (text) => rules.reduce((changed, [pattern, word]) => changed.replaceAll(pattern, word), withArticle(text)),
  };
}

/** An entry of a list in the route table or the settings: `  name({` to `  }),`. */
const ENTRY = /^ {2}\S[^\n]*\{\n(?:(?! {2}\}).*\n)* {2}\}\),\n/gm;

/**
 * Repeats entries, statements of one line and spread items that mention the resource, renamed.
 * @type {(text: string, names: ReturnType<typeof renaming>) => string}
 */
function repeatMentions(text, { mentions, rename }) {
  const placeholders = /** @type {string[]} */ ([]);
  const withoutEntries = text.replaceAll(ENTRY, (entry) => {
    placeholders.push(mentions(entry) ? entry + rename(entry) : entry);
    return `\0${placeholders.length - 1}\n`;
  });
  const repeated = withoutEntries
    .split('\n')
    .flatMap((line) => {
      if (!mentions(line) || /^\s*(?:\/?\*|\/\/)/.test(line)) return [line];
      if (line.includes('...'))
        return [line.replaceAll(/\.\.\.\w+/g, (item) => (mentions(item) ? `${item}, ${rename(item)}` : item))];
      return /[;,|]$/.test(line) ? [line, rename(line)] : [line];
    })
    .join('\n');
  return repeated.replaceAll(/\0(\d+)\n/g, (_match, index) => placeholders[Number(index)] ?? '');
}

/** @type {(file: string, text: string) => Promise<void>} */
async function writeFormatted(file, text) {
  const options = (await resolveConfig(file)) ?? {};
  await writeFile(file, await format(text, { ...options, filepath: file }));
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { from: { type: 'string', default: 'orders' }, singular: { type: 'string' } },
    });
  } catch (error) {
    return stop(`${/** @type {Error} */ (error).message}\n${USAGE}`);
  }
}

const { values, positionals } = readArguments();
const [kind, name = ''] = positionals;
if (kind !== 'resource' || !/^[a-z]{2,40}$/.test(name))
  stop(`Name the resource by one word in lower-case letters: ${USAGE}`);
const { from } = values;
const source = { code: `app/api/${from}`, tests: `test/api/${from}` };
const target = { code: `app/api/${name}`, tests: `test/api/${name}` };
if (!existsSync(source.code)) stop(`There is no ${source.code} to copy. Name a resource of yours with --from.`);
for (const folder of Object.values(target))
  if (existsSync(folder)) stop(`${folder} exists already: choose another name.`);

const names = renaming(
  { plural: from, singular: from.replace(/s$/, '') },
  { plural: name, singular: values.singular ?? name.replace(/s$/, '') },
);
for (const place of /** @type {const} */ (['code', 'tests'])) {
  if (!existsSync(source[place])) continue;
  await mkdir(target[place], { recursive: true });
  for (const file of await readdir(source[place])) {
    const text = await readFile(path.join(source[place], file), 'utf8');
    await writeFormatted(path.join(target[place], names.rename(file)), names.rename(text));
  }
}
for (const file of ['routes', 'services', 'settings', 'table'].map((each) => `app/api/${each}.ts`)) {
  await writeFormatted(file, repeatMentions(await readFile(file, 'utf8'), names));
}
const readme = await readFile('README.md', 'utf8');
const rows = readme
  .split('\n')
  .flatMap((line) => (line.startsWith('| `') && names.mentions(line) ? [line, names.rename(line)] : [line]));
await writeFormatted('README.md', rows.join('\n'));

process.stdout
  .write(`Added ${target.code} and ${target.tests}, and its lines in app/api/*.ts and the README's table of settings.
Next: change what differs, then: make check && npm test -- ${target.tests}
`);
