import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type StandingOrder, StandingOrders } from './standing-orders.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'standing-orders-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const order = (key: string, more: Partial<StandingOrder> = {}): StandingOrder => ({
  key,
  query: 'switch-rule',
  parameters: { id: 1 },
  ...more,
});
const keysIn = (path: string | undefined): readonly string[] => new StandingOrders(path).all.map((one) => one.key);

it('outlive the process, the latest of each key', () => {
  const path = join(folder(), 'state');
  const orders = new StandingOrders(path);
  for (const one of [order('a'), order('b'), order('a', { query: 'restore-ban' })]) orders.set(one);
  expect(new StandingOrders(path).all).toEqual([order('b'), order('a', { query: 'restore-ban' })]);
  orders.remove('b');
  orders.remove('c');
  expect(keysIn(path)).toEqual(['a']);
  expect(readdirSync(path)).toEqual(['standing-orders.json']);
});

it('are forgotten when their time is over', () => {
  const path = folder();
  const orders = new StandingOrders(path);
  orders.set(order('over', { until: Date.now() - 1 }));
  orders.set(order('on', { until: Date.now() + 60_000 }));
  expect(keysIn(path)).toEqual(['on']);
  expect(readFileSync(join(path, 'standing-orders.json'), 'utf8')).not.toContain('over');
});

it('without a folder hold as long as the process', () => {
  const orders = new StandingOrders(undefined);
  orders.set(order('a'));
  expect(orders.all).toEqual([order('a')]);
  expect(keysIn(undefined)).toEqual([]);
});

it.each([
  ['cut', '{"version":1,"orders":[{"key"'],
  ['of another version', '{"version":2,"orders":[]}'],
  ['of another form', '{"version":1,"orders":[{"key":1}]}'],
  ['no object', 'null'],
  ['empty', ''],
])('a file that is %s stops the start', (_name, text) => {
  const path = folder();
  writeFileSync(join(path, 'standing-orders.json'), text);
  expect(() => new StandingOrders(path)).toThrow(
    /standing-orders\.json holds bans, switched rules and revoked tokens, and is damaged/,
  );
});

it('what cannot be kept changes nothing', () => {
  const path = folder();
  const orders = new StandingOrders(path);
  orders.set(order('a'));
  rmSync(path, { recursive: true });
  expect(() => orders.set(order('b'))).toThrow('ENOENT');
  expect(orders.all).toEqual([order('a')]);
  // For the clean-up of the test.
  new StandingOrders(path);
});
