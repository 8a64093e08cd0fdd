import { expect, it } from 'vitest';
import { type Endpoint, findEndpoint } from './endpoint.ts';

const endpoint = (method: Endpoint['method'], path: string): Endpoint => ({
  method,
  path,
  summary: '',
  handle: () => ({ status: 200, body: undefined }),
});
const ENDPOINTS = [endpoint('GET', '/bans'), endpoint('GET', '/bans/:address'), endpoint('DELETE', '/bans/:address')];

it.each([
  ['GET', '/bans', '/bans', {}],
  ['GET', '/bans/192.0.2.1', '/bans/:address', { address: '192.0.2.1' }],
  ['DELETE', '/bans/2001:db8::%2F64', '/bans/:address', { address: '2001:db8::/64' }],
  ['DELETE', '/bans', 405, undefined],
  ['GET', '/bans/', 404, undefined],
  ['GET', '/bans/%zz', 404, undefined],
  ['GET', '/other', 404, undefined],
  ['GET', '/bans/a/b', 404, undefined],
])('%s %s', (method, path, found, parameters) => {
  const result = findEndpoint(ENDPOINTS, method, path);
  if (typeof result === 'number') expect(result).toBe(found);
  else {
    expect(result.endpoint).toMatchObject({ method, path: found });
    expect(result.parameters).toEqual(parameters);
  }
});
