/** Ports that are open to the network besides those of the gate: what stands behind it should be reached through it alone. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Examination, Finding } from './examination.ts';

export const network: Examination = {
  name: 'network',
  examine: (config) =>
    networkFindings(
      [readTable('/proc/net/tcp'), readTable('/proc/net/tcp6')].flatMap((text) => listeningIn(text)),
      config,
    ),
};

interface Listening {
  readonly address: string;
  readonly port: number;
}

/** State `LISTEN` in the tables of the kernel. */
const LISTEN = '0A';

/** What `/proc/net/tcp` and `/proc/net/tcp6` have in the state of listening; addresses as they are written there. */
export function listeningIn(table: string): readonly Listening[] {
  return table.split('\n').flatMap((line) => {
    const parts = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line);
    if (parts === null || parts[3] !== LISTEN) return [];
    return [{ address: parts[1] as string, port: Number.parseInt(parts[2] as string, 16) }];
  });
}

/** One finding for each port that others reach and the configuration does not name. */
export function networkFindings(listening: readonly Listening[], config: Config | undefined): readonly Finding[] {
  const own = new Set([
    ...(config?.listeners ?? []).map(({ port }) => port),
    ...(config?.metrics.listen === undefined ? [] : [Number(/:(\d+)$/.exec(config.metrics.listen)?.[1])]),
  ]);
  const others = [...new Set(listening.filter(({ address }) => !isLoopback(address)).map(({ port }) => port))]
    .filter((port) => !own.has(port))
    .toSorted((a, b) => a - b);
  if (others.length === 0) return [{ severity: 'fine', what: 'no other port of this machine is open to the network' }];
  return others.map((port) => ({
    severity: 'weak',
    what: `port ${port} is open to the network, and not of this gate`,
    hint: 'bind it to 127.0.0.1, or keep others away with a packet filter, unless they are meant to reach it',
  }));
}

/** 127.0.0.0/8 and ::1, and the former within the latter: words of the kernel have the lowest byte first. */
function isLoopback(address: string): boolean {
  const last = address.slice(-8);
  if (address.length === 8) return last.endsWith('7F');
  if (address === '00000000000000000000000001000000') return true;
  return address.startsWith('0000000000000000FFFF0000') && last.endsWith('7F');
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
