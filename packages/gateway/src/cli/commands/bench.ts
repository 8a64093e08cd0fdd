import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type IsolationResult, measureIsolation, median } from '../../bench/isolation.ts';
import { type Account, lookUpGroup, lookUpUser } from '../../process/accounts.ts';
import { entryPoint } from '../../process/entry-point.ts';
import { type Command, UsageError } from './command.ts';

const PHP_CGI = '/usr/bin/php-cgi';
/** An application that runs as somebody else is to keep this share of the throughput, at least. */
const WANTED = 0.8;

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measure on this machine what isolation of applications costs.',
  usage: `sallyport bench isolation [--php] [--user USER] [--group GROUP] [--clients N] [--seconds N] [--json]

  --php                php-cgi with two children instead of a small application of our own
  --user, --group      whom the isolated application runs as: nobody and its group unless said otherwise; needs root
  --clients N          requests under way at once: 16 unless said otherwise, with --php at most two
  --seconds N          for each of the two: 5 unless said otherwise
  --json               for programs

Starts the same FastCGI application twice, as a plain child and isolated as applications of the gate are, and asks them in turn,
a tenth of a second each.
Exit code 1: the isolated one has less than ${WANTED * 100} % of the throughput.`,

  async run(words, { out, err }) {
    if (words[0] === 'responder') {
      const path = process.env['SOCKET_PATH'];
      if (path === undefined) throw new UsageError('a responder is started by sallyport bench isolation');
      return (await import('../../bench/responder.ts')).respond(path);
    }
    if (words[0] !== 'isolation')
      throw new UsageError(words[0] === undefined ? 'say what to measure: isolation' : `unknown word "${words[0]}"`);
    const { values } = parseArgs({
      args: words.slice(1),
      options: {
        php: { type: 'boolean', default: false },
        user: { type: 'string', default: 'nobody' },
        group: { type: 'string' },
        clients: { type: 'string', default: '16' },
        seconds: { type: 'string', default: '5' },
        json: { type: 'boolean', default: false },
      },
    });
    const options = {
      ...(values.php ? php() : responder()),
      account: accountOf(values.user, values.group),
      clients: count('--clients', values.clients),
      seconds: count('--seconds', values.seconds),
    };
    try {
      const result = await measureIsolation(options);
      if (values.json) out(JSON.stringify(result, undefined, 2));
      else for (const line of render(result)) out(line);
      return result.share >= WANTED ? 0 : 1;
    } catch (cause) {
      err((cause as Error).message);
      return 1;
    }
  },
};

interface Measured {
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly processes: number;
}

function responder(): Measured {
  return {
    command: [process.execPath, ...entryPoint(), 'bench', 'responder'],
    environment: new Map(),
    processes: 256,
  };
}

function php(): Measured {
  if (!existsSync(PHP_CGI)) throw new UsageError(`there is no ${PHP_CGI}`);
  return {
    command: [PHP_CGI, '-b', '{socket}'],
    environment: new Map([
      ['PHP_FCGI_CHILDREN', '2'],
      ['PHP_FCGI_MAX_REQUESTS', '0'],
    ]),
    processes: 2,
  };
}

/** Only root can start programs as somebody else; others measure what is left of it. */
function accountOf(user: string, group: string | undefined): Account {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const found = lookUpUser(user);
  const gid = group === undefined ? found?.gid : lookUpGroup(group);
  if (found === undefined || gid === undefined) throw new UsageError(`there is no user "${user}", or no such group`);
  return { uid: found.uid, gid };
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`${name} is a number from 1 to 9999`);
  return Number(text);
}

function render({ plain, isolated, share, launch }: IsolationResult): readonly string[] {
  const line = (name: string, rates: readonly number[]): string =>
    `${name} ${String(Math.round(median(rates))).padStart(7)} requests/s at the median, ${Math.max(...rates)} at best`;
  return [
    line('plain    ', plain),
    line('isolated ', isolated),
    `isolated is ${(share * 100).toFixed(1)} % of plain, started by: ${launch}`,
  ];
}
