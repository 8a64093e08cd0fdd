/** A gate on a free loopback port, closed again when the test is over. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../src/index.ts';
import { ConfigError, createGateway, type Gateway, parseConfig } from '../../src/index.ts';

export interface RunningGate {
  readonly gateway: Gateway;
  readonly port: number;
  readonly folder: string;
  /** Everything in the error log so far. */
  errorLog(): Promise<string>;
  accessLog(): Promise<string>;
  auditLog(): Promise<string>;
}

export interface GateOptions {
  /** Rules in SecLang. Without any, routes run with `waf: off`. */
  readonly rules?: string;
  /** More YAML, top level. May hold `listeners`, `upstreams` and `routes`; else `app` serves everything. */
  readonly yaml?: string;
}

/** A folder of the test's own. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() =>
    // A worker that is being ended may still put a file there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  );
  return folder;
}

/** The configuration a test describes. Throws with every mistake. */
export function testConfig(folder: string, upstreamPort: number, { rules, yaml = '' }: GateOptions): Config {
  if (rules !== undefined) writeFileSync(join(folder, 'rules.conf'), rules);
  const has = (key: string): boolean => yaml.split('\n').some((line) => line.startsWith(`${key}:`));
  const text = [
    has('listeners') ? '' : 'listeners: [{ port: 0 }]',
    has('upstreams') ? '' : `upstreams: { app: "http://127.0.0.1:${upstreamPort}" }`,
    has('routes') ? '' : `routes: [{ upstream: app, waf: ${rules === undefined ? 'off' : 'on'} }]`,
    has('logs') ? '' : 'logs: { access: access.log, error: error.log, audit: audit.log }',
    has('rules') || rules === undefined ? '' : 'rules: { files: [rules.conf] }',
    has('tmp_dir') ? '' : 'tmp_dir: .',
    yaml,
  ];
  const { config, mistakes } = parseConfig(text.join('\n'), join(folder, 'sallyport.yaml'));
  if (config === undefined) throw new ConfigError(mistakes);
  return config;
}

export async function startGate(upstreamPort: number, options: GateOptions = {}): Promise<RunningGate> {
  const folder = testFolder();
  const gateway = await createGateway(testConfig(folder, upstreamPort, options));
  onTestFinished(() => gateway.close(0));
  const [address] = await gateway.listen();
  return gateOn(gateway, address?.port ?? 0, folder);
}

/** What tests want to know of a gate that runs. */
export function gateOn(gateway: Gateway, port: number, folder: string): RunningGate {
  const read = async (file: string): Promise<string> => {
    await gateway.logs.flush();
    try {
      return readFileSync(join(folder, file), 'latin1');
    } catch {
      return '';
    }
  };
  return {
    gateway,
    port,
    folder,
    errorLog: () => read('error.log'),
    accessLog: () => read('access.log'),
    auditLog: () => read('audit.log'),
  };
}
