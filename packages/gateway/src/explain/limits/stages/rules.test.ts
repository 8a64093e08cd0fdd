import { expect, it } from 'vitest';
import { limitsMet, type SampleRequest } from '../../../../test/support/limits-met.ts';
import { limitsOfRules } from './rules.ts';

const RULES =
  'SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 2048\nSecRequestBodyNoFilesLimit 1024\nSecRequestBodyLimitAction Reject\n';

function limits(route: string, request: SampleRequest): readonly string[] {
  const yaml = `upstreams: { app: "http://127.0.0.1:1" }\nroutes: [{ upstream: app${route} }]`;
  return limitsMet(limitsOfRules, yaml, request);
}

it('there are none without rules', () => {
  expect(limits('', {})).toEqual([]);
});

it.each<[string, number, string, string]>([
  ['small enough', 1024, '', ''],
  ['too large for all but files', 1025, '', ' -> 413 after 0 s if it is a form or a document, not files'],
  ['too large', 2049, ' -> 413 after 0 s', ' -> 413 after 0 s if it is a form or a document, not files'],
])('a body that is %s', (_name, size, all, noFiles) => {
  expect(limits('', { rules: RULES, upload: { size, rate: 1 } })).toEqual([
    `SecRequestBodyLimit: 2 KiB: 413 (rules.conf:3)${all}`,
    `SecRequestBodyNoFilesLimit: 1 KiB: 413 (rules.conf:4)${noFiles}`,
    'SecRequestBodyLimitAction: Reject: 413 (rules.conf:5)',
  ]);
});

const PART = 'rules see this much, the rest streams on';
it.each([
  ['only detect', '', RULES.replace('On', 'DetectionOnly')],
  ['only detect on this route', ', waf: detection', RULES],
  ['take a part', '', RULES.replace('Reject', 'ProcessPartial')],
])('rules that %s refuse none for its size', (_name, route, rules) => {
  const lines = limits(route, { rules, upload: { size: 9999, rate: 1 } });
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(new RegExp(`: ${PART} \\(rules\\.conf:\\d\\)$`));
});

it('a part the route names comes first', () => {
  const lines = limits(', inspect: { request_body_limit: 1 KiB }', { rules: RULES, upload: { size: 9999, rate: 1 } });
  expect(lines[0]).toBe(`routes[].inspect.request_body_limit: 1 KiB: ${PART} (gate.yaml:2:58)`);
  expect(lines[1]).toBe(`SecRequestBodyLimit: 2 KiB: ${PART} (rules.conf:3)`);
});

it.each([
  ['', RULES.replace('Access On', 'Access Off'), 'default'],
  ['', RULES.replace('Engine On', 'Engine Off'), 'default'],
  [', inspect: { request_body: false }', RULES, 'gate.yaml:2:52'],
])('bodies rules do not see stream on: %s', (route, rules, from) => {
  expect(limits(route, { rules })).toEqual([`request body: not inspected: streams to the upstream (${from})`]);
});
