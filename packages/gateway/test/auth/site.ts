/** A gate whose only route wants a login, for tests of one provider. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { gateOn, type RunningGate, testConfig, testFolder } from '../support/gate.ts';
import { startUpstream, type TestUpstream } from '../support/upstream.ts';

export interface Site extends RunningGate {
  readonly upstream: TestUpstream;
  /** Writes a file beside the configuration. */
  write(name: string, text: string): void;
}

export interface SiteOptions {
  /** Files beside the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** More YAML, top level. */
  readonly yaml: string;
  readonly rules?: string;
}

/** Everything the test describes is in `yaml`; the upstream is `app`. */
export async function startSite({ files = {}, yaml, rules }: SiteOptions): Promise<Site> {
  const folder = testFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const upstream = await startUpstream();
  const gateway = await createGateway(
    testConfig(folder, upstream.port, { yaml, ...(rules !== undefined && { rules }) }),
  );
  onTestFinished(() => gateway.close(0));
  const [address] = await gateway.listen();
  return { ...gateOn(gateway, address?.port ?? 0, folder), upstream, write };
}

export function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
