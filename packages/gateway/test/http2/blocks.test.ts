/** Header blocks no honest client sends: each ends its stream, or is answered 400; none reaches the upstream, none is served in part. */
import { describe, expect, it } from 'vitest';
import { startByteUpstream } from '../support/raw.ts';
import { startSecureGate } from '../support/secure-gate.ts';
import { DATA, END_STREAM, type Field, frame, get, openRaw, request } from './frames.ts';

/** A status, or the error code of RST_STREAM, or the end of the connection. */
type Outcome = number | 'reset' | 'closed';

const BLOCKS: readonly (readonly [name: string, fields: readonly Field[], outcome: Outcome])[] = [
  ['A16 CR in a value', get({}, ['x-a', 'a\rb']), 'reset'],
  ['A16 LF in a value', get({}, ['x-a', 'a\nx-b: c']), 'reset'],
  ['A16 NUL in a value', get({}, ['x-a', 'a\0b']), 'reset'],
  ['A16 blank around a value', get({}, ['x-a', ' a']), 'reset'],
  ['A16 CR LF in a name', get({}, ['x-a: b\r\nx-c', 'd']), 'reset'],
  ['A16 colon in a name', get({}, ['x:a', 'b']), 'reset'],
  ['A16 space in a name', get({}, ['x a', 'b']), 'reset'],
  ['A16 NUL in a name', get({}, ['x\0a', 'b']), 'reset'],
  ['A16 empty name', get({}, ['', 'b']), 'reset'],
  ['A16 upper case in a name', get({}, ['X-A', 'b']), 'reset'],
  ['A16 8-bit byte in a name', get({}, ['x-\xe9', 'b']), 'reset'],
  ['A16 Transfer-Encoding', get({}, ['transfer-encoding', 'chunked']), 'reset'],
  ['A16 Connection', get({}, ['connection', 'close']), 'reset'],
  ['A16 Keep-Alive', get({}, ['keep-alive', '5']), 'reset'],
  ['A16 Upgrade', get({}, ['upgrade', 'websocket']), 'reset'],
  ['A16 TE other than trailers', get({}, ['te', 'gzip']), 'reset'],
  ['A16 Content-Length without a body', get({ ':method': 'POST' }, ['content-length', '5']), 'reset'],
  ['A16 Content-Length that is no number', get({ ':method': 'POST' }, ['content-length', '+5']), 'reset'],
  ['A16 two Content-Length', get({ ':method': 'POST' }, ['content-length', '0'], ['content-length', '0']), 'reset'],
  ['A16 two Content-Type', get({}, ['content-type', 'a/b'], ['content-type', 'c/d']), 400],
  ['A16 CR LF in the path', get({ ':path': '/a\r\nHost: b' }), 'reset'],
  ['A16 space in the path', get({ ':path': '/a b' }), 'reset'],
  ['A16 CR LF in the method', get({ ':method': 'GET / HTTP/1.1\r\nX: y\r\n\r\nGET' }), 'reset'],
  ['A16 CR LF in the authority', get({ ':authority': 'a\r\nX: y' }), 'reset'],
  ['A16 pseudo-header behind a field', [...get({ ':path': undefined }, ['x-a', 'b']), [':path', '/']], 'reset'],
  ['A16 unknown pseudo-header', [[':x', 'y'], ...get({})], 'reset'],
  ['A16 :status', [[':status', '200'], ...get({})], 'reset'],
  ['A16 :protocol', [[':protocol', 'websocket'], ...get({ ':method': 'CONNECT' })], 'reset'],
  ['A17 :authority and host differ', get({}, ['host', 'other.test']), 400],
  ['A17 :authority with user', get({ ':authority': 'u@gate.test' }), 'reset'],
  ['A17 :authority with a path', get({ ':authority': 'gate.test/x' }), 'reset'],
  ['A17 :authority that is a list', get({ ':authority': 'gate.test, b' }), 'reset'],
  ['A17 two :authority', [[':authority', 'gate.test'], ...get({})], 'reset'],
  ['A17 no host at all', get({ ':authority': undefined }), 'reset'],
  ['A17 fragment', get({ ':path': '/a#b' }), 400],
  ['A17 :scheme http', get({ ':scheme': 'http' }), 400],
  ['A17 :scheme with a host', get({ ':scheme': 'https://evil/' }), 'reset'],
  ['A17 no :scheme', get({ ':scheme': undefined }), 'reset'],
  ['A17 empty :path', get({ ':path': '' }), 'reset'],
  ['A17 absolute :path', get({ ':path': 'https://gate.test/' }), 'reset'],
  ['A17 asterisk with GET', get({ ':path': '*' }), 'reset'],
  ['A17 two :path', [...get({}), [':path', '/b']], 'reset'],
  ['A25 dot segments', get({ ':path': '/a/../b' }), 400],
  ['A27 long path', get({ ':path': `/${'a'.repeat(8200)}` }), 414],
  ['A28 underscores are refused where asked for', get({}, ['x_a', 'b']), 200],
  ['A29 101 fields', get({}, ...Array.from({ length: 100 }, (_, at): Field => [`x-${at}`, '1'])), 431],
  ['A32 TRACE', get({ ':method': 'TRACE' }), 405],
  ['A32 a method nobody listed', get({ ':method': 'FOO' }), 405],
  ['A33 two Authorization', get({}, ['authorization', 'a'], ['authorization', 'b']), 400],
];

