/** An engine that breaks must not open the gate. */
import type { Transaction, Waf } from '@sallyport/engine';
import { expect, it, vi } from 'vitest';
import { ask } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

type Step =
  | 'processRequestHeaders'
  | 'writeRequestBody'
  | 'processRequestBody'
  | 'processResponseHeaders'
  | 'writeResponseBody'
  | 'processResponseBody'
  | 'processLogging';
const broken = vi.hoisted(() => ({ step: '', isAsync: false }));

vi.mock('@sallyport/engine', async (importOriginal) => {
  const engine = await importOriginal<typeof import('@sallyport/engine')>();
  const breakStep = (transaction: Transaction): Transaction =>
    new Proxy(transaction, {
      get(target, name) {
        if (name === broken.step) {
          return () => {
            if (broken.isAsync) return Promise.reject(new Error('engine broke later'));
            throw new Error('engine broke');
          };
        }
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    ...engine,
    createWaf: (options: Parameters<typeof engine.createWaf>[0]): Waf => {
      const waf = engine.createWaf(options);
      const { settings, ruleCount, warnings } = waf;
      return {
        settings,
        ruleCount,
        warnings,
        prepare: () => waf.prepare(),
        hasRule: (id) => waf.hasRule(id),
        withRuleSwitches: (switches) => waf.withRuleSwitches(switches),
        openTransaction: (connection) => breakStep(waf.openTransaction(connection)),
      };
    },
  };
});

const RULES =
  'SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/plain\n';
const STEPS: readonly Step[] = [
  'processRequestHeaders',
  'writeRequestBody',
  'processRequestBody',
  'processResponseHeaders',
  'writeResponseBody',
  'processResponseBody',
];
const WAITING: readonly Step[] = [
  'processRequestHeaders',
  'processRequestBody',
  'processResponseHeaders',
  'processResponseBody',
];

it.each([...STEPS.map((step) => ({ step, isAsync: false })), ...WAITING.map((step) => ({ step, isAsync: true }))])(
  '$step fails (later: $isAsync)',
  async ({ step, isAsync }) => {
    Object.assign(broken, { step, isAsync });
    const secret = await startUpstream((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('secret'),
    );
    const post = { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };

    const closed = await startGate(secret.port, { rules: RULES });
    const refused = await ask(closed.port, '/', post, 'a=1');
    expect(refused.status).toBe(500);
    expect(refused.body).not.toContain('secret');
    expect(await closed.errorLog()).toMatch(/SP3001 inspecting the exchange failed.*engine broke/);
    if (step.includes('Request')) expect(secret.seen).toEqual([]);

    const open = await startGate(secret.port, {
      rules: RULES,
      yaml: 'rules: { files: rules.conf, unsafe_pass_on_error: true }',
    });
    const passed = await ask(open.port, '/', post, 'a=1');
    expect(passed).toMatchObject({ status: 200, body: 'secret' });
    expect(secret.seen.at(-1)?.body).toBe('a=1');
    expect(await open.errorLog()).toContain('passed uninspected (unsafe_pass_on_error)');
  },
);

it('a logging phase that fails is logged and harms nobody', async () => {
  Object.assign(broken, { step: 'processLogging', isAsync: false });
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, { rules: RULES });
  expect((await ask(gate.port, '/')).status).toBe(200);
  expect(await gate.errorLog()).toContain('the logging phase failed');
});
