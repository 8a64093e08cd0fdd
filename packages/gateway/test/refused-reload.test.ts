/** A reload that is refused leaves the gate as it was, whatever was bad, and nothing open behind it. */
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Config } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { ask } from './support/client.ts';
import { type RunningGate, startGate, testConfig } from './support/gate.ts';
import { freePort } from './support/redis.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:2,deny,status:403,log"\n';

/** What is different besides: what is made early in a reload is there when something later is bad. */
const DIFFERENT = `
logs: { access: other.log, error: other-error.log, audit: audit.log }
limits: { bodies_in_memory: 1 MiB }
upstreams:
  app: { urls: ["http://127.0.0.1:UPSTREAM"], health: { path: /, interval: 1 s } }
  another: "http://127.0.0.1:UPSTREAM"`;

interface Bad {
  readonly name: string;
  readonly yaml?: string;
  readonly rules?: string;
  /** Where YAML says only that a file is there. */
  readonly spoil?: (config: Config, folder: string) => Config | Promise<Config>;
  readonly says: RegExp;
}

const BAD: readonly Bad[] = [
  { name: 'a rule', rules: `${RULES}SecRule ARGS "@rx (" "id:2"\n`, says: /rules\.conf:3/ },
  {
    name: 'a list of phrases that is not there',
    rules: 'SecRule ARGS "@pmFromFile gone.data" "id:2"\n',
    says: /gone\.data/,
  },
  {
    name: 'a rule set of one route',
    yaml: 'rule_sets: { strict: { files: [gone.conf] } }\nroutes: [{ upstream: app, rule_set: strict }]',
    says: /gone\.conf/,
  },
  {
    name: 'a certificate',
    spoil: (config, folder) => ({
      ...config,
      listeners: [...config.listeners, tlsListener(join(folder, 'gone.pem'), join(folder, 'gone.pem'))],
    }),
    says: /gone\.pem/,
  },
  {
    name: 'a key of another certificate',
    spoil: (config, folder) => {
      const { cert } = makeCertificate(folder, 'one.test');
      const { key } = makeCertificate(folder, 'two.test');
      return { ...config, listeners: [...config.listeners, tlsListener(cert, key)] };
    },
    says: /key/i,
  },
  {
    name: 'the authority of an application',
    spoil: (config, folder) => {
      const [name, app] = [...config.upstreams][0]!;
      const tls = { ...app.tls, ca: join(folder, 'gone.pem') };
      return { ...config, upstreams: new Map([...config.upstreams, [name, { ...app, tls }]]) };
    },
    says: /gone\.pem/,
  },
  {
    name: 'a file of passwords',
    yaml: 'auth: { basic: { staff: gone.htpasswd } }\nroutes: [{ upstream: app, auth: { providers: [staff] } }]',
    says: /gone\.htpasswd/,
  },
  { name: 'a port somebody else has, behind one that is free', spoil: withBusyPort, says: /EADDRINUSE/ },
  {
    name: 'such a port, with other counts',
    // Those of several processes are the ones that hold a file.
    yaml: 'floods: { entries: 5000, shared_dir: counts }',
    spoil: withBusyPort,
    says: /EADDRINUSE/,
  },
];

it.each(BAD)('with a bad reload ($name) all goes on as it was', async ({ yaml = '', rules = RULES, spoil, says }) => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, { rules: RULES });
  const before = gate.gateway.config;
  const good = async (): Promise<void> => {
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect((await ask(gate.port, '/?a=evil')).status).toBe(403);
  };
  await good();
  const reload = async (): Promise<void> => {
    const text = `${DIFFERENT.replaceAll('UPSTREAM', String(upstream.port))}\n${yaml}`;
    const next = testConfig(gate.folder, upstream.port, { rules, yaml: text });
    writeFileSync(join(gate.folder, 'rules.conf'), rules);
    const spoilt = (await spoil?.(next, gate.folder)) ?? next;
    await expect(gate.gateway.reload(spoilt)).rejects.toThrow(says);
  };
  await reload();
  const open = await openFiles();
  for (let time = 0; time < 3; time++) await reload();
  expect(await openFiles()).toEqual(open);
  expect(gate.gateway.config).toBe(before);
  await good();
  await staysInItsLogs(gate);
});

/** Lines still come where they came before, those of parts that outlive reloads too. */
async function staysInItsLogs({ gateway, errorLog, port, folder }: RunningGate): Promise<void> {
  gateway.floods.say('warn', 'said by the counts');
  expect(await errorLog()).toContain('said by the counts');
  expect(readdirSync(folder).filter((name) => name.startsWith('other'))).toEqual([]);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end());
    socket.on('close', () => resolve()).on('error', reject);
  });
}

async function withBusyPort(config: Config): Promise<Config> {
  const busy = await startUpstream();
  const door = { address: '127.0.0.1', port: await freePort() };
  return { ...config, listeners: [...config.listeners, door, { ...door, port: busy.port }] };
}

function tlsListener(certificate: string, key: string): Config['listeners'][number] {
  return { address: '127.0.0.1', port: 0, tls: { certificate, key, minVersion: 'TLSv1.2' } };
}

/** What this process has open, once it is at rest. Connections to applications come and go. */
async function openFiles(): Promise<readonly string[]> {
  await wait(200);
  return readdirSync('/proc/self/fd')
    .flatMap((descriptor) => {
      try {
        return [readlinkSync(`/proc/self/fd/${descriptor}`)];
      } catch {
        return [];
      }
    })
    .filter((name) => !name.startsWith('socket:'))
    .sort();
}

it('a gate that is closed twice is closed', async () => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port);
  onTestFinished(() => gate.gateway.close(0));
  await gate.gateway.close(0);
  await gate.gateway.close(0);
});
