import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSdk } from '../src/tracing/sdk.ts';
import { ask, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { until } from './support/until.ts';
import { closedPort, startUpstream } from './support/upstream.ts';

const isRequired = process.env['CI'] === 'true';
const hasSdk = await loadSdk().then(
  () => true,
  () => false,
);
if (!hasSdk) console.warn('skipped: the optional packages of OpenTelemetry are not installed (npm install)');

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code: number };
}

/** A collector that takes OTLP as JSON. */
async function startCollector(): Promise<{ readonly url: string; spans(count: number): Promise<readonly SentSpan[]> }> {
  const received: SentSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
      const { resourceSpans } = JSON.parse(text) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) received.push(...spans);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    async spans(count) {
      return until(
        () => received.length >= count && received,
        () => `${received.length} spans came, not ${count}`,
      );
    },
  };
}

const attribute = (span: SentSpan | undefined, key: string): unknown =>
  Object.values(span?.attributes.find((one) => one.key === key)?.value ?? {})[0];

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`;

describe.skipIf(!hasSdk && !isRequired)('traces (skipped without the packages of OpenTelemetry)', () => {
  it('have a span for the request and one for each stage inside it, and the upstream is told', async () => {
    const collector = await startCollector();
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecRule ARGS:a "@streq odd" "id:41,phase:2,pass,log,msg:\'odd\'"',
      yaml: `tracing: { endpoint: "${collector.url}", attributes: [X-Team] }`,
    });
    const { headers } = await ask(gate.port, '/path?a=odd', { headers: { 'X-Team': 'blue', traceparent: CALLER } });
    const spans = await collector.spans(4);
    const request = spans.find((one) => one.name === 'GET upstream');
    expect(request?.parentSpanId ?? '').toBe('');
    expect(request?.traceId).not.toBe(TRACE);
    expect(attribute(request, 'http.response.status_code')).toBe(200);
    expect(attribute(request, 'url.path')).toBe('/path');
    expect(attribute(request, 'sallyport.decided_by')).toBe('upstream');
    expect(attribute(request, 'sallyport.request_id')).toBe(headers['x-request-id']);
    expect(attribute(request, 'http.request.header.x-team')).toBe('blue');
    expect(request?.events.map((one) => one.name)).toEqual(['rule']);
    const inside = spans.filter((one) => one.parentSpanId === request?.spanId);
    expect(inside.map((one) => one.name)).toContain('upstream');
    for (const one of inside) {
      expect(one.traceId).toBe(request?.traceId);
      expect(BigInt(one.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request?.startTimeUnixNano ?? 0));
      expect(BigInt(one.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request?.endTimeUnixNano ?? 0));
    }
    expect(upstream.seen[0]?.headers['traceparent']).toBe(`00-${request?.traceId}-${request?.spanId}-01`);
  });

  it('of trusted callers are carried on, with their state', async () => {
    const collector = await startCollector();
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      yaml: `trusted_proxies: [127.0.0.1]\ntracing: { endpoint: "${collector.url}" }`,
    });
    await ask(gate.port, '/', { headers: { traceparent: CALLER, tracestate: 'v=1' } });
    await ask(gate.port, '/', { headers: { traceparent: CALLER.replace(/01$/, '00') } });
    const [request] = (await collector.spans(1)).filter((one) => one.name === 'GET upstream');
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' });
    expect(upstream.seen[0]?.headers['tracestate']).toBe('v=1');
    // Its caller does not want the second one recorded, and neither do we.
    expect(upstream.seen[1]?.headers['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  });

  it.each([
    ['trusted', 'trusted_proxies: [127.0.0.1]', true],
    ['trusted', '', false],
    ['everybody', '', true],
    ['nobody', 'trusted_proxies: [127.0.0.1]', false],
  ])('are those of callers where `believe` says %s (%s): %s', async (believe, yaml, isBelieved) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      yaml: `${yaml}\ntracing: { endpoint: "http://127.0.0.1:${await closedPort()}/", believe: ${believe} }`,
    });
    await ask(gate.port, '/', { headers: { traceparent: CALLER, tracestate: 'v=1' } });
    const { traceparent, tracestate } = upstream.seen[0]?.headers ?? {};
    expect(String(traceparent).slice(3, 35) === TRACE).toBe(isBelieved);
    expect(tracestate).toBe(isBelieved ? 'v=1' : undefined);
  });

  it('have requests the parser refused, and errors', async () => {
    const collector = await startCollector();
    const gate = await startGate(await closedPort(), { yaml: `tracing: { endpoint: "${collector.url}" }` });
    await ask(gate.port, '/');
    await talk(gate.port, 'GET / HTTP/1.1\r\nBad Header: x\r\n\r\n');
    const spans = (await collector.spans(5)).filter((one) => (one.parentSpanId ?? '') === '');
    expect(spans.map((one) => [one.name, one.status.code])).toEqual([
      ['GET upstream', 2],
      ['GET http', 0],
    ]);
  });

  it('hold nothing up when the collector is away', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      yaml: `tracing: { endpoint: "http://127.0.0.1:${await closedPort()}/v1/traces" }`,
    });
    for (let index = 0; index < 20; index++) expect((await ask(gate.port, '/')).status).toBe(200);
    const before = performance.now();
    await gate.gateway.logs.flush();
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('pass headers as they are where nothing is traced', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    await ask(gate.port, '/', { headers: { traceparent: CALLER } });
    expect(upstream.seen[0]?.headers['traceparent']).toBe(CALLER);
  });
});
