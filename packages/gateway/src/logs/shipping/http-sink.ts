import { Agent, request } from 'undici';
import type { LogSink } from '../sink.ts';
import { ComeAgain, DeliveryQueue, RefusedEntries } from './delivery-queue.ts';
import type { HttpDestination } from './destination.ts';
import type { ServerTls } from './server-tls.ts';
import type { ShippingOptions } from './shipping.ts';

const BATCH_ENTRIES = 500;
const BATCH_BYTES = 1 << 20;
const GATHER = 1000;
/** Time for one POST, in milliseconds. */
const TIMEOUT = 10_000;
/** Answers that say "not this batch" in the 4xx range; others there may change when somebody repairs the server. */
const FINAL: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415, 422]);

/** A server that takes entries by POST: one per line, many at once (`application/x-ndjson`), or each alone. */
export function httpSink(destination: HttpDestination, tls: ServerTls, options: ShippingOptions): LogSink {
  const isSingle = options.oneByOne === true;
  const { url, authorization } = destination;
  const agent = new Agent({
    connections: 1,
    connect: { timeout: TIMEOUT, ...(tls.serverName ? { servername: tls.serverName } : {}), ...tls.options },
  });
  const headers = {
    'content-type': isSingle ? (options.contentType ?? 'application/json') : 'application/x-ndjson',
    ...(authorization && { authorization }),
  };
  const queue = new DeliveryQueue({
    name: url,
    maxPendingBytes: options.maxPendingBytes,
    batchEntries: isSingle ? 1 : BATCH_ENTRIES,
    batchBytes: BATCH_BYTES,
    gatherFor: isSingle ? 0 : GATHER,
    complain: options.complain,
    async deliver(batch, signal) {
      const text = isSingle ? (batch[0]?.text ?? '') : batch.map((one) => `${one.text}\n`).join('');
      const answer = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers,
        body: Buffer.from(text, 'latin1'),
        headersTimeout: TIMEOUT,
        bodyTimeout: TIMEOUT,
        signal,
      });
      await answer.body.dump();
      const { statusCode: status } = answer;
      if (status >= 200 && status < 300) return;
      if (FINAL.has(status)) throw new RefusedEntries(`the server answered ${status}`);
      const after = Number(answer.headers['retry-after']);
      if (after > 0 && after <= 3600) throw new ComeAgain(`the server answered ${status}`, after * 1000);
      throw new Error(`the server answered ${status}`);
    },
  });
  return {
    name: url,
    append: (entry, level) => queue.append(entry, level),
    flush: () => queue.flush(),
    reopen: async () => {},
    async close() {
      await queue.close();
      await agent.destroy();
    },
    get health() {
      return queue.health;
    },
    get isStuck() {
      return queue.isStuck;
    },
  };
}
