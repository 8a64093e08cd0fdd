import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { GateRequest } from './gate-request.ts';

function request(...rawHeaders: string[]): GateRequest {
  const made = new GateRequest(new Socket());
  made.rawHeaders = rawHeaders;
  return made;
}

it.each<[string, string[], Record<string, string>]>([
  ['nothing Node asks for', ['Host', 'a', 'Cookie', 'b=c', 'Origin', 'd', 'Upgrade-Insecure-Requests', '1'], {}],
  ['what it asks for', ['Expect', '100-continue', 'UPGRADE', 'h2c'], { expect: '100-continue', upgrade: 'h2c' }],
  ['framing', ['content-length', '0', 'Transfer-Encoding', 'x'], { 'content-length': '0', 'transfer-encoding': 'x' }],
  ['an empty one', ['TE', ''], { te: '' }],
  ['one that came twice', ['Expect', 'a', 'expect', 'b'], { expect: 'a, b' }],
])('has %s', (_name, raw, headers) => {
  expect(request(...raw).headers).toEqual(headers);
});
