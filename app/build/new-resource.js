import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

// `npm run new -- resource NAME [--from RESOURCE] [--singular WORD]`: copies a resource of the API with its tests under
// another name, and repeats its lines in the files that list resources. Writes everything or nothing.
const USAGE =
  'npm run new -- resource NAME [--from orders] [--singular WORD] [--from-singular WORD], such as: npm run new -- resource bookings';

/** @type {(message: string) => never} */
function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** @type {(word: string) => string} */
const capitalised = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** @type {[RegExp, string][]} */
const ENDINGS = [
  [/ies$/, 'y'],
  [/(ss|sh|ch|x|z)es$/, '$1'],
  [/(?<![su])s$/, ''],
];

/**
 * The word, or what a plural's regular ending leaves. Stops for a plural without one, and for a word that is none.
 * @type {(plural: string, word: string | undefined, option: string) => { plural: string, singular: string }}
 */
function numbersOf(plural, word, option) {
  const [pattern, ending] = ENDINGS.find(([each]) => each.test(plural)) ?? [/$/, ''];
  const singular = word ?? plural.replace(pattern, ending);
  if (singular === plural || !/^[a-z]{2,40}$/.test(singular))
    return stop(`Resources have a plural and a singular: name the one of ${plural} with ${option} WORD.`);
  return { plural, singular };
}

/**
 * Replaces a resource's name, singular and plural, wherever it stands as a word or as part of a name in camel case.
 * Groups and scopes keep their names: they are declared in access.ts, and not copied.
 * @type {(from: { plural: string, singular: string }, to: { plural: string, singular: string }, access: string) => { mentions: (text: string) => boolean, rename: (text: string) => string }}
 */
function renaming(from, to, access) {
  /** @type {[RegExp, string][]} */
  const rules = /** @type {const} */ (['plural', 'singular']).flatMap((number) => [
    [new RegExp(`(?<![a-z])${from[number]}(?![a-z])`, 'g'), to[number]],
    [new RegExp(`${capitalised(from[number])}(?![a-z])`, 'g'), capitalised(to[number])],
    [new RegExp(`(?<![A-Z])${from[number].toUpperCase()}(?![A-Z])`, 'g'), to[number].toUpperCase()],
  ]);
  const article = /^[aeiou]/.test(to.singular) ? 'an' : 'a';
  const withArticle = (/** @type {string} */ text) =>
    text.replaceAll(new RegExp(`\\ban? (?=${from.singular}(?![a-z]))`, 'g'), `${article} `);
  const declared = Array.from(access.matchAll(/('[\w.:-]+'):/g), ([, name = '']) => name.replaceAll('.', '\\.'));
  const kept = new RegExp(`(${[String.raw`\.(?:group|scope)\([^)]*\)`, ...declared].join('|')})`);
  return {
    mentions: (text) => rules.some(([pattern]) => text.search(pattern) >= 0),
    rename: (text) =>
      text
        .split(kept)
        .map((piece, index) =>
          index % 2 === 1
            ? piece
            : rules.reduce((changed, [pattern, word]) => changed.replaceAll(pattern, word), withArticle(piece)),
        )
        .join(''),
  };
}

/** An import, an entry of a list (`  name({` to `  }),`), or a line. */
const PIECE = /^import [^;]*;\n|^ {2}\S[^\n]*\{\n(?:(?! {2}\}).*\n)* {2}\}\),\n|^.*\n/gm;
const SETTING = /^ {2}([A-Z][A-Z0-9_]*): /;

/**
 * Repeats imports, entries, statements of one line and spread items that are the resource's, renamed. An entry is the
 * resource's by its path or, a setting, by its name, if the resource uses it; the copies follow the last of them.
 * @type {(text: string, names: ReturnType<typeof renaming>, isUsed: (setting: string) => boolean) => string}
 */
