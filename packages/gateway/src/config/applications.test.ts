import { describe, expect, it } from 'vitest';
import { formatMistake, parseConfig } from './load.ts';

describe('applications in a configuration', () => {
  it.each<[string, string]>([
    ['applications: { a: { principal: p, root: /, command: [/x] } }', '1:33 there is no principal "p"'],
    [
      'principals: { q: x }\napplications: { a: { principal: p, root: /, command: [/x] } }',
      '2:33 there is no principal "p"; did you mean "q"?',
    ],
    [
      'principals: { p: x }\nworkers: { count: 0 }\napplications: { a: { principal: p, root: /, command: [/x] } }',
      '3:15 applications are started by a supervisor',
    ],
    [
      'principals: { p: x }\napplications: { a: { principal: p, root: x, command: [/x] } }',
      '"x" is not an absolute path',
    ],
    ['upstreams: { u: "app:a" }', 'there is no application "a"'],
    [
      'principals: { p: x }\napplications: { a: { principal: p, root: /, command: [/x], unsafe_skip_checks: { SP4003: why } } }',
      '"SP4003" is not the code of a check that can be left out',
    ],
    ['upstreams: { u: { urls: "http://a", fastcgi: { root: / } } }', 'this is for addresses that speak FastCGI'],
    ['upstreams: { u: { urls: ["http://a", "fastcgi://b:1"] } }', 'either all addresses speak FastCGI, or none'],
    [
      'upstreams: { u: { urls: "fastcgi://b:1", fastcgi: { front_controller: /x.php } } }',
      '"front_controller" needs "root"',
    ],
    ['upstreams: { u: "fastcgi://b" }', '"fastcgi://b" is not an address'],
    ['upstreams: { u: "fastcgi:unix:x" }', '"fastcgi:unix:x" is not a socket'],
    [
      'deployments: { d: { folder: /d, runtimes: [{ marker: x, command: y }] } }',
      'folders become either hosts by "domain" or paths by "prefix"',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, prefix: /, runtimes: [{ marker: x, command: y }] } }',
      'folders become either hosts',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, hosts: b, runtimes: [{ marker: x, command: y }] } }',
      'hosts are for "prefix"',
    ],
    ['deployments: { d: { folder: /d, domain: a, runtimes: [] } }', 'there must be a way to run folders'],
    [
      'deployments: { d: { folder: d, domain: a, runtimes: [{ marker: x, command: y }] } }',
      '"d" is not an absolute path',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, runtimes: [{ marker: a/b, command: y }] } }',
      '"a/b" is not the name of a file',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, runtimes: [{ marker: x, command: y, fastcgi: { root: /x } }] } }',
      'the "root" of a site is its folder',
    ],
    [
      'workers: { count: 0 }\ndeployments: { d: { folder: /d, domain: a, runtimes: [{ marker: x, command: y }] } }',
      '"workers.count" must not be 0',
    ],
    ['deployments: { d: { folder: /d, domain: a, runtimes: { marker: x, command: y } } }', ''],
    [
      'deployments: { d: { folder: /d, domain: a, runtimes: { marker: x, protocol: fastcgi, command: y, fastcgi: { serve_files: true } } } }',
      '"serve_files" is for sites whose marker is a script of FastCGI',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, runtimes: { marker: x.php, protocol: fastcgi, command: y, fastcgi: { serve_files: true } } } }',
      '',
    ],
    [
      'deployments: { d: { folder: /d, domain: a, runtimes: { marker: x.php, protocol: fastcgi, command: y, fastcgi: { file_max_age: 1h } } } }',
      '"file_types" and "file_max_age" are for "serve_files: true"',
    ],
    [
      'upstreams: { u: { urls: "fastcgi://[::1]:9000", fastcgi: { serve_files: true } } }',
      '"serve_files" needs "root"',
    ],
    [
      'upstreams: { u: { urls: "fastcgi://[::1]:9000", fastcgi: { root: /srv, serve_files: true, file_types: { .php: text/plain } } } }',
      '".php" cannot be a script and a file that is served',
    ],
    [
      'upstreams: { u: { urls: "fastcgi://[::1]:9000", fastcgi: { root: /srv, serve_files: true, file_types: { PNG: image/png } } } }',
      '"PNG" is not an ending in lower case such as .png',
    ],
    [
      'upstreams: { u: { urls: "fastcgi://[::1]:9000", fastcgi: { root: /srv, serve_files: true, unsafe_skip_script_check: true } } }',
      'files out of reach of the gate cannot be served by it',
    ],
    ['upstreams: { u: "fastcgi://[::1]:9000" }', ''],
    [
      'principals: { p: x }\napplications: { a: { principal: p, root: /srv, command: x } }\nupstreams: { u: "app:a" }',
      '',
    ],
  ])('%s', (yaml, mistake) => {
    const said = parseConfig(yaml, 'sallyport.yaml', {}).mistakes.map(formatMistake).join('\n');
    if (mistake === '') expect(said).toBe('');
    else expect(said).toContain(mistake);
  });
});
