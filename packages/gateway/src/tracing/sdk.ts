/**
 * The OpenTelemetry SDK, as far as it is used here. Its packages are optional, and the types of what is used are written down, so that
 * the gate is built and checked without them; a test runs the real ones.
 */
import { OptionalPackage } from '../services/optional-package.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Carries the parent of a span. */
export interface Context {
  getValue(key: symbol): unknown;
}

export interface Span {
  setStatus(status: { readonly code: number }): unknown;
  /** Times are milliseconds since 1970, fractions included. */
  addEvent(name: string, attributes: Attributes, time: number): unknown;
  end(time: number): void;
}

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote: boolean;
}

export interface Tracer {
  startSpan(
    name: string,
    options: { readonly kind?: number; readonly startTime: number; readonly attributes?: Attributes },
    parent: Context,
  ): Span;
}

export interface SpanExporter {
  export(spans: readonly unknown[], done: (result: { readonly code: number; readonly error?: Error }) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

export interface Provider {
  getTracer(name: string, version: string): Tracer;
  shutdown(): Promise<void>;
}

interface Api {
  readonly ROOT_CONTEXT: Context;
  readonly SpanKind: { readonly SERVER: number };
  readonly SpanStatusCode: { readonly ERROR: number };
  readonly TraceFlags: { readonly SAMPLED: number };
  readonly trace: {
    setSpan(context: Context, span: Span): Context;
    setSpanContext(context: Context, span: SpanContext): Context;
  };
}

interface TraceSdk {
  readonly BasicTracerProvider: new (options: {
    readonly idGenerator: { generateTraceId(): string; generateSpanId(): string };
    readonly resource: unknown;
    readonly spanProcessors: readonly unknown[];
  }) => Provider;
  readonly BatchSpanProcessor: new (
    exporter: SpanExporter,
    options: {
      readonly maxQueueSize: number;
      readonly maxExportBatchSize: number;
      readonly scheduledDelayMillis: number;
      readonly exportTimeoutMillis: number;
    },
  ) => unknown;
}

interface Resources {
  resourceFromAttributes(attributes: Attributes): unknown;
}

interface Otlp {
  readonly OTLPTraceExporter: new (options: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMillis: number;
  }) => SpanExporter;
}

export type Sdk = Api & TraceSdk & Resources & Otlp;

/** Rejects with the name of the first package that is missing. */
export async function loadSdk(): Promise<Sdk> {
  const [api, sdk, resources, otlp] = await Promise.all([
    load<Api>('@opentelemetry/api'),
    load<TraceSdk>('@opentelemetry/sdk-trace-base'),
    load<Resources>('@opentelemetry/resources'),
    load<Otlp>('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  return { ...api, ...sdk, ...resources, ...otlp };
}

async function load<Module>(name: string): Promise<Module> {
  const wanted = new OptionalPackage<Module>(name, 'Traces need', () => import(name));
  try {
    return wanted.module;
  } catch {
    await wanted.load();
    return wanted.module;
  }
}