function repeatMentions(text, { mentions, rename }, isUsed) {
  const result = /** @type {string[]} */ ([]);
  let copies = /** @type {string[]} */ ([]);
  let lastOriginal = 0;
  const insertCopies = () => {
    result.splice(lastOriginal, 0, ...copies);
    copies = [];
  };
  for (const [piece] of text.matchAll(PIECE)) {
    const setting = SETTING.exec(piece)?.[1];
    const isEntry = setting !== undefined || (piece.startsWith('  ') && piece.trimEnd().includes('\n'));
    if (/^\S/.test(piece)) insertCopies();
    if (isEntry) {
      result.push(piece);
      const own = setting ?? /^ {4}path: (.*)/m.exec(piece)?.[1] ?? '';
      if (!mentions(own) || (setting !== undefined && !isUsed(setting))) continue;
      copies.push(rename(piece));
      lastOriginal = result.length;
    } else if (!mentions(piece) || /^\s*(?:\/?\*|\/\/)/.test(piece)) result.push(piece);
    else if (piece.includes('...'))
      result.push(piece.replaceAll(/\.\.\.\w+/g, (item) => (mentions(item) ? `${item}, ${rename(item)}` : item)));
    else result.push(piece, ...(/[;,]\n$/.test(piece) ? [rename(piece)] : []));
  }
  insertCopies();
  return result.join('');
}

/** @type {(file: string, text: string) => Promise<string>} */
async function formatted(file, text) {
  try {
    return await format(text, { ...(await resolveConfig(file)), filepath: file });
  } catch (error) {
    const [why] = /** @type {Error} */ (error).message.split('\n');
    return stop(`The copy does not parse, and nothing was written: ${file}: ${why}`);
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string', default: 'orders' },
        singular: { type: 'string' },
        'from-singular': { type: 'string' },
      },
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
if (!existsSync(`${source.code}/handlers.ts`))
  stop(`There is no ${source.code}/handlers.ts to copy. Name a resource of yours with --from.`);
for (const folder of Object.values(target))
  if (existsSync(folder)) stop(`${folder} exists already: choose another name.`);

const plural = numbersOf(name, values.singular, '--singular');
const original = numbersOf(from, values['from-singular'], '--from-singular');
const access = await readFile('app/api/access.ts', 'utf8');
const names = renaming(original, plural, access);
const copied = /** @type {Map<string, string>} */ (new Map());
let code = '';
for (const place of /** @type {const} */ (['code', 'tests'])) {
  if (!existsSync(source[place])) continue;
  for (const file of await readdir(source[place])) {
    const text = await readFile(path.join(source[place], file), 'utf8');
    if (place === 'code') code += text;
    copied.set(path.join(target[place], names.rename(file)), names.rename(text));
  }
}
const identifiers = code.replaceAll(/\/\*[^]*?\*\/|\/\/.*|'[^'\n]*'|\.\w+/g, '');
if (renaming(plural, original, access).mentions(identifiers))
  stop(`${source.code} uses the word ${name} or ${plural.singular} for something else: choose another name.`);
const isUsed = (/** @type {string} */ setting) => new RegExp(`\\b${setting}\\b`).test(code);
for (const file of ['routes', 'services', 'settings', 'table'].map((each) => `app/api/${each}.ts`)) {
  copied.set(file, repeatMentions(await readFile(file, 'utf8'), names, isUsed));
}
const rows = (await readFile('README.md', 'utf8')).split('\n').flatMap((line) => {
  const [, setting] = /^\| `([A-Z][A-Z0-9_]*)`/.exec(line) ?? [];
  return setting !== undefined && names.mentions(setting) && isUsed(setting) ? [line, names.rename(line)] : [line];
});
copied.set('README.md', rows.join('\n'));

const files = await Promise.all(Array.from(copied, async ([file, text]) => [file, await formatted(file, text)]));
for (const [file = '', text = ''] of files) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
process.stdout
  .write(`Added ${target.code} and ${target.tests}, and its lines in app/api/*.ts and the README's table of settings.
One of the ${name} is ${/^[aeiou]/.test(plural.singular) ? 'an' : 'a'} ${plural.singular} (--singular names another word).
Next: change what differs, such as who may call it, then: make check && npm test -- ${target.tests}
`);
