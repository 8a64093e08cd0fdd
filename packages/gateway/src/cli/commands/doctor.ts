import { formatMistake } from '../../config/load.ts';
import { configurationFile } from '../../config/source.ts';
import type { Finding } from '../../doctor/examination.ts';
import { EXAMINATIONS } from '../../doctor/index.ts';
import { gatherSettings, readFlags } from '../settings.ts';
import type { Command } from './command.ts';
import { SETTINGS_USAGE } from './run.ts';

const MARKS = { fine: 'ok   ', weak: 'WEAK ', wrong: 'WRONG' } as const;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look at the machine: Node, kernel, accounts, ports, files, limits, optional packages.',
  usage: `sallyport doctor [options]

${SETTINGS_USAGE}

Looks at what the configuration needs, as the user it is called by. WEAK could be better; WRONG will not work, and makes the
exit code 1. With --quiet only what is not ok is shown.`,

  async run(words, { out, err }) {
    const flags = readFlags(words, false);
    const { config, mistakes } = gatherSettings(flags, false);
    const file = configurationFile(flags);
    for (const mistake of mistakes) err(formatMistake(mistake));
    let isWrong = mistakes.length > 0;
    for (const { name, examine } of EXAMINATIONS) {
      const findings = (await examine(config, file)).filter((one) => flags.quiet !== true || one.severity !== 'fine');
      if (findings.length > 0) out(name);
      for (const finding of findings) {
        isWrong ||= finding.severity === 'wrong';
        for (const line of render(finding)) out(line);
      }
    }
    return isWrong ? 1 : 0;
  },
};

function render({ severity, what, hint }: Finding): readonly string[] {
  return [`  ${MARKS[severity]} ${what}`, ...(hint === undefined ? [] : [`        ${hint}`])];
}
