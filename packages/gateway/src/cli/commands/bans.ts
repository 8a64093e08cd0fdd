import { parseArgs } from 'node:util';
import { type AdminReply, askGate } from '../../admin/client.ts';
import type { ListedBan } from '../../stages/flood/flood-control.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';
import { controlSocket } from './status.ts';

const UNITS: Readonly<Record<string, number>> = { __proto__: null as never, s: 1, m: 60, h: 3600, d: 86_400 };

export const bansCommand: Command = {
  name: 'bans',
  summary: 'Show, add and lift bans of a running gate.',
  usage: `sallyport bans [list] [GATE] [--json]
sallyport bans add ADDRESS [--for 10m] [--reason TEXT] [GATE]
sallyport bans remove ADDRESS [GATE]

  ADDRESS      IP address; in IPv6 its /64 is meant. To remove: also what the list shows, such as principal:0123456789abcdef
  --for        how long: a number and s, m, h or d; one hour when absent
  --reason     up to 40 characters, for the list and the log
  GATE         --socket PATH, --config FILE or --listen HOST:PORT, as for sallyport status

Exit code 0: done; 1: nobody answers, or there was no such ban.`,

  async run(words, output) {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        for: { type: 'string', default: '1h' },
        reason: { type: 'string' },
        json: { type: 'boolean' },
        socket: { type: 'string' },
        config: { type: 'string' },
        listen: { type: 'string' },
      },
    });
    const [task = 'list', address, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`unexpected "${more[0]}"`);
    if (task !== 'list' && task !== 'add' && task !== 'remove') throw new UsageError(`bans cannot "${task}"`);
    if ((task === 'list') !== (address === undefined)) {
      throw new UsageError(task === 'list' ? `unexpected "${address}"` : `bans ${task} needs an address`);
    }
    const gate = (['socket', 'config', 'listen'] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [`--${name}`, value];
    });
    const socket = controlSocket(gate);
    const seconds = secondsOf(values.for);
    try {
      if (task === 'list') return showList(await askGate(socket, 'GET', '/bans'), values.json === true, output);
      if (task === 'remove') {
        return report(
          await askGate(socket, 'DELETE', `/bans/${encodeURIComponent(address ?? '')}`),
          `${address} is free`,
          output,
        );
      }
      const { reason } = values;
      const reply = await askGate(socket, 'POST', '/bans', {
        address,
        seconds,
        ...(reason !== undefined && { reason }),
      });
      if ((reply.body as { isAllowed?: boolean }).isAllowed) {
        output.err(`${address} is in floods.allow: it is let through all the same`);
      }
      return report(reply, `${address} is banned for ${values.for}`, output);
    } catch (cause) {
      output.err((cause as Error).message);
      return 1;
    }
  },
};

function report({ status, body }: AdminReply, done: string, { out, err }: CommandOutput): number {
  if (status === 200) out(done);
  else err(problemOf(body));
  return status === 200 ? 0 : 1;
}

function showList({ status, body }: AdminReply, isJson: boolean, { out, err }: CommandOutput): number {
  if (status !== 200) {
    err(problemOf(body));
    return 1;
  }
  // The form our own endpoint gives.
  const { bans } = body as { readonly bans: readonly ListedBan[] };
  if (isJson) {
    out(JSON.stringify(bans, undefined, 2));
    return 0;
  }
  if (bans.length === 0) out('nobody is banned');
  const width = Math.max(...bans.map(({ address }) => address.length));
  for (const { address, by, reason, until } of bans) {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const why = by === 'manual' ? `by hand: ${reason}` : reason;
    out(`${address.padEnd(width)}  ${String(left).padStart(6)} s left  ${why}`);
  }
  return 0;
}

function problemOf(body: unknown): string {
  return (body as { readonly error?: string } | undefined)?.error ?? 'the gate gave no reason';
}

function secondsOf(text: string): number {
  const parts = /^(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])$/.exec(text);
  const unit = UNITS[parts?.[2] ?? ''];
  if (parts === null || unit === undefined) throw new UsageError(`--for ${text}: write for example 30s, 10m, 2h or 7d`);
  return Number(parts[1]) * unit;
}
