import { expect, test } from '@jest/globals';
import { addressProblem } from '../../../app/local/cognito/input/addresses.js';

test.each([
  'https://app.example/cb?tenant=1',
  'http://localhost/cb',
  'http://LOCALHOST:3000/cb',
  'http://127.0.0.1:3000',
  'http://[::1]:3000/cb',
  'myapp://callback',
  'com.example.app:/callback',
])('%s is accepted', (address) => expect(addressProblem(address)).toBeUndefined());

test.each([
  ['plain HTTP', 'http://app.example/cb'],
  ['plain HTTP in capitals', 'HTTP://app.example/cb'],
  ['a host that begins like loopback', 'http://localhost.example/cb'],
  ['a host that begins like its address', 'http://127.0.0.1.example/cb'],
  ['loopback as a user name', 'http://localhost@app.example/cb'],
  ['another address of this machine', 'http://0.0.0.0/cb'],
])('%s is refused', (_name, address) => expect(addressProblem(address)).toBe('cannot use the HTTP protocol'));

test.each([
  ['a path alone', '/cb'],
  ['a host alone', 'app.example'],
  ['white space before it', ' https://app.example/cb'],
  ['a line break', 'https://app.example/c\nb'],
])('%s is no absolute URI', (_name, address) => expect(addressProblem(address)).toBe('is not an absolute URI'));

test.each(['https://app.example/cb#x', 'https://app.example/cb#'])('%s is refused for its fragment', (address) =>
  expect(addressProblem(address)).toBe('can not contain a fragment'),
);
