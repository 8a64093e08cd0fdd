import { askGate } from '../../admin/client.ts';
import type { RuleSwitchEntry } from '../../waf/rule-switches.ts';
import { type Command, UsageError } from './command.ts';
import { controlSocket } from './status.ts';
import { whoAmI } from './who-am-i.ts';

const UNITS: Readonly<Record<string, number>> = { __proto__: null as never, s: 1, m: 60, h: 3600, d: 86_400 };

export const ruleCommand: Command = {
  name: 'rule',
  summary: 'Switch a rule of a running gate off, to pass, to log or to deny.',
  usage: `sallyport rule ID off|pass|log|deny|default [--route PATH] [--for TIME] [--socket PATH | --config FILE | --listen HOST:PORT]
sallyport rule list [--socket PATH | --config FILE | --listen HOST:PORT]

  off                  the rule is not run
  pass                 it matches and refuses nothing
  log                  the same, and the match is written down whatever the rule says
  deny                 it refuses, with its own status or 403
  default              as its file says
  --route PATH         on this route only, as the configuration writes its path, or HOST/PATH
  --for TIME           for so long: 30s, 10m, 2h, 1d; else until the gate is stopped, over reloads

Every change is a line in the error log, with who made it. Exit code 0: done; 1: the gate refused or is not there.`,

  async run(words, { out, err }) {
    const { rest, options } = takeOptions(words, ['--route', '--for']);
    const [id, to, ...more] = rest.filter((word, at) => !isGateOption(rest, at, word));
    const gate = rest.filter((word, at) => isGateOption(rest, at, word));
    if (id === undefined || more.length > 0 || (id !== 'list' && to === undefined)) {
      throw new UsageError('rule takes the number of a rule and what to switch it to, or "list"');
    }
    try {
      const socket = controlSocket(gate);
      if (id === 'list') {
        const { body } = await askGate(socket, 'GET', '/rules/switches');
        const { switches } = body as { readonly switches: readonly RuleSwitchEntry[] };
        for (const line of switches.length === 0 ? ['no rule is switched'] : switches.map(lineOf)) out(line);
        return 0;
      }
      const by = whoAmI();
      const route = options['--route'];
      const query = `?by=${encodeURIComponent(by)}${route === undefined ? '' : `&route=${encodeURIComponent(route)}`}`;
      const seconds = secondsOf(options['--for']);
      const { status, body } =
        to === 'default'
          ? await askGate(socket, 'DELETE', `/rules/${id}/switch${query}`)
          : await askGate(socket, 'PUT', `/rules/${id}/switch`, { to, route, seconds, by });
      if (status !== 200) throw new Error((body as { readonly error?: string }).error ?? `the gate answered ${status}`);
      out(`rule ${id}: ${to} on ${route ?? 'all routes'}`);
      return 0;
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      err((cause as Error).message);
      return 1;
    }
  },
};

const GATE_OPTIONS = ['--socket', '--config', '--listen'];

function isGateOption(words: readonly string[], at: number, word: string): boolean {
  return GATE_OPTIONS.includes(word) || GATE_OPTIONS.includes(words[at - 1] ?? '');
}

function takeOptions(
  words: readonly string[],
  names: readonly string[],
): { readonly rest: readonly string[]; readonly options: Readonly<Record<string, string>> } {
  const options: Record<string, string> = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!names.includes(word)) {
      rest.push(word);
      continue;
    }
    const value = words[++at];
    if (value === undefined) throw new UsageError(`${word} needs a value`);
    options[word] = value;
  }
  return { rest, options };
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{1,9})([smhd])$/.exec(text);
  if (parts === null || Number(parts[1]) === 0)
    throw new UsageError(`--for: "${text}" is not a time such as 10m or 2h`);
  return Number(parts[1]) * (UNITS[parts[2] as string] ?? 1);
}

function lineOf({ id, to, route, until, by, since }: RuleSwitchEntry): string {
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return `${id}\t${to}\t${route ?? 'all routes'}\tsince ${new Date(since).toISOString()}${end} by ${by}`;
}
