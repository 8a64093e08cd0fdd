import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { ERRORS, GateError } from '../../errors.ts';
import type { UpstreamAddress } from '../balance/address.ts';
import { Upstream } from '../upstream.ts';
import { Attempt } from './attempt.ts';

/** An address that one failure takes out, and an attempt with it. */
function attempt(): { readonly one: Attempt; readonly address: UpstreamAddress } {
  const { config } = parseConfig(
    'upstreams: { app: { urls: "http://127.0.0.1:1", breaker: { failures: 1, share: 0, status: 502-504 } } }',
    'gate.yaml',
    {},
  );
  const upstream = new Upstream('app', config?.upstreams.get('app') as never, () => undefined);
  onTestFinished(() => upstream.close());
  const address = upstream.pick({} as never) as UpstreamAddress;
  address.take();
  return { one: new Attempt(upstream, address), address };
}

describe('what it tells about the address', () => {
  it.each([
    ['an answer', 200, undefined, 'closed'],
    ['an answer that counts as a failure', 503, undefined, 'open'],
    ['an answer that does not', 500, undefined, 'closed'],
    ['no connection', 0, ERRORS.upstreamUnreachable, 'open'],
    ['no answer in time', 0, ERRORS.upstreamTimeout, 'open'],
    ['a client that went away', 0, ERRORS.clientGone, 'closed'],
  ] as const)('%s', (_name, status, kind, state) => {
    const { one, address } = attempt();
    one.status = status;
    one.settle(kind && new GateError(kind, 'test'));
    expect(address.breaker.state).toBe(state);
    expect(address.pending).toBe(0);
  });
});

it('gives its place back once, and what comes later tells nothing', () => {
  const { one, address } = attempt();
  one.settle();
  one.settle(new GateError(ERRORS.upstreamFailed, 'test'));
  expect(address.pending).toBe(0);
  expect(address.breaker.state).toBe('closed');
});
