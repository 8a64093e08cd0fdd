import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type Gateway, parseConfig } from '../../packages/gateway/src/index.ts';
import { hasApache, startApache } from '../ftw/apache.ts';
import { ANSWERS, startApplication } from './application.ts';
import { converse } from './converse.ts';
import { FORMATS } from './formats.ts';
import { type LoggedRequest, makeRequests } from './requests.ts';

const REQUESTS = 200;
const seed = Number(process.env['SEED'] ?? 20_261_121);
const isRequired = process.env['CI'] === 'true';

if (!hasApache) console.warn("skipped: no Apache with ModSecurity 2.9 (Debian's libapache2-mod-security2)");

/** A format behind each of the others: bytes sent, for the client to check. */
const WIRE = '%O %S %I';

interface Outcome {
  /** By format, one line per request. */
  readonly lines: readonly (readonly string[])[];
  readonly wire: readonly string[];
  /** Bytes of each answer, as the client has counted them. */
  readonly received: readonly number[];
  /** The server listens on. */
  readonly port: number;
}

const linesOf = (file: string): string[] => readFileSync(file, 'latin1').split('\n').slice(0, -1);

async function throughApache(upstreamPort: number, requests: readonly LoggedRequest[]): Promise<Outcome> {
  const apache = await startApache(upstreamPort, (folder) =>
    [
      'ServerName www.example.test:80',
      'KeepAliveTimeout 30',
      'LogLevel crit',
      'AllowEncodedSlashes NoDecode',
      ...[...FORMATS, WIRE].map((format, at) => `CustomLog ${folder}/log-${at} "${quoted(format)}"`),
    ].join('\n'),
  );
  try {
    const file = (at: number): string => join(apache.folder, `log-${at}`);
    // Apache peeks at the first byte of the next request, and where that is there already counts it for the one before.
    const isLogged = (count: number): Promise<void> => until(() => linesOf(file(FORMATS.length)).length >= count);
    const received = await converse(apache.target.port, requests, isLogged);
    await until(() => linesOf(file(FORMATS.length)).length === requests.length);
    return {
      received,
      port: 80,
      lines: FORMATS.map((_format, at) => linesOf(file(at))),
      wire: linesOf(file(FORMATS.length)),
    };
  } finally {
    await apache.stop();
  }
}

async function throughGate(upstreamPort: number, requests: readonly LoggedRequest[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-formats-'));
  const text = JSON.stringify({
    listeners: [{ port: 0 }],
    upstreams: { app: `http://127.0.0.1:${upstreamPort}` },
    routes: [{ upstream: 'app', waf: 'off', hosts: [] }],
    logs: {
      error: 'error.log',
      access: [...FORMATS, WIRE].map((format, at) => ({ file: `log-${at}`, format })),
    },
  });
  const { config, mistakes } = parseConfig(text, join(folder, 'sallyport.yaml'));
  if (config === undefined) throw new Error(JSON.stringify(mistakes));
  const gateway: Gateway = await createGateway(config);
  try {
    const [address] = await gateway.listen();
    const received = await converse(address?.port ?? 0, requests);
    await until(() => linesOf(join(folder, `log-${FORMATS.length}`)).length === requests.length);
    await gateway.logs.flush();
    const lines = FORMATS.map((_format, at) => linesOf(join(folder, `log-${at}`)));
    return { received, port: address?.port ?? 0, lines, wire: linesOf(join(folder, `log-${FORMATS.length}`)) };
  } finally {
    await gateway.close(0);
    rmSync(folder, { recursive: true });
  }
}

/** As it stands between quotes in a httpd.conf. */
function quoted(format: string): string {
  return format.replace(/["\\]/g, '\\$&');
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 10_000; ) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('it did not happen');
}

/** Without times and the port of the server. */
function comparable(line: string, port: number): string {
  return line
    .replace(new RegExp(`\\b${port}\\b`), 'PORT')
    .replace(/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]/g, '[TIME]');
}

describe.skipIf(!hasApache && !isRequired)('Apache 2.4 and we (skipped without Apache)', () => {
  let application: Awaited<ReturnType<typeof startApplication>>;
  let apache: Outcome;
  let gate: Outcome;
  const requests = makeRequests(seed, REQUESTS, ANSWERS.length);

  beforeAll(async () => {
    application = await startApplication();
    apache = await throughApache(application.port, requests);
    gate = await throughGate(application.port, requests);
  });
  afterAll(() => application.close());

  it.each(FORMATS.map((format, at) => [format, at] as const))('write %s alike', (_format, at) => {
    expect(apache.lines[at]).toHaveLength(REQUESTS);
    expect(gate.lines[at]).toHaveLength(REQUESTS);
    const ours = gate.lines[at]?.map((line) => comparable(line, gate.port)) ?? [];
    const theirs = apache.lines[at]?.map((line) => comparable(line, apache.port)) ?? [];
    const differing = theirs.flatMap((line, index) =>
      line === ours[index] ? [] : [{ theirs: line, ours: ours[index] }],
    );
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it.each(['Apache', 'the gate'])('%s counts what goes over the wire', (who) => {
    const { wire, received } = who === 'Apache' ? apache : gate;
    const expected = requests.map(
      ({ bytes }, at) => `${received[at]} ${bytes.length + (received[at] ?? 0)} ${bytes.length}`,
    );
    expect(wire).toEqual(expected);
  });
});
