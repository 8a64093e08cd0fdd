/** What one endpoint of the admin API is. Each is a file in `endpoints/`; `endpoints/index.ts` lists them. */
import type { Control } from './control.ts';

export interface AdminRequest {
  /** What stands in the places of `:name` in the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; undefined when there is none. */
  readonly body: unknown;
}

export interface AdminAnswer {
  readonly status: number;
  /** Sent as JSON; a string is sent as it is. */
  readonly body: unknown;
  /** `application/json`, or `text/plain` for a string, when absent. */
  readonly contentType?: string;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/bans/:address`: a segment that begins with a colon stands for any one segment. */
  readonly path: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** A throw is answered with 500 and its message; `AdminError` says otherwise. */
  handle(request: AdminRequest, control: Control): AdminAnswer | Promise<AdminAnswer>;
}

/** An answer other than success: `throw new AdminError(404, 'no such rule')`. */
export class AdminError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
  }
}

/** The endpoint for a method and path; the status otherwise: 404, or 405 when the path takes other methods. */
export function findEndpoint(
  endpoints: readonly Endpoint[],
  method: string,
  path: string,
): { readonly endpoint: Endpoint; readonly parameters: Readonly<Record<string, string>> } | 404 | 405 {
  let isKnown = false;
  for (const endpoint of endpoints) {
    const parameters = matchPath(endpoint.path, path);
    if (parameters === undefined) continue;
    if (endpoint.method === method) return { endpoint, parameters };
    isKnown = true;
  }
  return isKnown ? 405 : 404;
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [at, segment] of wanted.entries()) {
    const value = decode(given[at] ?? '');
    if (value === undefined) return undefined;
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined;
    } else if (value === '') return undefined;
    else parameters.push([segment.slice(1), value]);
  }
  return Object.fromEntries(parameters);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
