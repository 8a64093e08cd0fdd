import { describe, expect, it } from 'vitest';
import { BodyMemory } from '../body-memory.ts';
import { type CgiContext, cgiParameters, type Target } from './parameters.ts';

const CONTEXT: CgiContext = {
  client: { address: '192.0.2.1', port: 4000 },
  server: { address: '192.0.2.9', port: 443 },
  scheme: 'https',
  protocol: 'HTTP/2.0',
  serverName: 'a.test',
  requestUri: '/x?q',
  outer: '',
  inner: '',
  requestId: 'id',
  onErrorLine: () => {},
  tmpDir: '',
  bodyInMemory: 0,
  bodyMemory: new BodyMemory(0),
};

function told(
  target: Partial<Target>,
  headers: readonly string[] = [],
  context: Partial<CgiContext> = {},
): Record<string, string> {
  const whole = { scriptName: '/i.php', pathInfo: '', filename: '/srv/i.php', documentRoot: '/srv', ...target };
  const list = cgiParameters('GET', 'q', whole, headers, 0, { ...CONTEXT, ...context }, new Map([['APP', 'x']]));
  const names = list.filter((_, at) => at % 2 === 0);
  expect(new Set(names).size).toBe(names.length);
  return Object.fromEntries(names.map((name, at) => [name, list[2 * at + 1] ?? '']));
}

describe('parameters', () => {
  it('are those of CGI, nginx and Apache', () => {
    expect(told({ pathInfo: '/a' })).toEqual({
      APP: 'x',
      CONTENT_LENGTH: '',
      DOCUMENT_ROOT: '/srv',
      DOCUMENT_URI: '/i.php/a',
      GATEWAY_INTERFACE: 'CGI/1.1',
      HTTPS: 'on',
      PATH_INFO: '/a',
      PATH_TRANSLATED: '/srv/a',
      QUERY_STRING: 'q',
      REDIRECT_STATUS: '200',
      REMOTE_ADDR: '192.0.2.1',
      REMOTE_PORT: '4000',
      REQUEST_METHOD: 'GET',
      REQUEST_SCHEME: 'https',
      REQUEST_URI: '/x?q',
      SCRIPT_FILENAME: '/srv/i.php',
      SCRIPT_NAME: '/i.php',
      SERVER_ADDR: '192.0.2.9',
      SERVER_NAME: 'a.test',
      SERVER_PORT: '443',
      SERVER_PROTOCOL: 'HTTP/2.0',
      SERVER_SOFTWARE: 'sallyport',
      UNIQUE_ID: 'id',
    });
    expect(told({}, [], { scheme: 'http' })).not.toHaveProperty('HTTPS');
  });

  it('name the user the gate knows, and nobody whom a client names', () => {
    const user = { user: 'alice', type: 'Basic' };
    expect(told({}, [], { user })).toMatchObject({ REMOTE_USER: 'alice', AUTH_TYPE: 'Basic' });
    const claimed = told({}, ['remote-user', 'eve', 'auth-type', 'Basic']);
    expect(claimed).not.toHaveProperty('REMOTE_USER');
    expect(claimed).not.toHaveProperty('AUTH_TYPE');
  });

  it.each<[string, readonly string[], Record<string, string>]>([
    ['a header', ['X-One', '1'], { HTTP_X_ONE: '1' }],
    [
      'the type of the body, twice as nginx does',
      ['content-type', 'a/b'],
      { CONTENT_TYPE: 'a/b', HTTP_CONTENT_TYPE: 'a/b' },
    ],
    ['repeated ones as one', ['A', '1', 'a', '2'], { HTTP_A: '1, 2' }],
    ['cookies with their own separator', ['Cookie', 'a=1', 'cookie', 'b=2'], { HTTP_COOKIE: 'a=1; b=2' }],
  ])('have %s', (_what, headers, expected) => {
    expect(told({}, headers)).toMatchObject(expected);
  });

  it.each(['Proxy', 'PROXY', 'proxy', 'X_Real_IP', 'X.Real.IP', 'Content-Length', 'Transfer-Encoding', 'A b'])(
    'have nothing of a header %s',
    (name) => {
      expect(told({}, [name, 'spoofed'])).toEqual(told({}));
    },
  );

  it.each([
    ['/blog', '', '/i.php', '/blog/i.php'],
    ['/blog', '/blog', '/blog/i.php', '/blog/i.php'],
    ['/blog', '/app', '/app/i.php', '/blog/i.php'],
    ['/blog', '/app', '/other/i.php', '/other/i.php'],
    ['', '/app', '/app/i.php', '/i.php'],
  ])('behind the prefix "%s", which is "%s" there, call %s by the name %s', (outer, inner, scriptName, shown) => {
    expect(told({ scriptName }, [], { outer, inner })['SCRIPT_NAME']).toBe(shown);
  });
});
