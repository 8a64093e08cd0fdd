/** `sallyport explain METHOD URL`. */
import { existsSync, readFileSync } from 'node:fs';
import type { CommandOutput } from '../../cli/commands/command.ts';
import { UsageError } from '../../cli/commands/command.ts';
import { ConfigError, parseConfig } from '../../config/load.ts';
import { DEFAULT_FILE } from '../../config/source.ts';
import { whereabouts } from '../../config/where.ts';
import { explainFailure } from '../../process/failure.ts';
import { explainRequest } from './explain-request.ts';
import { parseSize } from './quantities.ts';
import { renderRequest } from './render.ts';

export interface RequestWords {
  readonly method: string;
  readonly url: string;
  /** Configuration; the one in this folder when absent, and defaults where there is none. */
  readonly config: string | undefined;
  readonly size: string | undefined;
  readonly rate: string | undefined;
  readonly isJson: boolean;
}

/** Bytes per second of an upload for which only a size is given: 1 MB/s. */
const DEFAULT_RATE = 1_000_000;

/** Gives the exit code: 1 when the upload does not pass. */
export function explainLimits(
  { method, url, config: file, size, rate, isJson }: RequestWords,
  output: CommandOutput,
): number {
  const bytes = size === undefined ? undefined : parseSize(size);
  const perSecond = rate === undefined ? DEFAULT_RATE : parseSize(rate);
  if (size !== undefined && bytes === undefined) throw new UsageError(`--size ${size}: write for example 900MB`);
  if (perSecond === undefined || perSecond === 0) throw new UsageError(`--rate ${rate}: write for example 1MB/s`);
  if (!url.startsWith('/') && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new UsageError(`${url} is neither a path nor an http:// or https:// address`);
  }
  try {
    const path = file ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
    const text = path === undefined ? '' : readFileSync(path, 'utf8');
    const name = path ?? DEFAULT_FILE;
    const { config, mistakes } = parseConfig(
      path === undefined ? 'upstreams: { app: "http://127.0.0.1" }' : text,
      name,
    );
    if (config === undefined) throw new ConfigError(mistakes);
    const upload = bytes === undefined ? undefined : { size: bytes, rate: perSecond };
    const explained = explainRequest(config, whereabouts(text, name), { method, url, upload });
    for (const line of isJson ? [JSON.stringify(explained, undefined, 2)] : renderRequest(explained)) output.out(line);
    return explained.first === undefined ? 0 : 1;
  } catch (cause) {
    for (const line of explainFailure(cause)) output.err(line);
    return 1;
  }
}
