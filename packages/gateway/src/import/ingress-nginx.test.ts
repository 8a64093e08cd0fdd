import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { importIngress } from './ingress-nginx.ts';
import type { ProxyImport } from './proxy/result.ts';

async function convert(text: string): Promise<ProxyImport> {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'ingress.yaml'), text);
  return await importIngress(join(folder, 'ingress.yaml'), { rulesFile: 'gate.rules.conf' });
}

function ingress(annotations: Readonly<Record<string, string>>, paths: readonly string[] = ['/'], more = ''): string {
  const written = Object.entries(annotations).map(
    ([name, value]) => `    nginx.ingress.kubernetes.io/${name}: ${JSON.stringify(value)}\n`,
  );
  const path = (one: string): string => {
    const [type = 'Prefix', name = '/'] = one.includes(' ') ? one.split(' ') : ['Prefix', one];
    return `          - { path: '${name}', pathType: ${type}, backend: { service: { name: web, port: { number: 80 } } } }\n`;
  };
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: prod
  annotations:
    kubernetes.io/ingress.class: nginx
${written.join('')}spec:
${more}  rules:
    - host: shop.test
      http:
        paths:
${paths.map(path).join('')}`;
}

function notesOn({ lines }: ProxyImport, start: string): string {
  return lines
    .filter(({ source }) => source.includes(start))
    .flatMap(({ line, outcome, result, notes }) => [line > 0 ? outcome : 'nowhere', ...result, ...notes])
    .join(' | ');
}

type Route = Readonly<Record<string, unknown>>;
const NOT_FOUND = { hosts: ['shop.test'], path: '/', answer: 404 };
const WEB = { hosts: ['shop.test'], upstream: 'prod-web-80' };

describe('paths and annotations', () => {
  it.each<
    [what: string, annotations: Readonly<Record<string, string>>, paths: readonly string[], routes: readonly Route[]]
  >([
    [
      'prefixes and exact paths',
      {},
      ['/', '/a', 'Exact /b'],
      [
        { ...WEB, path: '/a', max_body: 1_048_576 },
        { ...WEB, path: '/b', exact: true },
        { ...WEB, path: '/' },
      ],
    ],
    [
      'rewrites, the longest path first',
      { 'rewrite-target': '/$2' },
      ['/a(/|$)(.*)', '/', '/a/long(/|$)(.*)'],
      [
        { ...WEB, pattern: '(?i)^/a/long(/|$)(.*)', rewrite_whole: '/{2}' },
        { ...WEB, pattern: '(?i)^/a(/|$)(.*)', rewrite_whole: '/{2}' },
        { ...WEB, pattern: '(?i)^/', rewrite_whole: '/{2}' },
        NOT_FOUND,
      ],
    ],
    [
      'access by address',
      { 'whitelist-source-range': '10.0.0.0/8, 192.0.2.1', 'denylist-source-range': '10.0.0.7' },
      ['/'],
      [{ ...WEB, access: ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'allow 192.0.2.1', 'deny all'] }],
    ],
    ['what needs a user is closed', { 'auth-url': 'https://x/' }, ['/'], [{ path: '/', answer: 403 }]],
    [
      'sizes and names',
      { 'proxy-body-size': '8m', 'upstream-vhost': 'in.test', 'enable-modsecurity': 'true' },
      ['/'],
      [{ ...WEB, max_body: 8_388_608, send_host: 'in.test', waf: 'on' }],
    ],
    [
      'redirects',
      { 'permanent-redirect': 'https://new.test$request_uri' },
      ['/'],
      [{ redirect: { to: 'https://new.test{uri}', status: 301 } }],
    ],
    [
      'the start of an application',
      { 'app-root': '/app' },
      ['/'],
      [
        { path: '/', exact: true, redirect: { to: '/app', status: 302 } },
        { ...WEB, path: '/' },
      ],
    ],
    [
      'to https',
      { 'force-ssl-redirect': 'true' },
      ['/'],
      [
        { scheme: 'http', redirect: { to: 'https://{host}{uri}', status: 308 } },
        { scheme: 'https', ...WEB },
      ],
    ],
    ['gRPC is not spoken', { 'backend-protocol': 'GRPC' }, ['/'], [{ answer: 403 }]],
  ])('%s', async (_what, annotations, paths, routes) => {
    const { text } = await convert(ingress(annotations, paths));
    expect(parse(text)['routes']).toMatchObject(routes);
  });

  it('of upstreams', async () => {
    const { text } = await convert(
      ingress({
        'proxy-connect-timeout': '3',
        'proxy-read-timeout': '90',
        'load-balance': 'ewma',
        'session-cookie-name': 'sid',
        affinity: 'cookie',
        'backend-protocol': 'HTTPS',
      }),
    );
    expect(parse(text)['upstreams']).toMatchObject({
      'prod-web-80': {
        urls: 'https://web.prod.svc:80',
        connect_timeout: '3 s',
        response_timeout: '90 s',
        idle_timeout: '90 s',
        balance: 'least_busy',
        sticky: { cookie: 'sid' },
      },
    });
  });

  it('what cannot be carried over is listed with its line', async () => {
    const result = await convert(ingress({ 'limit-rps': '5', 'configuration-snippet': 'x', 'no-such-thing': '1' }));
    expect(notesOn(result, 'limit-rps')).toBe('left out | see floods in the reference');
    expect(notesOn(result, 'configuration-snippet')).toContain('left out | directives of nginx');
    expect(notesOn(result, 'no-such-thing')).toBe('left out | the gate has nothing like it');
    expect(result.lines.find(({ source }) => source.includes('limit-rps'))?.line).toBe(8);
  });

  it('rules of ModSecurity move to a file', async () => {
    const result = await convert(
      ingress({
        'enable-modsecurity': 'true',
        'modsecurity-snippet': 'SecRuleEngine On\nSecRule ARGS "@streq x" "id:9,phase:2,deny"\n',
      }),
    );
    expect(result.rules).toBe('SecRuleEngine On\nSecRule ARGS "@streq x" "id:9,phase:2,deny"\n');
    expect(parse(result.text)['rules']).toEqual({ files: ['gate.rules.conf'] });
  });
});

it('several documents, lists, names of ports, other kinds, a default backend, canaries and TLS', async () => {
  const result = await convert(`apiVersion: v1
kind: List
items:
  - kind: Service
    metadata: { name: web, namespace: prod }
    spec: { ports: [{ name: http, port: 8080 }] }
  - kind: Ingress
    metadata: { name: a, namespace: prod }
    spec:
      tls: [{ hosts: [a.test], secretName: cert-a }]
      defaultBackend: { service: { name: web, port: { name: http } } }
      rules:
        - host: a.test
          http: { paths: [{ path: /x, pathType: Prefix, backend: { service: { name: web, port: { name: none } } } }] }
---
kind: Deployment
---
kind: Ingress
metadata: { name: c, annotations: { nginx.ingress.kubernetes.io/canary: "true" } }
spec: { rules: [{ host: a.test, http: { paths: [{ path: /x, backend: { service: { name: new, port: { number: 1 } } } }] } }] }
---
{ broken: [
`);
  expect(parse(result.text)).toMatchObject({
    upstreams: { 'prod-web-8080': { urls: 'http://web.prod.svc:8080' } },
    routes: [
      { hosts: ['a.test'], path: '/x', scheme: 'http', redirect: { to: 'https://{host}{uri}', status: 308 } },
      { hosts: ['a.test'], path: '/x', scheme: 'https', answer: 503 },
      { hosts: ['a.test'], path: '/', answer: 404 },
      { path: '/', upstream: 'prod-web-8080' },
    ],
  });
  expect(notesOn(result, 'secretName')).toContain('put the certificate of the secret cert-a into files');
  expect(notesOn(result, 'kind: Deployment')).toBe('left out | a Deployment is no matter of a proxy');
  expect(result.lines.filter(({ notes }) => notes.some((note) => /flow/i.test(note)))).not.toEqual([]);
});

it('any annotations give a configuration that loads, and each is spoken of', async () => {
  const names = [
    'rewrite-target',
    'use-regex',
    'app-root',
    'ssl-redirect',
    'force-ssl-redirect',
    'permanent-redirect',
    'temporal-redirect',
    'whitelist-source-range',
    'denylist-source-range',
    'proxy-body-size',
    'proxy-connect-timeout',
    'proxy-next-upstream',
    'load-balance',
    'upstream-hash-by',
    'affinity',
    'session-cookie-name',
    'upstream-vhost',
    'backend-protocol',
    'server-alias',
    'enable-modsecurity',
    'auth-type',
    'canary-weight',
  ];
  const values = [
    '',
    'true',
    'false',
    '/',
    '/$1',
    'x y',
    '10.0.0.0/8',
    '5',
    '8m',
    'cookie',
    'HTTPS',
    'off',
    'https://a.test/',
    '$host',
    '[',
    '{',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values), { maxKeys: 6 }),
      fc.array(fc.constantFrom('/', '/a', '/a(/|$)(.*)', 'Exact /b', 'x', '/(', '/a//b'), { maxLength: 4 }),
      async (annotations, paths) => {
        const { lines } = await convert(ingress(annotations, paths));
        for (const name of Object.keys(annotations)) {
          const said = lines.filter(({ source }) => source.includes(`/${name}:`));
          expect(said.map(({ result, notes }) => result.length + notes.length > 0)).toEqual([true]);
        }
      },
    ),
    { numRuns: 80, examples: [[{ 'app-root': '/' }, []]] },
  );
});
