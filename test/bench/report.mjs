// @ts-nocheck -- its imports are the bench's own packages, installed by make bench
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** @typedef {import('./measurement.js').Measurement} Measurement */

const HIGHLIGHTED = 'this project';
const WIDTH_PX = 820;
const TITLE_PX = 28;
/** Whose versions the report names. */
const COMPARED = new Set(
  `express @vendia/serverless-express passport-jwt jwks-rsa jose helmet pino
   aws-jwt-verify express-oauth2-jwt-bearer fast-jwt`.split(/\s+/),
);
const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: ${WIDTH_PX}px; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #d1d9e0; text-align: right; font-variant-numeric: tabular-nums }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
svg { max-width: 100% }`;

const { document } = parseHTML(
  '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body></body></html>',
);

function element(name, attributes, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  created.append(...children);
  return created;
}

/** A bar for each row with a ratio in the plotted column, and a line at 1. @param {Measurement} measurement */
function barsOf({ name: title, rows: [header, ...rows], plotted: { column } }) {
  const bars = rows
    .map((row) => ({ name: row[0], ratio: Number.parseFloat(row[header.indexOf(column)]) }))
    .filter(({ ratio }) => ratio > 0);
  return Plot.plot({
    document,
    ariaLabel: title,
    width: WIDTH_PX,
    marginLeft: 330,
    marginRight: 50,
    marginBottom: 24,
    style: { fontSize: '12px' },
    x: { label: null, grid: true, zero: true },
    y: { label: null, domain: bars.map(({ name }) => name) },
    marks: [
      Plot.barX(bars, {
        y: 'name',
        x: 'ratio',
        fill: ({ name }) => (name.startsWith(HIGHLIGHTED) ? '#0969da' : '#a0a7b0'),
      }),
      Plot.text(bars, { y: 'name', x: 'ratio', text: ({ ratio }) => ratio.toFixed(2), dx: 4, textAnchor: 'start' }),
      Plot.ruleX([1]),
    ],
  });
}

/** Every plot under its title, one below the other, as one image. @param {Measurement[]} measurements */
function imageOf(measurements) {
  const parts = [];
  let height = 0;
  for (const measurement of measurements) {
    const { column, better } = measurement.plotted;
    const title = `${measurement.name}: ${column}, ${better} is better`;
    parts.push(element('text', { x: 12, y: height + 20, 'font-size': 14, 'font-weight': 'bold' }, title));
    const bars = barsOf(measurement);
    bars.setAttribute('y', String(height + TITLE_PX));
    parts.push(bars);
    height += TITLE_PX + Number(bars.getAttribute('height')) + 12;
  }
  const size = { viewBox: `0 0 ${WIDTH_PX} ${height}`, width: WIDTH_PX, height };
  const font = { 'font-family': 'system-ui, sans-serif', fill: '#1f2328' };
  const background = element('rect', { width: WIDTH_PX, height, fill: 'white' });
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size, ...font }, background, ...parts);
}

/** The machine, the commit and the versions that a figure is worth nothing without. */
function circumstances() {
  const dependenciesOf = (/** @type {string} */ file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).dependencies);
  // The bench's own come last: they are what is measured.
  const installed = new Map([...dependenciesOf('package.json'), ...dependenciesOf('test/bench/package.json')]);
  const versions = [...installed].filter(([name]) => COMPARED.has(name)).map((each) => each.join(' '));
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`,
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${type()} ${release()}, Node ${process.versions.node}`,
    versions.join(', '),
  ];
}

const sentence = (/** @type {string} */ text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const HEADING = 'What it costs';
const ADVICE = 'A number by itself says little on another machine; look at the ratios, medians of those of each round.';

/** @param {Measurement[]} measurements @param {string[]} lines */
function markdownOf(measurements, lines) {
  const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const section = ({ name, how, rows: [header, ...rows] }) =>
    [
      `## ${name}`,
      '',
      sentence(how),
      '',
      row(header),
      row(header.map((_, at) => (at === 0 ? '---' : '--:'))),
      ...rows.map(row),
      '',
    ].join('\n');
  return [`# ${HEADING}`, '', ADVICE, '', ...lines.map((line) => `- ${line}`), '', ...measurements.map(section)].join(
    '\n',
  );
}

/** @param {Measurement[]} measurements @param {string[]} lines */
function pageOf(measurements, lines) {
  document.head.append(element('title', {}, HEADING), element('style', {}, STYLE));
  document.body.append(
    element('h1', {}, HEADING),
    element('p', {}, ADVICE),
    element('ul', {}, ...lines.map((line) => element('li', {}, line))),
    ...measurements.flatMap((measurement) => {
      const [header, ...rows] = measurement.rows.map((cells, at) =>
        element('tr', {}, ...cells.map((cell) => element(at === 0 ? 'th' : 'td', {}, cell))),
      );
      return [
        element('h2', {}, measurement.name),
        element('p', {}, sentence(measurement.how)),
        ...(measurement.plotted === undefined ? [] : [barsOf(measurement)]),
        element('table', {}, element('thead', {}, header), element('tbody', {}, ...rows)),
      ];
    }),
  );
  return document.toString();
}

/**
 * Writes report.html, report.md and, if anything is plotted, report.svg.
 * @param {string} directory @param {Measurement[]} measurements
 */
export async function writeReport(directory, measurements) {
  const lines = circumstances();
  const plotted = measurements.filter((measurement) => measurement.plotted !== undefined);
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'report.md'), markdownOf(measurements, lines));
  if (plotted.length > 0) await writeFile(path.join(directory, 'report.svg'), `${imageOf(plotted).outerHTML}\n`);
  await writeFile(path.join(directory, 'report.html'), `${pageOf(measurements, lines)}\n`);
}
