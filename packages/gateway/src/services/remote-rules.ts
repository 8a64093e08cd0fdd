/** `SecRemoteRules`: rules fetched over https while rules are loaded, never again until the next reload. */
import type { RemoteRules } from '@sallyport/engine';
import { request } from 'undici';

/** Larger answers are not rules. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;
const TIMEOUT = 30_000;

type Fetched = { readonly text: string } | { readonly failure: Error };

/**
 * What one load asks for. The engine cannot wait, so that the first question fails and is remembered; `load` fetches, and the
 * question is put again. Certificates are verified, redirections are not followed.
 */
export class FetchedRules implements RemoteRules {
  readonly #fetched = new Map<string, Fetched>();
  readonly #wanted = new Map<string, { readonly url: string; readonly key: string }>();

  fetch(url: string, key: string): string {
    const fetched = this.#fetched.get(nameOf(url, key));
    if (fetched === undefined) {
      this.#wanted.set(nameOf(url, key), { url, key });
      throw new Error('not fetched yet');
    }
    if ('failure' in fetched) throw fetched.failure;
    return fetched.text;
  }

  /** Fetches what was asked for in vain. True when asking again gives another answer. */
  async load(): Promise<boolean> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    await Promise.all(wanted.map(async ([name, { url, key }]) => this.#fetched.set(name, await fetchRules(url, key))));
    return wanted.length > 0;
  }
}

function nameOf(url: string, key: string): string {
  return `${key} ${url}`;
}

/** The header is ModSecurity's; nothing else about this machine is told. */
async function fetchRules(url: string, key: string): Promise<Fetched> {
  try {
    const { statusCode, body } = await request(url, {
      headers: { 'ModSec-key': key },
      headersTimeout: TIMEOUT,
      bodyTimeout: TIMEOUT,
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`the answer has status ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAXIMUM_BYTES) throw new Error(`the answer is larger than ${MAXIMUM_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString('latin1') };
  } catch (cause) {
    return { failure: cause instanceof Error ? cause : new Error(String(cause)) };
  }
}
