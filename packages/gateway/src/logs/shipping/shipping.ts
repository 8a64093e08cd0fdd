/** Log entries to a server instead of, or besides, a file. */
import type { LogSink } from '../sink.ts';
import { parseDestination } from './destination.ts';
import { httpSink } from './http-sink.ts';
import { readServerTls, type ServerTlsFiles } from './server-tls.ts';
import { syslogSink } from './syslog-sink.ts';

export interface ShippingOptions {
  /** What is shipped: `access`, `error` or `audit`; the message id of syslog. */
  readonly log: string;
  /** Bytes that may wait for a server that is slow or away. */
  readonly maxPendingBytes: number;
  /** Over HTTP: each entry in a request of its own, as `application/json`; by default many, one per line. */
  readonly oneByOne?: boolean;
  /** Of such a request; `application/json` when absent. */
  readonly contentType?: string;
  readonly tls?: ServerTlsFiles;
  readonly complain: (text: string) => void;
}

/**
 * Opens a way to the server at `address` (see `parseDestination`). Nothing is sent before the first entry. Throws when the
 * address or a file of `tls` is bad.
 */
export function openShipping(address: string, options: ShippingOptions): LogSink {
  const destination = parseDestination(address);
  if (typeof destination === 'string') throw new TypeError(destination);
  const tls = readServerTls(options.tls ?? {});
  return destination.kind === 'syslog' ? syslogSink(destination, tls, options) : httpSink(destination, tls, options);
}
