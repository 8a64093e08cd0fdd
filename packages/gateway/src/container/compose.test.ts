import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../config/load.ts';
import { compose } from './compose.ts';
import { ENGINE_VARIABLES, IGNORED_VARIABLES, RULE_SET_VARIABLES } from './variables.ts';

describe('rules', () => {
  it.each([
    [{}, ''],
    [{ ANOMALY_INBOUND: 'unlimited', MAX_NUM_ARGS: '' }, ''],
    [{ MODSEC_RULE_ENGINE: 'DetectionOnly' }, 'SecRuleEngine "DetectionOnly"\n'],
    [
      { MODSEC_REQ_BODY_LIMIT: '1000', MODSEC_AUDIT_LOG: '/dev/stdout' },
      'SecAuditLog "/dev/stdout"\nSecRequestBodyLimit "1000"\n',
    ],
    [
      { ANOMALY_INBOUND: '10', ALLOWED_METHODS: 'GET POST' },
      `SecAction "id:22000002,phase:1,pass,nolog,t:none,setvar:'tx.inbound_anomaly_score_threshold=10',setvar:'tx.allowed_methods=GET POST'"\n`,
    ],
    [
      { PARANOIA: '1', BLOCKING_PARANOIA: '2' },
      `SecAction "id:22000002,phase:1,pass,nolog,t:none,setvar:'tx.paranoia_level=2',setvar:'tx.blocking_paranoia_level=2',setvar:'tx.detection_paranoia_level=2',setvar:'tx.executing_paranoia_level=2'"\n`,
    ],
    [
      { DETECTION_PARANOIA: '3' },
      `SecAction "id:22000002,phase:1,pass,nolog,t:none,setvar:'tx.executing_paranoia_level=3',setvar:'tx.detection_paranoia_level=3'"\n`,
    ],
    [{ MANUAL_MODE: '1', ANOMALY_INBOUND: '10', MODSEC_RULE_ENGINE: 'On' }, 'SecRuleEngine "On"\n'],
  ])('%j', (environment, rules) => {
    expect(compose(environment)).toMatchObject({ rules, mistakes: [] });
  });

  it.each([
    [{ PARANOIA: 'high' }, 'PARANOIA: "high" is not a number'],
    [
      { ALLOWED_METHODS: `GET'"\nSecRuleEngine Off` },
      'ALLOWED_METHODS: "GET\'"\nSecRuleEngine Off" is not text without quotes, backslashes and macros',
    ],
    [{ MODSEC_RULE_ENGINE: 'On "x' }, 'MODSEC_RULE_ENGINE: "On "x" is not one word'],
    [
      { RESTRICTED_HEADERS: '%{REMOTE_ADDR}' },
      'RESTRICTED_HEADERS: "%{REMOTE_ADDR}" is not text without quotes, backslashes and macros',
    ],
    [{ BACKEND: 'http://app/path' }, `BACKEND: "http://app/path" has a path; use the route's "rewrite" for that`],
    [{ PORT: 'http' }, 'PORT: "http" is not a number'],
    [{ LOGLEVEL: 'loud' }, 'LOGLEVEL: "loud" is not one of emerg, alert, crit, error, warn, notice, info, debug'],
  ])('%j cannot be used', (environment, mistake) => {
    expect(compose(environment).mistakes).toEqual([mistake]);
  });
});

describe('the gate', () => {
  it.each([
    [
      {},
      {
        listeners: [{ port: 8080 }],
        upstreams: { app: { urls: ['http://localhost:80'] } },
        logs: { access: '/dev/stdout' },
      },
    ],
    [
      { PORT: '80', BACKEND: 'app:3000' },
      { listeners: [{ port: 80 }], upstreams: { app: { urls: ['http://app:3000'] } } },
    ],
    [
      { SSL_CERT: '/c', SSL_CERT_KEY: '/k' },
      { listeners: [{ port: 8080 }, { port: 8443, tls: { certificate: '/c', key: '/k' } }] },
    ],
    [{ PROXY_TIMEOUT: '90s' }, { upstreams: { app: { response_timeout: '90 s' } } }],
    [{ SET_REAL_IP_FROM: '10.0.0.0/8, 127.0.0.1' }, { trusted_proxies: ['10.0.0.0/8', '127.0.0.1'] }],
    [{ PROXY_PRESERVE_HOST: 'off' }, { routes: [{ preserve_host: false }] }],
    [{ ACCESSLOG: '/dev/null', ERRORLOG: '/proc/self/fd/2', LOGLEVEL: 'warn' }, { logs: { error_level: 'warn' } }],
  ])('%j', (environment, settings) => {
    const composed = compose(environment);
    expect(composed).toMatchObject({ settings, mistakes: [] });
    expect(parseConfig(stringify(composed.settings), 'sallyport.yaml').mistakes).toEqual([]);
  });

  it('says what it does not honour, and what to do instead', () => {
    const environment = { SERVER_NAME: 'localhost', SSL_PORT: '443', PROXY_SSL_VERIFY: 'off', BACKEND: 'https://app' };
    expect(compose(environment).remarks).toEqual([
      'SERVER_NAME is not honoured: every host name is served',
      'PROXY_SSL_VERIFY: anybody on the way to the application can read and change the traffic',
      'SSL_PORT is not opened: give SSL_CERT and SSL_CERT_KEY, a certificate and its key in PEM form',
    ]);
  });
});

it('no variable is listed twice', () => {
  const names = [...RULE_SET_VARIABLES, ...ENGINE_VARIABLES]
    .map((one) => one.name)
    .concat(Object.keys(IGNORED_VARIABLES));
  expect(new Set(names).size).toBe(names.length);
});
