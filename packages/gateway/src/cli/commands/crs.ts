import { parseArgs } from 'node:util';
import { InstallError, installCrs } from '../../crs/install.ts';
import { CRS_RELEASES, crsArchiveUrl } from '../../crs/releases.ts';
import { TarError } from '../../crs/tar.ts';
import { fetchedCrsFolder } from '../../waf/rule-set.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const crsCommand: Command = {
  name: 'crs',
  summary: 'Install the OWASP Core Rule Set.',
  usage: `sallyport crs install [options]

  --version VERSION  release to install; ${CRS_RELEASES[0].version} when absent
  --sha256 HEX       its SHA-256; needed for releases other than ${CRS_RELEASES.map(({ version }) => version).join(', ')}
  --from FILE|URL    a .tar.gz of the release instead of the download from GitHub

Installs into sallyport/crs in XDG_DATA_HOME (~/.local/share when not set), where sallyport run finds it. A crs-setup.conf
there is kept.`,
  run,
};

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const { from, sha256, name } = readWords(words);
  const folder = fetchedCrsFolder();
  try {
    const { files, rules } = await installCrs({ from, sha256, folder });
    output.out(`installed ${name} in ${folder}: ${rules} rule files, ${files} files in all`);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    output.err(error.message);
    return 1;
  }
}

/** Everything that a bad file, network or disk can cause; the rest are bugs. */
function isExpected(error: unknown): error is Error {
  return error instanceof InstallError || error instanceof TarError || (error instanceof Error && 'code' in error);
}

function readWords(words: readonly string[]): { from: string; sha256: string; name: string } {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { version: { type: 'string' }, sha256: { type: 'string' }, from: { type: 'string' } },
  });
  if (positionals.length !== 1 || positionals[0] !== 'install') throw new UsageError('say "crs install"');
  const version = (values.version ?? CRS_RELEASES[0].version).replace(/^v/, '');
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new UsageError(`--version ${version}: not a version like 4.28.0`);
  if (values.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(values.sha256)) {
    throw new UsageError('--sha256 takes 64 hex digits');
  }
  if (values.from?.startsWith('http://') === true) throw new UsageError('--from takes a file or an https:// address');
  const sha256 = values.sha256 ?? CRS_RELEASES.find((release) => release.version === version)?.sha256;
  if (sha256 === undefined) {
    throw new UsageError(`the checksum of ${version} is not known here; give it with --sha256`);
  }
  return { from: values.from ?? crsArchiveUrl(version), sha256, name: `Core Rule Set ${version}` };
}