describe('header blocks of HTTP/2', () => {
  it('at least 33 of them', () => expect(BLOCKS.length).toBeGreaterThanOrEqual(33));

  it.each(BLOCKS)('%s', async (_name, fields, outcome) => {
    const upstream = await startByteUpstream();
    const gate = await startSecureGate(upstream.port, { listener: { http2: true } });
    const client = await openRaw(gate.port);
    client.send(request(1, fields));
    const { status, reset } = await client.result(1);
    expect(status ?? (reset === undefined ? 'closed' : 'reset')).toBe(outcome);
    expect(upstream.requests().length).toBe(outcome === 200 ? 1 : 0);
    // Other streams of the connection go on.
    client.send(request(3, get({ ':path': '/s' })));
    expect((await client.result(3)).status).toBe(200);
    expect(upstream.requests().at(-1)).toBe('GET /s HTTP/1.1\r\nhost: gate.test\r\n\r\n');
  });

  it('fields that Node throws away are named in the log', async () => {
    const upstream = await startByteUpstream();
    const gate = await startSecureGate(upstream.port, { listener: { http2: true } });
    const client = await openRaw(gate.port);
    client.send(request(1, get({}, ['x-a', 'a\nb'])));
    await client.result(1);
    expect(await gate.errorLog()).toContain('SP1043 ');
  });

  it.each([
    ['longer', 'abcdef'],
    ['shorter', 'abc'],
  ])('A16 a body %s than its Content-Length is never a whole request', async (_name, body) => {
    const upstream = await startByteUpstream();
    const gate = await startSecureGate(upstream.port, { listener: { http2: true } });
    const client = await openRaw(gate.port);
    client.send(
      request(1, get({ ':method': 'POST' }, ['content-length', '5']), 0),
      frame(DATA, END_STREAM, 1, Buffer.from(body)),
    );
    expect((await client.result(1)).status).toBeUndefined();
    expect(upstream.requests()).toEqual([]);
  });

  it('trailers end here', async () => {
    const upstream = await startByteUpstream();
    const gate = await startSecureGate(upstream.port, { listener: { http2: true } });
    const client = await openRaw(gate.port);
    client.send(
      request(1, get({ ':method': 'POST' }), 0),
      frame(DATA, 0, 1, Buffer.from('abc')),
      request(1, [['x-t', 'evil']], END_STREAM),
    );
    expect((await client.result(1)).status).toBe(200);
    expect(upstream.requests()).toEqual([
      'POST / HTTP/1.1\r\nhost: gate.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ]);
  });

  it('crumbs of a cookie are one again, and the host has its usual name', async () => {
    const upstream = await startByteUpstream();
    const gate = await startSecureGate(upstream.port, { listener: { http2: true } });
    const client = await openRaw(gate.port);
    client.send(request(1, get({}, ['cookie', 'a=1'], ['accept', '*/*'], ['cookie', 'b=2'])));
    expect((await client.result(1)).status).toBe(200);
    expect(upstream.requests()).toEqual([
      'GET / HTTP/1.1\r\nhost: gate.test\r\ncookie: a=1; b=2\r\naccept: */*\r\n\r\n',
    ]);
  });
});
