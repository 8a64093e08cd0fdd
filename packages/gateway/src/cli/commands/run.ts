import { readSource } from '../../config/source.ts';
import { run } from '../../process/run.ts';
import { packageVersion } from '../../version.ts';
import { readFlags } from '../settings.ts';
import type { Command } from './command.ts';

export const SETTINGS_USAGE = `  --config FILE        configuration (sallyport.yaml when present)
  --listen HOST:PORT   where clients connect; may be repeated
  --upstream URL       the application, for example http://127.0.0.1:3000
  --rules FILE...      rules in SecLang; may be repeated, patterns are expanded
  --crs FOLDER         OWASP Core Rule Set; an installed one is found by itself
  --engine MODE        On, DetectionOnly or Off, over what the rules say
  --access-log FILE    --error-log FILE    --audit-log FILE
  --workers N          processes that serve; 0: this one does by itself
  --quiet              say only what is wrong`;

export const runCommand: Command = {
  name: 'run',
  summary: 'Start the gate.',
  usage: `sallyport run [options]

${SETTINGS_USAGE}

SIGHUP reloads configuration and rules, SIGUSR1 reopens the logs, SIGUSR2 hands over to the program as it is on disk now,
SIGTERM finishes running requests and stops.`,

  run(words, { out, err }) {
    const flags = readFlags(words, false);
    const say = flags.quiet === true ? () => {} : out;
    return run({ readSource: () => readSource(flags), out: say, err, version: packageVersion() });
  },
};
