/** Good requests at a steady rate, each judged. An open loop: a slow answer does not slow the next request down. */
import { Agent, type RequestOptions, request } from 'node:http';

export interface TrafficOptions {
  readonly port: number;
  /** Requests a second. */
  readonly rate?: number;
  /** Over kept-alive connections, as browsers do; otherwise a connection for each request. */
  readonly keepAlive?: boolean;
  /** Of those that are kept alive, at most. */
  readonly connections?: number;
  readonly path?: string;
  /** Address of this machine to come from. */
  readonly localAddress?: string;
  /** Milliseconds after which an answer counts as lost. */
  readonly patience?: number;
}

export interface Failure {
  /** `performance.now()` when the request was sent. */
  readonly sentAt: number;
  /** And when it was lost. */
  readonly failedAt: number;
  readonly reason: string;
}

export interface TrafficResult {
  readonly sent: number;
  readonly failures: readonly Failure[];
  /** Milliseconds from the request to the end of its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

export interface Traffic {
  /** Failures so far. */
  readonly failures: readonly Failure[];
  readonly sent: number;
  /** Requests without an answer yet. */
  readonly underWay: number;
  /** Stops sending and waits for what is under way. */
  stop(): Promise<TrafficResult>;
}

export function startTraffic(options: TrafficOptions): Traffic {
  const { port, rate = 200, keepAlive = true, path = '/', connections = 20, patience = 10_000, localAddress } = options;
  const agent = new Agent({ keepAlive, maxSockets: keepAlive ? connections : Number.POSITIVE_INFINITY });
  const failures: Failure[] = [];
  const latencies: number[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;

  const send = (): void => {
    const sentAt = performance.now();
    sent++;
    const one = ask({ agent, port, path, timeout: patience, ...(localAddress && { localAddress }) }).then((failure) => {
      latencies.push(performance.now() - sentAt);
      if (failure !== undefined) failures.push({ sentAt, failedAt: performance.now(), reason: failure });
      running.delete(one);
    });
    running.add(one);
  };
  // Timers come late on a busy machine; what is due by then is sent together.
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * rate) / 1000);
    while (sent < due) send();
  }, 5);

  return {
    failures,
    get sent() {
      return sent;
    },
    get underWay() {
      return running.size;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      const sorted = latencies.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return { sent, failures, p50: at(0.5), p99: at(0.99), slowest: at(1) };
    },
  };
}

/** What is wrong with the answer, or undefined. Never rejects; nothing is tried twice. */
function ask(options: RequestOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', ...options }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on('error', (cause) => resolve(`cut: ${cause.message}`));
      response.on('end', () =>
        resolve(response.statusCode === 200 && length > 0 ? undefined : `${response.statusCode}`),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? cause.message));
    sent.end();
  });
}

/** `ECONNRESET × 3, 502 × 1` */
export function summarize(failures: readonly Failure[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts.size === 0 ? 'none' : [...counts].map(([reason, count]) => `${reason} × ${count}`).join(', ');
}
