/** When a request may be sent a second time. */
import type { Dispatcher } from 'undici';
import { BodyStream } from '../body-stream.ts';
import { isBrokenConnection, wasNeverSent } from '../upstream-error.ts';

/** Methods that may be repeated without harm (RFC 9110 §9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Whether the request may go out again after `cause`, no byte of an answer having come: it never reached anybody; or the
 * connection broke and the method may be repeated. Its body must still be there from its first byte.
 */
export function isRepeatable({ method, body }: Dispatcher.DispatchOptions, cause: Error): boolean {
  const isFresh = wasNeverSent(cause);
  if (!isFresh && !(isBrokenConnection(cause) && IDEMPOTENT.has(method))) return false;
  return body === null || Buffer.isBuffer(body) || (isFresh && body instanceof BodyStream && !body.isTouched);
}
