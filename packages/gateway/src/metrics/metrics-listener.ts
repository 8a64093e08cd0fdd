import type { Control } from '../admin/control.ts';
import { metricsAddress } from '../config/sections/metrics.ts';
import { createServer } from '../node-http.ts';
import { collectMetrics } from './collect.ts';
import { EXPOSITION_TYPE } from './exposition.ts';

const TIME_TO_ASK = 10_000;
const MAX_HEAD = 8 << 10;
/** A scraper or two, not the world. */
const MAX_CONNECTIONS = 16;

/**
 * Serves `GET /metrics` at an address of this machine; gives what closes it. A port that cannot be had is a complaint, and the gate
 * runs without: metrics are no reason not to serve.
 */
export async function openMetricsListener(
  listen: string | undefined,
  control: Control,
  complain: (line: string) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  if (listen === undefined) return { port: 0, close: async () => {} };
  const server = createServer({ requestTimeout: TIME_TO_ASK, maxHeaderSize: MAX_HEAD }, (request, response) => {
    const isKnown = request.url === '/metrics' || request.url?.startsWith('/metrics?') === true;
    if (!isKnown || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(isKnown ? 405 : 404).end();
      return;
    }
    collectMetrics(control).then(
      (text) => response.writeHead(200, { 'Content-Type': EXPOSITION_TYPE }).end(text),
      (cause: unknown) => response.writeHead(500).end(`${(cause as Error).message}\n`),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(metricsAddress(listen), () => resolve());
    });
  } catch (cause) {
    complain(`no metrics at ${listen}: ${(cause as Error).message}`);
    return { port: 0, close: async () => {} };
  }
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
