/** The same requests to Apache and to a gate, and what both have logged. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway, parseConfig } from '../../packages/gateway/src/index.ts';
import { startApache } from '../ftw/apache.ts';
import { converse } from './converse.ts';
import type { LoggedRequest } from './requests.ts';

/** A log of both servers. */
export interface TriedLog {
  readonly format: string;
  /** `expr=…` */
  readonly condition?: string;
}

/** A format behind each of the others: bytes sent, for the client to check. */
const WIRE = '%O %S %I';

export interface Outcome {
  /** By log, one line for each request that it takes. */
  readonly lines: readonly (readonly string[])[];
  readonly wire: readonly string[];
  /** Bytes of each answer, as the client has counted them. */
  readonly received: readonly number[];
  /** The server listens on. */
  readonly port: number;
}

/** A log that took nothing may not be there. */
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'latin1').split('\n').slice(0, -1) : [];

export async function throughApache(
  upstreamPort: number,
  requests: readonly LoggedRequest[],
  logs: readonly TriedLog[],
): Promise<Outcome> {
  const apache = await startApache(upstreamPort, (folder) =>
    [
      'ServerName www.example.test:80',
      'KeepAliveTimeout 30',
      'LogLevel crit',
      'AllowEncodedSlashes NoDecode',
      ...withWire(logs).map(
        ({ format, condition }, at) =>
          `CustomLog ${folder}/log-${at} "${quoted(format)}"${condition === undefined ? '' : ` "${quoted(condition)}"`}`,
      ),
    ].join('\n'),
  );
  try {
    const file = (at: number): string => join(apache.folder, `log-${at}`);
    // Apache peeks at the first byte of the next request, and where that is there already counts it for the one before.
    const isLogged = (count: number): Promise<void> => until(() => linesOf(file(logs.length)).length >= count);
    const received = await converse(apache.target.port, requests, isLogged);
    await until(() => linesOf(file(logs.length)).length === requests.length);
    return {
      received,
      port: 80,
      lines: logs.map((_log, at) => linesOf(file(at))),
      wire: linesOf(file(logs.length)),
    };
  } finally {
    await apache.stop();
  }
}

export async function throughGate(
  upstreamPort: number,
  requests: readonly LoggedRequest[],
  logs: readonly TriedLog[],
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-formats-'));
  const text = JSON.stringify({
    listeners: [{ port: 0 }],
    upstreams: { app: `http://127.0.0.1:${upstreamPort}` },
    routes: [{ upstream: 'app', waf: 'off', hosts: [] }],
    logs: {
      error: 'error.log',
      access: withWire(logs).map(({ format, condition }, at) => ({
        file: `log-${at}`,
        format,
        ...(condition !== undefined && { when: [condition] }),
      })),
    },
  });
  const { config, mistakes } = parseConfig(text, join(folder, 'sallyport.yaml'));
  if (config === undefined) throw new Error(JSON.stringify(mistakes));
  const gateway: Gateway = await createGateway(config);
  try {
    const [address] = await gateway.listen();
    const received = await converse(address?.port ?? 0, requests);
    await until(() => linesOf(join(folder, `log-${logs.length}`)).length === requests.length);
    await gateway.logs.flush();
    const lines = logs.map((_log, at) => linesOf(join(folder, `log-${at}`)));
    return { received, port: address?.port ?? 0, lines, wire: linesOf(join(folder, `log-${logs.length}`)) };
  } finally {
    await gateway.close(0);
    rmSync(folder, { recursive: true });
  }
}

const withWire = (logs: readonly TriedLog[]): readonly TriedLog[] => [...logs, { format: WIRE }];

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
