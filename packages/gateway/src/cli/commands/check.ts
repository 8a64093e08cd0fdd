import { parseArgs } from 'node:util';
import type { Config } from '../../config/config.ts';
import { FLAG_OPTIONS } from '../../config/flags.ts';
import { createGate } from '../../gate.ts';
import { tlsOptions } from '../../listener/tls.ts';
import { createLogs } from '../../logs/index.ts';
import { explainFailure } from '../../process/failure.ts';
import { type LoadedRules, loadRules } from '../../waf/load.ts';
import { readSettings } from '../settings.ts';
import { type Command, UsageError } from './command.ts';
import { SETTINGS_USAGE } from './run.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Validate configuration and rules without starting.',
  usage: `sallyport check [options]

${SETTINGS_USAGE}

Every mistake is one line on standard error; the exit code is 1 when there is one.`,

  async run(words, { out, err }) {
    const { values, positionals } = parseArgs({ args: [...words], options: FLAG_OPTIONS, allowPositionals: true });
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}"`);
    let config: Config;
    try {
      config = readSettings(values);
    } catch (cause) {
      for (const line of explainFailure(cause)) err(line);
      return 1;
    }
    const mistakes = [...checkCertificates(config)];
    const rules = await checkRules(config, mistakes);
    for (const line of mistakes) err(line);
    if (rules === undefined || mistakes.length > 0) return 1;
    for (const warning of rules.warnings) err(warning);
    out(
      `configuration is fine; ${rules.name === undefined ? 'rules: off' : `rules: ${rules.name}, ${rules.ruleCount} rules`}`,
    );
    return 0;
  },
};

function checkCertificates(config: Config): readonly string[] {
  return config.listeners.flatMap(({ tls }) => {
    if (tls === undefined) return [];
    try {
      tlsOptions(tls);
      return [];
    } catch (cause) {
      return explainFailure(cause);
    }
  });
}

/** Loads what a start would load, and lets go of it again. */
async function checkRules(config: Config, mistakes: string[]): Promise<LoadedRules | undefined> {
  const logs = createLogs({});
  try {
    const rules = loadRules(config, logs);
    createGate(config, logs, rules.firewalls);
    return rules;
  } catch (cause) {
    mistakes.push(...explainFailure(cause));
    return undefined;
  } finally {
    await logs.close();
  }
}
