import { expect, test } from '@jest/globals';
import { DeclaredPool } from '../../../app/platform/auth/access-rules.js';

interface Claims {
  readonly level?: 'junior' | 'senior';
  readonly grade?: number;
  readonly [name: string]: 'junior' | 'senior' | number | undefined;
}
const staff = new DeclaredPool<'staff', 'chefs' | 'waiters', 'read' | 'write', Claims>('staff', 'api');

test('a declared pool is the rule that names it alone', () => {
  expect(staff).toEqual({ pool: 'staff' });
});

test('it makes frozen rules, with scopes in full', () => {
  const rules = [staff.group('chefs', 'waiters'), staff.scope('read', 'write'), staff.owner()];
  expect(rules).toEqual([
    { pool: 'staff', groups: ['chefs', 'waiters'] },
    { pool: 'staff', scopes: ['api/read', 'api/write'] },
    { pool: 'staff', ownerOnly: true },
  ]);
  expect(rules.map((rule) => Object.keys(rule))).toEqual([
    ['pool', 'groups'],
    ['pool', 'scopes'],
    ['pool', 'ownerOnly'],
  ]);
  expect(rules.every(Object.isFrozen)).toBe(true);
});

test('a claim narrows it, and so does each further one', () => {
  const senior = staff.claim('level', 'senior');
  const graded = senior.claim('grade');
  expect([senior, graded]).toEqual([
    { pool: 'staff', claims: [{ name: 'level', values: ['senior'] }] },
    { pool: 'staff', claims: [{ name: 'level', values: ['senior'] }, { name: 'grade' }] },
  ]);
  expect(Object.keys(graded.claims?.[1] ?? {})).toEqual(['name']);
  expect(staff).toEqual({ pool: 'staff' });
  expect([senior, senior.claims, senior.claims?.[0]].every(Object.isFrozen)).toBe(true);
});

test('the rules of a narrowed pool ask for its claims as well', () => {
  const claims = [{ name: 'level', values: ['junior', 'senior'] }];
  const narrowed = staff.claim('level', 'junior', 'senior');
  expect([narrowed.group('chefs'), narrowed.scope('read'), narrowed.owner()]).toEqual([
    { pool: 'staff', groups: ['chefs'], claims },
    { pool: 'staff', scopes: ['api/read'], claims },
    { pool: 'staff', ownerOnly: true, claims },
  ]);
});
