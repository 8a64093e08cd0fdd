/** A certificate authority for tests: Let's Encrypt's own small ACME server and its name server, on loopback. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeCertificate } from './certificate.ts';
import { until } from './until.ts';
import { closedPort } from './upstream.ts';

export const hasPebble: boolean = spawnSync('pebble', ['-version']).error === undefined;
if (!hasPebble) {
  const message = 'pebble is not installed (node scripts/peers.mjs install pebble)';
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
}

export interface Authority {
  readonly directory: string;
  /** What to trust to speak to it. */
  readonly ca: string;
  stop(): Promise<void>;
}

/**
 * `httpPort`: where it looks for the files that prove a name, `tlsPort`: for handshakes that do; all names are 127.0.0.1.
 * `validity`: of certificates, in seconds.
 */
export async function startAuthority(
  folder: string,
  httpPort: number,
  validity = 86_400,
  tlsPort = 1,
): Promise<Authority> {
  const [port, managementPort, dnsPort, dnsManagement] = await Promise.all([1, 2, 3, 4].map(closedPort));
  const { cert, key } = makeCertificate(folder, 'localhost');
  const config = join(folder, 'pebble.json');
  writeFileSync(
    config,
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${managementPort}`,
        certificate: cert,
        privateKey: key,
        httpPort,
        tlsPort,
        certificateValidityPeriod: validity,
      },
    }),
  );
  const names = spawn(
    'pebble-challtestsrv',
    [
      ...['-defaultIPv4', '127.0.0.1', '-defaultIPv6', '', '-dns01', `127.0.0.1:${dnsPort}`],
      ...['-management', `127.0.0.1:${dnsManagement}`, '-http01', '', '-https01', '', '-tlsalpn01', ''],
    ],
    { stdio: 'ignore' },
  );
  const pebble = spawn('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`], {
    stdio: 'ignore',
    env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' },
  });
  const stop = async (): Promise<void> => {
    await Promise.all([ended(pebble), ended(names)]);
  };
  onTestFinished(stop);
  await Promise.all([port, dnsManagement].map((one) => listens(one as number)));
  return { directory: `https://localhost:${port}/dir`, ca: cert, stop };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function listens(port: number): Promise<void> {
  const isOpen = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  await until(isOpen, () => `nothing listens on port ${port}`);
}
