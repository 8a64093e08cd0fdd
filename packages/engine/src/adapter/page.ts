import { toBytes } from '../bytes/byte-string.ts';
import type { Decision } from './decision.ts';
import type { ProtectOptions } from './options.ts';

/** An answer in place of the application's. Header names in any case; text is sent as UTF-8. */
export interface BlockedPage {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A page ready to be sent. Header names are lower case. */
export interface ReadyPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where HTTP allows no body. */
  readonly body: Uint8Array | null;
}

/** Statuses whose answers never have a body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** The answer to a refusal: the default one, changed by `blockedPage` where that says something else. */
export async function pageFor<R>(decision: Decision, options: ProtectOptions<R>, request: R): Promise<ReadyPage> {
  let page: BlockedPage | undefined;
  try {
    page = await options.blockedPage?.(decision, request);
  } catch (error) {
    // The refusal stands, whatever is wrong with its page; the mistake is the program's to hear of.
    queueMicrotask(() => {
      throw error;
    });
  }
  const status = page?.status ?? decision.status;
  const headers: Record<string, string> = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (decision.action === 'redirect') headers['location'] = locationOf(decision.url ?? '');
  for (const [name, value] of Object.entries(page?.headers ?? {})) headers[name.toLowerCase()] = value;
  const body = page?.body ?? sentence(decision);
  if (BODILESS.has(status)) {
    delete headers['content-type'];
    return { status, headers, body: null };
  }
  return { status, headers, body: typeof body === 'string' ? new TextEncoder().encode(body) : body };
}

/** Says that it is a refusal, and which one to quote; nothing about rules. */
function sentence({ status, transactionId }: Decision): string {
  const what = status < 500 ? 'The request was refused.' : 'Something went wrong. The request was not carried out.';
  return `${what}\nReference: ${transactionId}\n`;
}

/** A macro in the URL may have brought in bytes that cannot stand in a header; they are percent-encoded. */
function locationOf(url: string): string {
  let text = '';
  for (const byte of toBytes(url)) {
    text +=
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return text;
}
