import type { LogSink } from '../sink.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { SyslogDestination } from './destination.ts';
import type { ServerTls } from './server-tls.ts';
import type { ShippingOptions } from './shipping.ts';
import { connectSyslog, type SyslogConnection } from './syslog-connection.ts';
import { syslogFields, syslogMessage } from './syslog-message.ts';

const BATCH_ENTRIES = 100;
const BATCH_BYTES = 1 << 18;
const GATHER = 50;

/** A syslog server (RFC 5424). One that goes away in the middle of a batch may get that batch twice. */
export function syslogSink(destination: SyslogDestination, tls: ServerTls, options: ShippingOptions): LogSink {
  const { transport, host, port, path, facility } = destination;
  const name = transport === 'unix' ? `syslog+unix://${path}` : `syslog+${transport}://${host}:${port}`;
  const fields = syslogFields(options.log);
  let connection: SyslogConnection | undefined;
  const queue = new DeliveryQueue({
    name,
    maxPendingBytes: options.maxPendingBytes,
    batchEntries: BATCH_ENTRIES,
    batchBytes: BATCH_BYTES,
    gatherFor: GATHER,
    complain: options.complain,
    async deliver(batch, signal) {
      const now = Date.now();
      try {
        connection ??= await connectSyslog(destination, tls, signal);
        await connection.send(
          batch.map(({ text, level }) => syslogMessage(facility, level, now, fields, text)),
          signal,
        );
      } catch (error) {
        connection?.close();
        connection = undefined;
        throw error;
      }
    },
  });
  return {
    name,
    append: (entry, level) => queue.append(entry, level),
    flush: () => queue.flush(),
    reopen: async () => {},
    async close() {
      await queue.close();
      connection?.close();
      connection = undefined;
    },
    get health() {
      return queue.health;
    },
    get isStuck() {
      return queue.isStuck;
    },
  };
}
