/** Routes with rule sets of their own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../src/index.ts';
import { ask } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const refuse = (id: number, word: string): string =>
  `SecRule ARGS "@contains ${word}" "id:${id},phase:2,deny,status:403,log"\n`;

const ROUTES = `rule_sets:
  strict: { files: [rules.conf, strict.conf] }
  watching: { engine: DetectionOnly }
  idle: { files: [absent.conf] }
routes:
  - { upstream: app }
  - { upstream: app, path: /strict, rule_set: strict }
  - { upstream: app, path: /strict/too, rule_set: strict }
  - { upstream: app, path: /watching, rule_set: watching }
  - { upstream: app, path: /off, waf: off }`;

async function open(): Promise<{ readonly gate: RunningGate; status(path: string): Promise<number> }> {
  const upstream = await startUpstream();
  const rules = `SecRuleEngine On\n${refuse(1, 'evil')}`;
  const folder = await startGate(upstream.port, { rules });
  writeFileSync(join(folder.folder, 'strict.conf'), refuse(2, 'odd'));
  const gate = await startGate(upstream.port, {
    rules,
    yaml: ROUTES.replaceAll('strict.conf', join(folder.folder, 'strict.conf')),
  });
  return { gate, status: async (path) => (await ask(gate.port, path)).status };
}

it('each route has the rules it names; sets nobody names are not even read', async () => {
  const { gate, status } = await open();
  const found: Record<string, number> = {};
  for (const path of ['/', '/strict', '/strict/too', '/watching', '/off']) {
    for (const word of ['evil', 'odd']) found[`${path} ${word}`] = await status(`${path}?a=${word}`);
  }
  expect(found).toEqual({
    '/ evil': 403,
    '/ odd': 200,
    '/strict evil': 403,
    '/strict odd': 403,
    '/strict/too evil': 403,
    '/strict/too odd': 403,
    '/watching evil': 200,
    '/watching odd': 200,
    '/off evil': 200,
    '/off odd': 200,
  });
  expect(gate.gateway.rules.sets.map(({ name, ruleCount }) => [name, ruleCount])).toEqual([
    ['strict', 2],
    ['watching', 1],
  ]);
  expect(await gate.errorLog()).toMatch(/Warning\. String match "evil".*\[uri "\/watching"\]/);
});

it('a reload gives a route another set, or none', async () => {
  const { gate, status } = await open();
  const { config } = gate.gateway;
  const routes = config.routes.map(({ ruleSet, ...route }) =>
    ruleSet === 'watching' ? { ...route, ruleSet: 'strict' } : route,
  );
  await gate.gateway.reload({ ...config, routes });
  expect([await status('/watching?a=odd'), await status('/strict?a=odd')]).toEqual([403, 200]);
});

it('a rule that only one set has can be switched', async () => {
  const { gate, status } = await open();
  const entry = { to: 'off', by: 'test', since: 0 } as const;
  gate.gateway.ruleSwitches.set({ ...entry, id: 2 });
  expect([await status('/strict?a=odd'), await status('/strict?a=evil')]).toEqual([200, 403]);
  expect(await gate.errorLog()).not.toContain('not there any more');
  expect(() => gate.gateway.ruleSwitches.set({ ...entry, id: 3 })).toThrow('there is no rule 3');
});

it.each([
  [
    'rule_sets: { strict: { paranoia: 4 } }\nroutes: [{ upstream: app, rule_set: strikt }]',
    '3:37 there is no rule set "strikt"; did you mean "strict"?',
  ],
  ['routes: [{ upstream: app, rule_set: strict }]', '2:37 there is no rule set "strict"'],
  [
    'rule_sets: { strict: { paranoia: 4 } }\nroutes: [{ upstream: app, waf: off, rule_set: strict }]',
    '3:47 a route with "waf: off" has no rules, so it cannot have a set of them',
  ],
  ['rule_sets: { strict: { paranoia: 5 } }', '2:34 '],
])('is refused: %s', (yaml, mistake) => {
  const { mistakes } = parseConfig(`upstreams: { app: "http://127.0.0.1:1" }\n${yaml}`, 's.yaml');
  expect(mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
    expect.stringContaining(mistake),
  ]);
});
