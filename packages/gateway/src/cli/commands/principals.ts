import { type PrincipalReport, reportPrincipals } from '../../applications/principals.ts';
import { formatMistake } from '../../config/load.ts';
import { gatherSettings, readFlags } from '../settings.ts';
import type { Command } from './command.ts';
import { SETTINGS_USAGE } from './run.ts';

export const principalsCommand: Command = {
  name: 'principals',
  summary: 'Show whom programs, files, sockets and logs belong to, and what does not fit.',
  usage: `sallyport principals [options] [--json]

${SETTINGS_USAGE}
  --json               for programs

Reads the configuration and looks at the files, best as root. Exit code 1: something does not fit; each line says what.`,

  async run(words, { out, err }) {
    const isJson = words.includes('--json');
    const flags = readFlags(
      words.filter((word) => word !== '--json'),
      false,
    );
    const { config, mistakes } = gatherSettings(flags, false);
    for (const mistake of mistakes) err(formatMistake(mistake));
    if (config === undefined) return 1;
    const reports = reportPrincipals(config);
    if (isJson) out(JSON.stringify(reports, undefined, 2));
    else if (reports.length === 0) out('there are no principals');
    else for (const one of reports) for (const line of render(one)) out(line);
    return reports.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
  },
};

function render({
  name,
  user,
  account,
  applications,
  paths,
  sockets,
  logs,
  wrong,
}: PrincipalReport): readonly string[] {
  const numbers = account === undefined ? '' : `, uid ${account.uid}, gid ${account.gid}`;
  return [
    `${name}: user ${user}${numbers}`,
    ...applications.map((one) => {
      const behind =
        one.upstreams.length > 0 ? `, behind upstream ${one.upstreams.join(', ')}` : ', behind no upstream';
      return `  application  ${one.name} in ${one.root}${behind}`;
    }),
    ...paths.map((path) => `  path         ${path}`),
    ...sockets.map((path) => `  socket       ${path}`),
    ...logs.map((path) => `  log          ${path}`),
    ...wrong.map((line) => `  WRONG        ${line}`),
  ];
}
