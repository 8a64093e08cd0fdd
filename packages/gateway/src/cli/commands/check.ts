import type { Config } from '../../config/config.ts';
import type { Flags } from '../../config/flags.ts';
import { formatMistake } from '../../config/load.ts';
import { openDoors } from '../../config/open-doors.ts';
import { readSource } from '../../config/source.ts';
import { whereabouts } from '../../config/where.ts';
import { createGate } from '../../gate.ts';
import { checkCertificates } from '../../listener/certificates.ts';
import { createLogs } from '../../logs/index.ts';
import { explainFailure } from '../../process/failure.ts';
import { type Authentication, openAuthentication } from '../../stages/auth/authentication.ts';
import { PasswordThreads } from '../../stages/auth/basic/password-threads.ts';
import { RevokedTokens } from '../../stages/auth/upload-token/revoked-tokens.ts';
import { type LoadedRules, loadRules } from '../../waf/load.ts';
import { DEFAULT_FILE, gatherSettings, isAboutRulesOnly, readFlags } from '../settings.ts';
import type { Command } from './command.ts';
import { SETTINGS_USAGE } from './run.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Validate configuration and rules without starting.',
  usage: `sallyport check [options] [FILE...]

  FILE                 rules in SecLang, as with --rules
${SETTINGS_USAGE}

With rules alone, and no ${DEFAULT_FILE} here, only they are checked. Every mistake is one line on standard error; the exit
code is 1 when there is one.`,

  async run(words, { out, err }) {
    const flags = readFlags(words, true);
    const isQuiet = flags.quiet === true;
    const hasGate = !isAboutRulesOnly(flags);
    const { config, mistakes } = gatherSettings(flags, hasGate);
    const wrong = mistakes.map(formatMistake);
    if (config !== undefined) wrong.push(...certificateMistakes(config));
    const rules = config && (await checkRules(config, hasGate && wrong.length === 0, wrong));
    for (const line of wrong) err(line);
    const warnings = [...(rules?.warnings ?? []), ...(config === undefined ? [] : doorWarnings(config, flags))];
    if (!isQuiet) for (const warning of warnings) err(warning);
    if (rules === undefined || wrong.length > 0) return 1;
    const inForce = rules.name === undefined ? 'off' : `${rules.name}, ${rules.ruleCount} rules`;
    if (!isQuiet) out(hasGate ? `configuration is fine; rules: ${inForce}` : `rules are fine: ${inForce}`);
    return 0;
  },
};

function doorWarnings(config: Config, flags: Flags): readonly string[] {
  const { file = '', text = '' } = readSource(flags);
  const { find } = whereabouts(text, file);
  return openDoors(config).map(({ path, message }) => {
    const place = find(path);
    return `${place === undefined ? '' : `${place} `}warning: ${message}`;
  });
}

function certificateMistakes(config: Config): readonly string[] {
  try {
    checkCertificates(config);
    return [];
  } catch (cause) {
    return explainFailure(cause);
  }
}

/** Reads every file of `auth`; nothing is asked over the network, and no password is compared. */
function openForCheck({ auth }: Config): Promise<Authentication> {
  return openAuthentication(auth, { threads: new PasswordThreads(), revoked: new RevokedTokens(), say: () => {} });
}

/** Loads what a start would load, the gate around the rules too where there is one, and lets go of it again. */
async function checkRules(config: Config, hasGate: boolean, mistakes: string[]): Promise<LoadedRules | undefined> {
  const logs = createLogs({});
  try {
    const rules = await loadRules(config, logs);
    if (hasGate) createGate(config, logs, rules.firewalls, { authentication: await openForCheck(config) });
    await rules.release();
    return rules;
  } catch (cause) {
    mistakes.push(...explainFailure(cause));
    return undefined;
  } finally {
    await logs.close();
  }
}
