/** Gates made of configurations of other servers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { ConfigError, createGateway, loadConfig } from '../../src/index.ts';
import { testFolder } from './gate.ts';

export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** The command line, in this process. */
export async function runMain(...words: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(words, { out: (line) => out.push(line), err: (line) => err.push(line), hasColour: false });
  return { code, out, err };
}

/** Imports to a folder of its own and starts what came out, on a port of the system's choosing. */
export async function startImported(kind: 'apache' | 'nginx', text: string): Promise<number> {
  const folder = testFolder();
  writeFileSync(join(folder, 'old.conf'), text);
  const target = join(folder, 'sallyport.yaml');
  const { code, err } = await runMain('import', kind, join(folder, 'old.conf'), '-o', target);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(await runMain('check', '--quiet', '--config', target)).toMatchObject({ code: 0, err: [] });
  const { config, mistakes } = loadConfig(target, {});
  if (config === undefined) throw new ConfigError(mistakes);
  const gateway = await createGateway({
    ...config,
    listeners: [{ address: '127.0.0.1', port: 0 }],
    logs: { ...config.logs, error: join(folder, 'error.log') },
  });
  onTestFinished(() => gateway.close(0));
  const [address] = await gateway.listen();
  return address?.port ?? 0;
}
