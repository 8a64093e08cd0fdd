import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Apache, startApache } from '../ftw/apache.ts';
import type { Configuration } from './configuration.ts';
import type { Server } from './server-side.ts';

export interface ApacheSide {
  /** One server per configuration, with the file of its rules. */
  readonly servers: readonly { readonly server: Server; readonly rules: string }[];
  stop(): Promise<void>;
}

/** Starts one Apache for many configurations: each is a virtual host on a port of its own. */
export async function startApacheSide(
  upstreamPort: number,
  configurations: readonly Configuration[],
): Promise<ApacheSide> {
  // Free ports are only free until somebody else takes them.
  for (let tries = 1; ; tries++) {
    try {
      return await start(upstreamPort, configurations);
    } catch (cause) {
      const isTaken = cause instanceof Error && /multiple Listeners|could not bind/.test(cause.message);
      if (!isTaken || tries === 5) throw cause;
    }
  }
}

async function start(upstreamPort: number, configurations: readonly Configuration[]): Promise<ApacheSide> {
  const ports = await freePorts(configurations.length);
  const files: string[] = [];
  const apache: Apache = await startApache(upstreamPort, (folder) => {
    const hosts = configurations.map(({ text }, index) => {
      const file = join(folder, `rules-${index}.conf`);
      writeFileSync(file, Buffer.from(text, 'latin1'));
      files.push(file);
      return `Listen 127.0.0.1:${ports[index]}
<VirtualHost 127.0.0.1:${ports[index]}>
Include ${file}
</VirtualHost>`;
    });
    return [
      'SecUnicodeMapFile /etc/modsecurity/unicode.mapping 20127',
      'SecPcreMatchLimit 100000',
      'SecPcreMatchLimitRecursion 100000',
      ...hosts,
    ].join('\n');
  });
  const servers = files.map((rules, index) => ({
    rules,
    server: { host: '127.0.0.1', port: ports[index]!, logFile: apache.logFile, escapesLines: true },
  }));
  return { servers, stop: () => apache.stop() };
}

/** Different ports: all are held until all are known. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
