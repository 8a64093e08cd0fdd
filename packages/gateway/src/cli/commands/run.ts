import { parseArgs } from 'node:util';
import { FLAG_OPTIONS } from '../../config/flags.ts';
import { run } from '../../process/run.ts';
import { readSettings } from '../settings.ts';
import { packageVersion } from '../version.ts';
import { type Command, UsageError } from './command.ts';

export const SETTINGS_USAGE = `  --config FILE        configuration (sallyport.yaml when present)
  --listen HOST:PORT   where clients connect; may be repeated
  --upstream URL       the application, for example http://127.0.0.1:3000
  --rules FILE         rules in SecLang; may be repeated, globs are expanded
  --crs FOLDER         OWASP Core Rule Set; an installed one is found by itself
  --engine MODE        On, DetectionOnly or Off, over what the rules say
  --access-log FILE    --error-log FILE    --audit-log FILE`;

export const runCommand: Command = {
  name: 'run',
  summary: 'Start the gate.',
  usage: `sallyport run [options]

${SETTINGS_USAGE}

SIGHUP reloads configuration and rules, SIGUSR1 reopens the logs, SIGTERM finishes running requests and stops.`,

  run(words, { out, err }) {
    const { values, positionals } = parseArgs({ args: [...words], options: FLAG_OPTIONS, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}"`);
    return run({ readConfig: () => readSettings(values), out, err, version: packageVersion() });
  },
};
