import { resolve } from 'node:path';
import { formatMistake } from '../../config/load.ts';
import { configurationFile } from '../../config/source.ts';
import { configPaths } from '../../paths/config-paths.ts';
import { missingIn } from '../../paths/jail.ts';
import type { NeededPath } from '../../paths/needed-path.ts';
import { programPaths } from '../../paths/program-paths.ts';
import { rulePaths } from '../../paths/rule-paths.ts';
import { explainFailure } from '../../process/failure.ts';
import { gatherSettings, readFlags } from '../settings.ts';
import { type Command, UsageError } from './command.ts';
import { SETTINGS_USAGE } from './run.ts';

export const pathsCommand: Command = {
  name: 'paths',
  summary: 'List every file, folder, socket and program a gate uses, or what of them is missing in a jail.',
  usage: `sallyport paths [options] [--jail DIR] [--json]

  --jail DIR           folder that is to be the root of the gate (chroot): only what is missing in it is shown, and makes the
                       exit code 1
  --json               a list of objects: path, use (read, write, connect, run), why
${SETTINGS_USAGE}

Shared libraries are those of this Node; programs that are run may need more of them.`,

  async run(words, { out, err }) {
    const { jail, isJson, rest } = ownWords(words);
    const flags = readFlags(rest, false);
    const { config, mistakes } = gatherSettings(flags, true);
    for (const mistake of mistakes) err(formatMistake(mistake));
    if (config === undefined || mistakes.length > 0) return 1;
    const file = configurationFile(flags);
    let needed: readonly NeededPath[];
    try {
      needed = withoutRepeats([
        ...(file === undefined ? [] : [{ path: resolve(file), use: 'read', why: 'the configuration' } as const]),
        ...configPaths(config),
        ...(await rulePaths(config)),
        ...programPaths(config),
      ]);
    } catch (cause) {
      for (const line of explainFailure(cause)) err(line);
      return 1;
    }
    if (jail !== undefined) {
      const missing = missingIn(resolve(jail), needed);
      for (const line of missing) err(line);
      if (missing.length === 0 && flags.quiet !== true) out(`${needed.length} paths, all of them in ${jail}`);
      return missing.length === 0 ? 0 : 1;
    }
    if (isJson) out(JSON.stringify(needed, undefined, 2));
    else for (const { path, use, why } of needed) out(`${use.padEnd(8)} ${path}  (${why})`);
    return 0;
  },
};

function ownWords(words: readonly string[]): { jail: string | undefined; isJson: boolean; rest: readonly string[] } {
  const rest = [...words];
  const at = rest.indexOf('--jail');
  const [, jail] = at < 0 ? [] : rest.splice(at, 2);
  if (at >= 0 && jail === undefined) throw new UsageError('--jail takes a folder');
  return { jail, isJson: rest.includes('--json'), rest: rest.filter((word) => word !== '--json') };
}

/** The same path may have several reasons; the first is told. One that is written is not told as read as well. */
function withoutRepeats(all: readonly NeededPath[]): readonly NeededPath[] {
  const kept = new Map<string, NeededPath>();
  for (const one of all) {
    const known = kept.get(one.path);
    if (known === undefined || (known.use === 'read' && one.use !== 'read')) kept.set(one.path, one);
  }
  return [...kept.values()];
}
