/** `tracing`: OpenTelemetry spans for requests. */
import { choice, listOf, mapOf, type Table, text } from '../field.ts';

export interface TracingConfig {
  readonly endpoint?: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly service: string;
  readonly sample: string;
  readonly believe: 'trusted' | 'everybody' | 'nobody';
  readonly attributes: readonly string[];
}

export const TRACING_TABLE: Table<TracingConfig> = {
  endpoint: {
    type: text('`http://` or `https://` address', checkEndpoint),
    isOptional: true,
    summary:
      'Where spans go by OTLP over HTTP, for example `http://127.0.0.1:4318/v1/traces`; no traces when absent. Needs the packages `@opentelemetry/api`, `sdk-trace-base`, `resources` and `exporter-trace-otlp-http`.',
  },
  headers: {
    type: mapOf(text()),
    default: new Map(),
    summary: 'Headers for the collector. Secrets are best taken from the environment.',
  },
  service: { type: text('name'), default: 'sallyport', summary: 'What the gate is called in traces (`service.name`).' },
  sample: {
    type: text('share from 0 to 1', checkShare),
    default: '1',
    summary: 'Share of new traces that are recorded; of a trace that is believed, its caller has decided.',
  },
  believe: {
    type: choice('trusted', 'everybody', 'nobody'),
    default: 'trusted',
    summary:
      'Whose `traceparent` and `tracestate` are carried on: those of `trusted_proxies`, everybody, or nobody. Others begin a new trace, and theirs does not reach the upstream.',
  },
  attributes: {
    type: listOf(text('header name')),
    default: [],
    summary:
      'Request headers that become attributes of the span (`http.request.header.…`). None that are secret, please.',
  },
};

function checkEndpoint(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:')
    ? undefined
    : `"${value}" is not an address such as http://127.0.0.1:4318/v1/traces`;
}

function checkShare(value: string): string | undefined {
  return /^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(value) ? undefined : `"${value}" is not a number from 0 to 1`;
}
