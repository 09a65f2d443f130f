import { describe, expect, test } from '@jest/globals';
import { compareReports } from '../../../app/cli/prove/report/compare.js';
import { inCode, markdownOf } from '../../../app/cli/prove/report/markdown.js';
import { admitted, report, wronglyAdmitted } from './sample-report.js';

test('a report without a problem is a line of counts', () => {
  expect(markdownOf(report())).toBe(
    '## ✅ Access: Every caller was answered as expected\n\n' +
      '`fixture-api` `1.2.3` `IPbCeiQ9vJ8Gk3Y0vUcqXc7aG4nL1m2o3p4q5r6s7t8=` at `https://abc123.execute-api.eu-west-1.amazonaws.com` ' +
      '`2026-11-26 10:01:05 UTC`. 2 routes, 2 callers: 4 as expected, 0 wrong, 0 skipped.\n',
  );
});

test('what is wrong is listed, findings first, and what changed after it', () => {
  const now = report({
    routes: [{ route: 'GET /items', allow: 'customers', cells: [wronglyAdmitted('nobody'), admitted('customers')] }],
    findings: [{ code: 'cors_open', route: null, message: 'Pages of every origin may call the API.' }],
  });
  const text = markdownOf({ ...now, changes: compareReports(report(), now) });
  expect(text).toMatch(/^## ❌ Access: 1 wrong answer in the matrix, 1 finding beside it\n/);
  expect(text.slice(text.indexOf('###'))).toBe(
    '### What is wrong\n\n' +
      '- `cors_open` `Pages of every origin may call the API.`\n' +
      '- `GET /items` as `nobody` `The app answered 200, not 401 token_missing.`\n\n' +
      '### Who may call what, since `1.2.3`\n\n' +
      '- `GET /items`, for `customers`, now admits `nobody`.\n' +
      '- Route `GET /health` is gone.\n',
  );
});

test('of many problems, fifty are listed', () => {
  const findings = Array.from({ length: 60 }, (_, index) => ({
    code: 'cors_open',
    route: null,
    message: `No. ${index}`,
  }));
  const text = markdownOf(report({ findings }));
  expect(text.match(/^- `cors_open`/gm)).toHaveLength(50);
  expect(text).toContain('- … and 10 more in `access.html`.\n');
});

describe('text from outside is a code span', () => {
  test.each([
    [
      'a mention, a reference, HTML and a link',
      '@team #1 <img src=x> [a](javascript:b)',
      '`@team #1 <img src=x> [a](javascript:b)`',
    ],
    ['a backtick', 'a`b', '`` a`b ``'],
    ['backticks at its ends', '``a`', '``` ``a` ```'],
    ['lines that begin a heading', 'a\n\n# b\r\n- c', '`a # b - c`'],
    ['controls and text that runs backwards', 'a\u001B[2J\u202Eb\u0000', '`a[2Jb`'],
    ['nothing', '', '` `'],
  ])('%s', (_what, text, expected) => {
    expect(inCode(text)).toBe(expected);
  });

  test('wherever it stands in the report', () => {
    const evil = 'x`\n\n# @team <b>';
    const now = report({
      product: evil,
      package: { version: evil, sha256: evil },
      apiUrl: evil,
      callers: [{ name: evil, description: evil }],
      routes: [{ route: evil, allow: evil, cells: [{ ...wronglyAdmitted(evil), note: evil }] }],
      findings: [{ code: evil, route: evil, message: evil }],
    });
    const text = markdownOf({ ...now, changes: compareReports(report(), now) });
    const outsideOfCode = text.replaceAll(/(`+)[^`].*?[^`]\1(?!`)/g, '');
    expect(text).toContain('`` x` # @team <b> ``');
    expect(outsideOfCode).not.toMatch(/team|<b>|`/);
  });
});
