import { describe, expect, test } from '@jest/globals';
import { defineSettings, integer, oneOf, onOff, settingDocuments, text } from '../../../app/platform/config/setting.js';

describe('a declaration that is wrong fails where it is declared', () => {
  test.each(['limit', 'Max', '1ST', 'MAX-ITEMS', ''])('the name %j', (name) => {
    const setting = integer({ description: '', min: 1, max: 2 });
    expect(() => defineSettings({ [name]: setting })).toThrow(/use capital letters, digits and underscores/);
  });

  test.each([
    ['out of range', integer({ description: '', min: 1, max: 2, default: 3 }), /must be a whole number from 1 to 2/],
    ['of another form', text({ description: '', pattern: /^\d+$/, form: 'digits', default: 'x' }), /must be digits/],
  ])('a default %s', (_what, setting, message) => {
    expect(() => defineSettings({ LIMIT: setting })).toThrow(message);
  });
});

test.each(['0', '10', '-1', '1.5', '1e1', ' 5', '0x5', '', '9007199254740993'])(
  '%j is no integer from 1 to 9',
  (value) => {
    expect(() => integer({ description: '', min: 1, max: 9 }).parse(value)).toThrow(
      /^must be a whole number from 1 to 9$/,
    );
  },
);

test('documents hold every setting as it stands in the environment, null where it must be set, and what it accepts', () => {
  const settings = defineSettings({
    LIMIT: integer({ description: 'how many', min: 1, max: 2, default: 2 }),
    MODE: oneOf(['fast', 'safe'], { description: 'how', default: 'safe' }),
    PREVIEW: onOff({ description: 'whether', default: false }),
    PARTNER: text({ description: 'where' }),
  });
  expect(settingDocuments(settings)).toEqual([
    { name: 'LIMIT', description: 'how many', default: '2', accepts: { min: 1, max: 2 } },
    { name: 'MODE', description: 'how', default: 'safe', accepts: { values: ['fast', 'safe'] } },
    { name: 'PREVIEW', description: 'whether', default: 'off', accepts: { values: ['on', 'off'] } },
    { name: 'PARTNER', description: 'where', default: null },
  ]);
});
