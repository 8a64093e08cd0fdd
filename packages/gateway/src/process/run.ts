/** A gate from start to stop: ports, signals, and the lines an operator wants to read. */
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { explainFailure } from './failure.ts';
import { onSignals } from './signals.ts';

export interface RunOptions {
  /** Reads the configuration, at the start and again at each reload. Throws when it is bad. */
  readonly readConfig: () => Config;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly version: string;
}

/** Resolves with the exit code when the gate has stopped, or could not start. */
export async function run({ readConfig, out, err, version }: RunOptions): Promise<number> {
  let gateway: Gateway;
  let addresses: readonly AddressInfo[];
  try {
    gateway = await createGateway(readConfig());
    addresses = await gateway.listen();
  } catch (cause) {
    for (const line of explainFailure(cause)) err(line);
    return 1;
  }
  return new Promise((resolve) => {
    let isStopping = false;
    const remove = onSignals({
      async reload() {
        try {
          await gateway.reload(readConfig());
          gateway.logs.error('notice', 'reload', `configuration reloaded; ${rulesLine(gateway)}`);
          out(`reloaded; ${rulesLine(gateway)}`);
          noteUnsafe(gateway, err);
        } catch (cause) {
          for (const line of explainFailure(cause)) {
            gateway.logs.error('error', 'reload', `${line}; the running configuration stays in force`);
            err(`reload refused: ${line}`);
          }
        }
      },
      reopenLogs: () => gateway.reopenLogs(),
      stop(isUrgent) {
        if (isUrgent) resolve(1);
        if (isStopping) return;
        isStopping = true;
        void gateway.close().finally(() => {
          remove();
          resolve(0);
        });
      },
    });
    // Whoever reads these lines may send signals at once.
    for (const line of startLines(gateway, addresses, version)) out(line);
    noteUnsafe(gateway, err);
  });
}

function startLines(gateway: Gateway, addresses: readonly AddressInfo[], version: string): readonly string[] {
  const { config } = gateway;
  const doors = addresses.map(({ address, port, family }, at) => {
    const scheme = config.listeners[at]?.tls === undefined ? 'http' : 'https';
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  });
  const targets = [...config.upstreams].map(
    ([name, upstream]) => `${name} (${upstream.urls.map(({ url }) => url).join(', ')})`,
  );
  return [
    `sallyport ${version} listening on ${doors.join(', ')}, in front of ${targets.join(', ')}`,
    rulesLine(gateway),
  ];
}

function rulesLine({ rules }: Gateway): string {
  return rules.name === undefined ? 'rules: off' : `rules: ${rules.name}, ${rules.ruleCount} rules`;
}

/** Switches that weaken the gate are named at every start, so that nobody forgets them. */
function noteUnsafe(gateway: Gateway, err: (line: string) => void): void {
  const { config } = gateway;
  const unsafe = [
    ...(config.rules.unsafePassOnError ? ['rules.unsafe_pass_on_error'] : []),
    ...[...config.upstreams]
      .filter(([, one]) => one.tls.unsafeSkipVerify)
      .map(([name]) => `upstreams.${name}.tls.unsafe_skip_verify`),
  ];
  for (const name of unsafe) {
    const line = `unsafe setting in force: ${name}`;
    gateway.logs.error('warn', 'start', line);
    err(line);
  }
}
