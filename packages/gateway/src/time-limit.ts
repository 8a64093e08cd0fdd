import { AfterReading } from './after-reading.ts';

/**
 * As `AbortSignal.timeout`, in milliseconds, for a process that may stand still for a while: what had come by then is read before the time is
 * judged to be over.
 */
export function timeLimit(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    const behindReading = new AfterReading<DOMException>((reason) => controller.abort(reason));
    behindReading.add(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, milliseconds).unref();
  return controller.signal;
}
