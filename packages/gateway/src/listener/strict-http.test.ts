import { expect, it } from 'vitest';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { ERRORS } from '../errors.ts';
import type { FrontRequest } from './front.ts';
import { readHead } from './strict-http.ts';

it('of thousands of headers only so many are read as may be sent, and what says where the body ends', () => {
  const rawHeaders = ['Host', 'a'];
  for (let at = 0; at < 5000; at++) rawHeaders.push(`x-${at}`, 'b');
  rawHeaders.push('content-length', '5');
  const request = { method: 'POST', url: '/', httpVersion: '1.1', rawHeaders } as unknown as FrontRequest;
  const { http, limits } = parseConfig('upstreams: { app: "http://127.0.0.1:1" }', 'sallyport.yaml').config as Config;
  const head = readHead(request, http, limits);
  expect(head.refusal).toBe(ERRORS.tooManyHeaders);
  expect(head.contentLength).toBe(5);
  expect(head.names).toHaveLength(limits.headerCount + 1);
});
