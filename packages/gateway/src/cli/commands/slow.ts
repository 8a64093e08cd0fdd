import { parseArgs } from 'node:util';
import { askGate } from '../../admin/client.ts';
import type { AccessRecord } from '../../trace/render.ts';
import { renderSlowRequest } from '../../trace/render-slow.ts';
import { type Command, UsageError } from './command.ts';
import { controlSocket } from './status.ts';

export const slowCommand: Command = {
  name: 'slow',
  summary: 'Show the requests that took longest to answer, with the time of every stage.',
  usage: `sallyport slow [--last N] [--json] [--socket PATH | --config FILE | --listen HOST:PORT]

  --last N             so many of the newest (default: 10)
  --json               as the admin API gives them
  --socket PATH        control socket of the gate; else it is found by configuration and flags, as the gate itself does

What counts as slow says logs.slow_requests.threshold. Exit code 0: shown; 1: nobody answers, or none are kept.`,

  async run(words, { out, err }) {
    const { values, tokens } = parseArgs({
      args: [...words],
      strict: false,
      tokens: true,
      options: { last: { type: 'string' }, json: { type: 'boolean' } },
    });
    const count = Number(values.last ?? 10);
    if (!Number.isInteger(count) || count < 1) throw new UsageError('--last takes a number from 1 on');
    const own = tokens.flatMap((token) =>
      token.kind === 'option' && (token.name === 'last' || token.name === 'json')
        ? [token.index, ...(token.name === 'last' && token.inlineValue !== true ? [token.index + 1] : [])]
        : [],
    );
    try {
      const socket = controlSocket(words.filter((_, at) => !own.includes(at)));
      const { status, body } = await askGate(socket, 'GET', '/slow-requests');
      if (status !== 200)
        throw new Error((body as { readonly error?: string } | null)?.error ?? `the gate answered ${status}`);
      const { requests } = body as { readonly requests: readonly AccessRecord[] };
      const last = requests.slice(-count);
      if (values.json === true) out(JSON.stringify(last, undefined, 2));
      else if (last.length === 0) out('no request was slow so far');
      else out(last.map(renderSlowRequest).join('\n\n'));
      return 0;
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      err((cause as Error).message);
      return 1;
    }
  },
};
