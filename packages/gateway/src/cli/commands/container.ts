import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readSource } from '../../config/source.ts';
import { compose } from '../../container/compose.ts';
import { run } from '../../process/run.ts';
import { packageVersion } from '../../version.ts';
import { layeredCrs } from '../../waf/rule-set.ts';
import type { Command } from './command.ts';

export const containerCommand: Command = {
  name: 'container',
  summary: 'Start the gate as environment variables say, those of the OWASP CRS image.',
  usage: `sallyport container [--print] [--crs FOLDER]

  --print              show configuration and rules instead of starting
  --crs FOLDER         OWASP Core Rule Set; an installed one is found by itself

BACKEND, PORT, SSL_PORT, PARANOIA, ANOMALY_INBOUND, MODSEC_RULE_ENGINE and the others mean what they mean there. What cannot be
honoured is said at the start; a value that cannot be used stops it. A file /etc/sallyport/sallyport.yaml takes the place of all.`,

  async run(words, { out, err }) {
    const own = '/etc/sallyport/sallyport.yaml';
    const at = words.indexOf('--crs');
    const crs = at < 0 ? undefined : words[at + 1];
    if (existsSync(own) && !words.includes('--print')) return start(own, out, err);
    const { settings, rules, remarks, mistakes } = compose(process.env);
    for (const line of [...mistakes, ...remarks]) err(line);
    if (mistakes.length > 0) return 1;
    const folder = words.includes('--print') ? '.' : mkdtempSync(join(tmpdir(), 'sallyport-container-'));
    const ruleFile = join(folder, 'settings.conf');
    const yaml = stringify({ ...settings, rules: { files: layeredCrs(crs, ruleFile) } });
    if (words.includes('--print')) {
      out(`# sallyport.yaml\n${yaml}\n# settings.conf\n${rules}`.trimEnd());
      return 0;
    }
    const file = join(folder, 'sallyport.yaml');
    try {
      writeFileSync(ruleFile, rules);
      writeFileSync(file, yaml);
      return await start(file, out, err);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function start(config: string, out: (line: string) => void, err: (line: string) => void): Promise<number> {
  return run({ readSource: () => readSource({ config }), out, err, version: packageVersion() });
}
