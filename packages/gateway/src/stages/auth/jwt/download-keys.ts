/** Fetching a key set over HTTPS. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { timeLimit } from '../../../time-limit.ts';
import { LARGEST_KEY_SET } from './key-set.ts';

export interface DownloadOptions {
  /** `https://` address. */
  readonly url: string;
  /** File with certificates to trust instead of the system's. */
  readonly ca: string | undefined;
  /** Milliseconds, for the whole of it. */
  readonly timeout: number;
}

/**
 * A function that fetches the text. Certificates are verified, redirections refused: another host must not speak for the issuer.
 * Throws when the file of certificates cannot be read.
 */
export function keyDownload({ url, ca, timeout }: DownloadOptions): () => Promise<string> {
  const trusted = ca === undefined ? undefined : readFileSync(ca, 'utf8');
  const dispatcher = new Agent({
    connections: 1,
    // Keys are fetched seldom; a connection that is kept would only be found dead.
    keepAliveTimeout: 1000,
    connect: { timeout, ...(trusted !== undefined && { ca: trusted }) },
  });
  return async () => {
    const { statusCode, body } = await request(url, {
      dispatcher,
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal: timeLimit(timeout),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_KEY_SET) throw new Error(`more than ${LARGEST_KEY_SET / 1024} KiB`);
      chunks.push(chunk);
    }
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return Buffer.concat(chunks).toString('utf8');
  };
}
