import { expect, it } from 'vitest';
import { closest } from './closest.ts';

it.each([
  ['lisetners', 'listeners'],
  ['LISTENERS', 'listeners'],
  ['log', 'logs'],
  ['routs', 'routes'],
  ['nothing-like-it', undefined],
  ['', undefined],
])('%s means %s', (written, meant) => {
  expect(closest(written, ['listeners', 'logs', 'routes'])).toBe(meant);
});
