/** What `sallyport token` has the running gate do. */
import { text } from 'node:stream/consumers';
import { askGate } from '../../admin/client.ts';
import { type CommandOutput, UsageError } from './command.ts';
import { controlSocket } from './status.ts';
import { whoAmI } from './who-am-i.ts';

/** Words behind `token`, and the options each takes. */
export const TOKEN_TASKS: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  refresh: ['--ttl'],
  revoke: ['--user'],
  revoked: [],
};

interface Revoked {
  readonly id?: string;
  readonly user?: string;
  readonly from: number;
  readonly until: number;
  readonly by: string;
}

/** Gives the exit code. A token never stands in the command line, where others could see it. */
export async function askAboutToken(
  task: string,
  words: readonly string[],
  { out, err }: CommandOutput,
): Promise<number> {
  const { options, gate, plain } = sorted(words, TOKEN_TASKS[task] ?? []);
  const [id, ...more] = plain;
  const isRevoke = task === 'revoke';
  if (more.length > 0 || (id !== undefined && !isRevoke)) throw new UsageError(`unexpected "${more[0] ?? id}"`);
  const user = options['--user'];
  if (id !== undefined && user !== undefined) throw new UsageError('name a token or a user, not both');
  const seconds = options['--ttl'] === undefined ? undefined : parseTokenTime(options['--ttl']);
  if (options['--ttl'] !== undefined && seconds === undefined)
    throw new UsageError(`--ttl ${options['--ttl']}: write for example 30s, 15m or 1h`);
  const socket = controlSocket(gate);
  try {
    if (task === 'revoked') {
      const { revoked } = (await asked(socket, 'GET', '/upload-tokens/revoked')) as {
        readonly revoked: readonly Revoked[];
      };
      for (const line of revoked.length === 0 ? ['nothing is revoked'] : revoked.map(lineOf)) out(line);
      return 0;
    }
    const by = whoAmI();
    const token = id === undefined && user === undefined ? (await text(process.stdin)).trim() : undefined;
    if (token === '') throw new Error('there is no token on standard input');
    if (task === 'refresh') {
      const issued = (await asked(socket, 'POST', '/upload-tokens/refresh', { token, seconds, by })) as {
        readonly token: string;
      };
      out(issued.token);
      return 0;
    }
    const done = (await asked(socket, 'POST', '/upload-tokens/revoke', { token, id, user, by })) as Revoked;
    out(`revoked: ${done.id ?? `all of ${done.user} until now`}`);
    return 0;
  } catch (cause) {
    err((cause as Error).message);
    return 1;
  }
}

/** `30s`, `15m`, `1h`, whole numbers, in seconds; undefined for anything else. */
export function parseTokenTime(written: string): number | undefined {
  const [, count, unit] = /^(\d{1,6}) ?([smh])$/.exec(written.trim()) ?? [];
  const seconds = Number(count) * { s: 1, m: 60, h: 3600 }[(unit ?? 's') as 's' | 'm' | 'h'];
  return seconds > 0 ? seconds : undefined;
}

const GATE_OPTIONS = ['--socket', '--config', '--listen'];

function sorted(
  words: readonly string[],
  names: readonly string[],
): {
  readonly options: Readonly<Record<string, string>>;
  readonly gate: readonly string[];
  readonly plain: readonly string[];
} {
  const options: Record<string, string> = {};
  const gate: string[] = [];
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const isGate = GATE_OPTIONS.includes(word);
    if (!isGate && !names.includes(word)) {
      // Ids are random, and may begin with a dash.
      if (word.startsWith('--')) throw new UsageError(`unexpected "${word}"`);
      plain.push(word);
      continue;
    }
    const value = words[++at];
    if (value === undefined) throw new UsageError(`${word} needs a value`);
    if (isGate) gate.push(word, value);
    else options[word] = value;
  }
  return { options, gate, plain };
}

async function asked(socket: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const reply = await askGate(socket, method, path, body);
  if (reply.status === 200) return reply.body;
  throw new Error((reply.body as { readonly error?: string }).error ?? `the gate answered ${reply.status}`);
}

function lineOf({ id, user, from, until, by }: Revoked): string {
  const time = (at: number): string => new Date(at).toISOString();
  return `${id ?? `all of ${user}`}\tsince ${time(from)} until ${time(until)} by ${by}`;
}
