import { parseArgs } from 'node:util';
import { checkPath } from '../../config/checks.ts';
import { ConfigError, loadConfig } from '../../config/load.ts';
import type { UploadTokenProviderConfig } from '../../config/sections/auth/upload-token.ts';
import { parseSize } from '../../explain/limits/quantities.ts';
import { utf8Bytes } from '../../listener/utf8-bytes.ts';
import { explainFailure } from '../../process/failure.ts';
import { isUsableName } from '../../stages/auth/principal.ts';
import { readSecret } from '../../stages/auth/secret-file.ts';
import { mintUploadToken } from '../../stages/auth/upload-token/upload-token.ts';
import { LEAST_SECRET } from '../../stages/auth/upload-token/upload-token-provider.ts';
import { DEFAULT_FILE } from '../settings.ts';
import { type Command, UsageError } from './command.ts';
import { askAboutToken, parseTokenTime, TOKEN_TASKS } from './token-tasks.ts';

const DEFAULT_METHODS = ['POST', 'PUT', 'PATCH'];
const DEFAULT_TTL = '1h';

export const tokenCommand: Command = {
  name: 'token',
  summary: 'Make a token for one upload, make it anew, or take it back.',
  usage: `sallyport token --user NAME --path PATH --max-bytes SIZE [options]
sallyport token refresh [--ttl TIME] [GATE]
sallyport token revoke [ID | --user NAME] [GATE]
sallyport token revoked [GATE]

  --user NAME        whom the upload is from, as rules about access know people
  --path PATH        where it goes to; everything below is included
  --max-bytes SIZE   largest body, such as 900MB
  --ttl TIME         how long it is good: 30s, 15m, 1h (default: ${DEFAULT_TTL}; "max_ttl" of the provider is the longest)
  --method METHOD    may be repeated (default: ${DEFAULT_METHODS.join(', ')})
  --group NAME       may be repeated
  --provider NAME    of those in "auth.upload_token"; needed where there are several
  --config FILE      configuration (default: ${DEFAULT_FILE})

  refresh            reads a token from standard input and has the running gate print one for the same upload with time of its
                     own; the old one is taken for a minute more
  revoke             takes a token back: that with this id, all of a user, or the one on standard input. All workers know at once,
                     and it lasts over restarts. Uploads under way go on
  revoked            lists what was taken back
  GATE               --socket PATH, --config FILE or --listen HOST:PORT: the running gate, found as the gate itself does

The token is printed on standard output. Whoever has it can upload: hand it on like a password.`,

  async run(words, output) {
    const [task, ...rest] = words;
    if (task !== undefined && Object.hasOwn(TOKEN_TASKS, task)) return askAboutToken(task, rest, output);
    const { out, err } = output;
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        user: { type: 'string' },
        path: { type: 'string' },
        'max-bytes': { type: 'string' },
        ttl: { type: 'string', default: DEFAULT_TTL },
        method: { type: 'string', multiple: true, default: DEFAULT_METHODS },
        group: { type: 'string', multiple: true, default: [] },
        provider: { type: 'string' },
        config: { type: 'string', default: DEFAULT_FILE },
      },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}"`);
    const { user, path } = values;
    if (user === undefined || path === undefined || values['max-bytes'] === undefined)
      throw new UsageError('--user, --path and --max-bytes are needed');
    const names = [user, ...values.group].map(utf8Bytes);
    const unusable = names.find((name) => !isUsableName(name));
    if (unusable !== undefined) throw new UsageError(`${JSON.stringify(unusable)} cannot be a name`);
    const wrongPath = checkPath(path);
    if (wrongPath !== undefined) throw new UsageError(`--path: ${wrongPath}`);
    const maxBytes = parseSize(values['max-bytes']);
    if (maxBytes === undefined) throw new UsageError(`--max-bytes ${values['max-bytes']}: write for example 900MB`);
    const seconds = parseTokenTime(values.ttl);
    if (seconds === undefined) throw new UsageError(`--ttl ${values.ttl}: write for example 30s, 15m or 1h`);
    try {
      const config = chosenProvider(values.config, values.provider);
      if (seconds * 1000 > config.maxTtl)
        throw new Error(`--ttl ${values.ttl} is longer than "max_ttl" (${config.maxTtl / 1000} s)`);
      const secret = readSecret(config.secretFiles[0] as string, LEAST_SECRET);
      const issuedAt = Math.floor(Date.now() / 1000);
      const methods = values.method.map((one) => one.toUpperCase());
      const [name = '', ...groups] = names;
      const grant = {
        user: name,
        groups,
        methods,
        path: utf8Bytes(path),
        maxBytes,
        issuedAt,
        expires: issuedAt + seconds,
      };
      out(mintUploadToken(grant, secret));
      return 0;
    } catch (cause) {
      for (const line of explainFailure(cause)) err(line);
      return 1;
    }
  },
};

/** Throws with what is missing. */
function chosenProvider(file: string, name: string | undefined): UploadTokenProviderConfig {
  const { config, mistakes } = loadConfig(file);
  if (config === undefined) throw new ConfigError(mistakes);
  const providers = config.auth.uploadToken;
  const [first, ...more] = providers.keys();
  if (first === undefined) throw new Error(`${file} has no provider in "auth.upload_token"`);
  if (name === undefined && more.length > 0) throw new Error(`--provider: one of ${[first, ...more].join(', ')}`);
  const found = providers.get(name ?? first);
  if (found === undefined) throw new Error(`there is no provider "${name}"; there is ${[first, ...more].join(', ')}`);
  return found;
}
