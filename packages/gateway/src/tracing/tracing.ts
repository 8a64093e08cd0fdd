/** Spans of requests, through the OpenTelemetry SDK, to a collector. The SDK is loaded only where `tracing.endpoint` is set. */
import type { TracingConfig } from '../config/sections/tracing.ts';
import { type LoggedExchange, stageTimes, TIMED_STAGES } from '../logs/index.ts';
import { Trouble } from '../logs/trouble.ts';
import { loadSdk, type Span, type SpanExporter } from './sdk.ts';
import { beginTrace, type TraceContext } from './trace-context.ts';

export interface Tracing {
  /** Which trace a request belongs to. `header` gives its headers by name in lower case. */
  begin(header: (name: string) => string | undefined, isPeerTrusted: boolean): TraceContext;
  /** Makes the spans of an exchange that is over. They wait in a bounded queue; nothing waits for them. */
  observe(exchange: LoggedExchange): void;
  /** Sends what waits, for a moment, and lets go. Never rejects. */
  close(): Promise<void>;
}

/** Spans that wait for the collector; further ones are dropped. */
const QUEUE = 4096;
const BATCH = 512;
const SEND_EVERY = 1000;
const TIMEOUT = 10_000;
/** How long closing waits for a collector that is slow, in milliseconds. */
const LAST_WAIT = 2000;

/** Undefined without an endpoint. Rejects with the name of a package that is missing. */
export async function createTracing(
  config: TracingConfig,
  version: string,
  complain: (line: string) => void,
): Promise<Tracing | undefined> {
  const { endpoint } = config;
  if (endpoint === undefined) return undefined;
  const sdk = await loadSdk();
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } = sdk;

  const share = Number(config.sample);
  const headers = config.attributes.map((name) => name.toLowerCase());
  const next = new ChosenIds();
  const exporter = reporting(
    new sdk.OTLPTraceExporter({ url: endpoint, headers: Object.fromEntries(config.headers), timeoutMillis: TIMEOUT }),
    new Trouble(`traces at ${endpoint}`, complain, 'reach'),
  );
  const provider = new sdk.BasicTracerProvider({
    idGenerator: next,
    resource: sdk.resourceFromAttributes({ 'service.name': config.service, 'service.version': version }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(exporter, {
        maxQueueSize: QUEUE,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: SEND_EVERY,
        exportTimeoutMillis: TIMEOUT,
      }),
    ],
  });
  const tracer = provider.getTracer('sallyport', version);

  const spanOf = (exchange: LoggedExchange, context: TraceContext): Span => {
    const { traceId, spanId, parentId } = context;
    const parent =
      parentId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    next.choose(traceId, spanId);
    const kind = SpanKind.SERVER;
    // Methods are bounded, paths are not; names of spans are to be few.
    const name = `${exchange.method || 'HTTP'} ${exchange.decidedBy?.stage ?? ''}`.trim();
    return tracer.startSpan(
      name,
      { kind, startTime: exchange.startedAt, attributes: attributesOf(exchange, headers) },
      parent,
    );
  };

  return {
    begin(header, isPeerTrusted) {
      const isBelieved = config.believe === 'everybody' || (config.believe === 'trusted' && isPeerTrusted);
      return isBelieved
        ? beginTrace(header('traceparent'), header('tracestate'), share)
        : beginTrace(undefined, undefined, share);
    },
    observe(exchange) {
      const context = exchange.trace ?? beginTrace(undefined, undefined, share);
      if (!context.isSampled) return;
      const span = spanOf(exchange, context);
      if (exchange.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      const inside = trace.setSpan(ROOT_CONTEXT, span);
      const times = stageTimes(exchange);
      let from = exchange.startedAt;
      for (const stage of TIMED_STAGES) {
        const to = from + times[stage] / 1000;
        if (to > from) tracer.startSpan(stage, { startTime: from }, inside).end(to);
        from = to;
      }
      for (const { rule, message, isDisruptive } of exchange.record?.matches.filter((one) => one.log) ?? []) {
        span.addEvent(
          'rule',
          { 'rule.id': rule.id, 'rule.message': message ?? '', 'rule.disruptive': isDisruptive },
          from,
        );
      }
      span.end(from);
    },
    async close() {
      const tooLong = new Promise<void>((resolve) => setTimeout(resolve, LAST_WAIT).unref());
      const sent = provider.shutdown().catch((cause: unknown) => complain(`traces: ${(cause as Error).message}`));
      await Promise.race([sent, tooLong]);
    },
  };
}

/** By the semantic conventions of OpenTelemetry. The query is left out: nobody knows what is in it. */
function attributesOf(exchange: LoggedExchange, headers: readonly string[]): Record<string, string | number> {
  const { client, server, decidedBy, upstream, record } = exchange;
  const attributes: Record<string, string | number> = {
    'http.request.method': exchange.method,
    'url.path': exchange.path,
    'http.response.status_code': exchange.status,
    'http.response.body.size': exchange.responseBytes,
    'client.address': client.address,
    'server.address': exchange.hostname,
    'server.port': server.port,
    'network.protocol.version': exchange.protocol.replace(/^HTTP\//, ''),
    'sallyport.request_id': exchange.id,
  };
  if (decidedBy !== undefined) {
    attributes['sallyport.decided_by'] = decidedBy.stage;
    attributes['sallyport.reason'] = decidedBy.reason;
  }
  if (upstream !== undefined) attributes['sallyport.upstream'] = upstream;
  if (record !== undefined)
    attributes['sallyport.rules_us'] = record.phaseMicroseconds.reduce((sum, time) => sum + time, 0);
  for (const name of headers) {
    const value = exchange.requestHeader(name);
    if (value !== undefined) attributes[`http.request.header.${name}`] = value;
  }
  return attributes;
}

/** The span of a request has the id its upstream was told; the SDK makes ids for those inside it. */
class ChosenIds {
  #traceId: string | undefined;
  #spanId: string | undefined;

  choose(traceId: string, spanId: string): void {
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  readonly generateTraceId = (): string => this.#traceId ?? beginTrace(undefined, undefined, 1).traceId;

  readonly generateSpanId = (): string => {
    const chosen = this.#spanId;
    this.#spanId = undefined;
    return chosen ?? beginTrace(undefined, undefined, 1).spanId;
  };
}

/** Tells, now and then, when the collector cannot be reached. */
function reporting(exporter: SpanExporter, trouble: Trouble): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code === 0) trouble.recovered();
        else {
          trouble.failed(result.error ?? new Error('the collector refused'));
          trouble.drop(spans.length);
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
