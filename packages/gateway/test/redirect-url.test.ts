/** Redirections whose address holds what a client sent. */
import { expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

it.each([
  ['a', 302, 'http://example.test/a'],
  ['a%0d%0aX-Evil: 1', 500, undefined],
  ['%02%00', 500, undefined],
])('with %s', async (value, status, location) => {
  const upstream = await startUpstream();
  const rules = `SecRuleEngine On\nSecRule &ARGS:a "@ge 1" "id:1,phase:1,redirect:http://example.test/%{ARGS.a}"\n`;
  const gate = await startGate(upstream.port, { rules });
  const answer = await ask(gate.port, `/?a=${value.replaceAll(' ', '%20')}`);
  expect(answer.status).toBe(status);
  expect(answer.headers['location']).toBe(location);
  expect(answer.headers).not.toHaveProperty('x-evil');
  expect(upstream.seen).toEqual([]);
});
