import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/load.ts';
import { linesWith } from '../../trace/find-lines.ts';
import { type AccessRecord, renderTrace } from '../../trace/render.ts';
import { type Command, UsageError } from './command.ts';

const DEFAULT_FILE = 'sallyport.yaml';

export const traceCommand: Command = {
  name: 'trace',
  summary: 'Show who decided a request and where its time went.',
  usage: `sallyport trace REQUEST-ID [--config FILE | --access-log FILE [--error-log FILE]] [--json]

  REQUEST-ID           as in the logs and in the X-Request-Id header
  --config FILE        configuration that names the logs (default: ${DEFAULT_FILE}); one access log has to be in the format json
  --access-log FILE    access log in the format json
  --error-log FILE     error log, for what it says about the request
  --json               the line of the access log as it is

What the rules did with a request in detail, sallyport explain shows. Exit code 0: shown; 1: not found.`,

  async run(words, { out, err }) {
    // Request ids begin with a letter, so they are no options.
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        'access-log': { type: 'string' },
        'error-log': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('trace takes one request id');
    const logs = placesOf(values['config'], values['access-log'], values['error-log']);
    for (const file of logs.access.filter((one) => existsSync(one))) {
      const line = (await linesWith(file, `"id":"${id}"`)).at(-1);
      if (line === undefined) continue;
      if (values.json === true) {
        out(line);
        return 0;
      }
      const errors: string[] = [];
      for (const one of logs.errors.filter((name) => existsSync(name)))
        errors.push(...(await linesWith(one, `"${id}"`)));
      // A line of our own log; whatever it holds is only printed.
      out(renderTrace(JSON.parse(line) as AccessRecord, errors));
      return 0;
    }
    err(`no request ${id} in ${logs.access.join(', ')}`);
    return 1;
  },
};

function placesOf(
  file: string | undefined,
  access: string | undefined,
  error: string | undefined,
): { readonly access: readonly string[]; readonly errors: readonly string[] } {
  if (access !== undefined) return { access: [access], errors: error === undefined ? [] : [error] };
  const { config, mistakes } = loadConfig(file ?? DEFAULT_FILE);
  if (config === undefined) throw new UsageError(`cannot read ${file ?? DEFAULT_FILE}: ${mistakes[0]?.message}`);
  const files = config.logs.access.flatMap((one) =>
    one.format === 'json' && one.file !== undefined ? [one.file] : [],
  );
  if (files.length === 0)
    throw new UsageError('the configuration has no access log in the format json; name one with --access-log');
  const { error: main, errorsByTag } = config.logs;
  return { access: files, errors: [error ?? main ?? [], ...errorsByTag.values()].flat() };
}
