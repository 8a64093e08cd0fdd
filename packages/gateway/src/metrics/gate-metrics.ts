/** What a gate counts. The guide lists the names; tests hold the two together. */
import { type LoggedExchange, stageTimes, TIMED_STAGES } from '../logs/index.ts';
import type { LogHealth } from '../logs/types.ts';
import type { Upstream } from '../proxy/upstream.ts';
import { Counter, type FamilySnapshot, Gauge, Histogram } from './family.ts';
import { KnownSeries } from './known-series.ts';
import { ProcessMetrics } from './process-metrics.ts';

/** Seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Seconds; rules are done sooner. */
const STAGE_DURATIONS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];
/** Bytes. */
const SIZES = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** Anybody can make up methods; what is no standard one counts as `other`. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'other'] as const;
const OTHER_METHOD = METHODS.length - 1;
const METHOD_INDEX: ReadonlyMap<string, number> = new Map(METHODS.map((method, at) => [method, at]));

/** What is looked up when somebody asks, because it is counted elsewhere. */
export interface Gauges {
  readonly running: number;
  readonly logs: readonly LogHealth[];
  readonly upstreams: Iterable<Upstream>;
  readonly version: string;
}

export class GateMetrics {
  readonly #requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by method, status and the stage that decided.',
    labels: ['method', 'code', 'decided_by'],
  });
  readonly #duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    bounds: DURATIONS,
  });
  readonly #stages = new Histogram({
    name: 'sallyport_stage_duration_seconds',
    help: 'Time of each stage of a request; the stages add up to its duration.',
    labels: ['stage'],
    bounds: STAGE_DURATIONS,
  });
  readonly #rulesTime = new Histogram({
    name: 'sallyport_rules_duration_seconds',
    help: 'Time of all phases of the rules for one request.',
    bounds: STAGE_DURATIONS,
  });
  readonly #responseSize = new Histogram({
    name: 'http_response_size_bytes',
    help: 'Bytes of response body.',
    bounds: SIZES,
  });
  readonly #requestSize = new Histogram({
    name: 'http_request_size_bytes',
    help: 'Bytes of request body, as announced.',
    bounds: SIZES,
  });
  readonly #upstreamTime = new Histogram({
    name: 'sallyport_upstream_duration_seconds',
    help: 'Time from sending a request to an upstream to the head of its answer.',
    labels: ['upstream'],
    bounds: DURATIONS,
  });
  readonly #upstreamAnswers = new Counter({
    name: 'sallyport_upstream_responses_total',
    help: 'Requests sent to an upstream, by the status the client got.',
    labels: ['upstream', 'code'],
  });
  readonly #matches = new Counter({
    name: 'sallyport_rule_matches_total',
    help: 'Logged matches of rules.',
    labels: ['id'],
  });
  readonly #interruptions = new Counter({
    name: 'sallyport_rule_interruptions_total',
    help: 'Requests a rule has ended.',
    labels: ['id'],
  });
  readonly #exhausted = new Counter({
    name: 'sallyport_inspection_budget_exhausted_total',
    help: 'Requests whose inspection needed more work than one request may cause.',
  });
  readonly #errors = new Counter({
    name: 'sallyport_errors_total',
    help: 'Requests the gate itself has ended, by error code.',
    labels: ['code'],
  });
  readonly #logins = new Counter({
    name: 'sallyport_auth_total',
    help: 'Requests that had to say who they are from, by provider and outcome.',
    labels: ['provider', 'outcome'],
  });
  readonly #running = new Gauge({ name: 'http_requests_in_flight', help: 'Requests whose answer is not complete.' });
  readonly #logEntries = new Counter({
    name: 'sallyport_log_entries_total',
    help: 'Entries of logs: written, dropped because too many waited, and failed attempts to write.',
    labels: ['log', 'outcome'],
  });
  readonly #upstreamUp = new Gauge({
    name: 'sallyport_upstream_addresses',
    help: 'Addresses of an upstream that get requests, and that do not, in each worker.',
    labels: ['upstream', 'serving'],
  });
  readonly #build = new Gauge({
    name: 'sallyport_build_info',
    help: 'Version; workers that run it.',
    labels: ['version'],
  });
  readonly #process = new ProcessMetrics();
  /** By stage; the number is that of the method in the thousands and the status. */
  readonly #requestsOf: KnownSeries = new KnownSeries((stage, number) => {
    const method = METHODS[Math.floor(number / 1000)] as string;
    return this.#requests.series(method, String(number % 1000), stage);
  });
  /** By upstream and status. */
  readonly #answersOf: KnownSeries = new KnownSeries((upstream, status) =>
    this.#upstreamAnswers.series(upstream, String(status)),
  );

  /** Counts an exchange that is over. */
  readonly observe = (exchange: LoggedExchange): void => {
    const { status, decidedBy, record, upstream } = exchange;
    const method = METHOD_INDEX.get(exchange.method) ?? OTHER_METHOD;
    this.#requestsOf.of(decidedBy?.stage ?? 'internal', method * 1000 + status).value++;
    // A WebSocket lasts as long as people look at it.
    if (status !== 101) {
      this.#duration.observe(exchange.duration / 1e6);
      const times = stageTimes(exchange);
      for (const stage of TIMED_STAGES) if (times[stage] > 0) this.#stages.observe(times[stage] / 1e6, stage);
    }
    this.#responseSize.observe(exchange.responseBytes);
    this.#requestSize.observe(Number(exchange.requestHeader('content-length') ?? 0) || 0);
    if (decidedBy?.reason.startsWith('SP')) this.#errors.add(1, decidedBy.reason);
    if (exchange.auth !== undefined) this.#logins.add(1, exchange.auth.provider, exchange.auth.outcome);
    if (upstream !== undefined) {
      this.#answersOf.of(upstream, status).value++;
      const { rulesDone, answered } = exchange.moments;
      if (rulesDone !== undefined && answered !== undefined)
        this.#upstreamTime.observe((answered - rulesDone) / 1e6, upstream);
    }
    if (record === undefined) return;
    this.#rulesTime.observe(record.phaseMicroseconds.reduce((sum, time) => sum + time, 0) / 1e6);
    for (const { rule, log, isDisruptive } of record.matches) {
      if (log || isDisruptive) this.#matches.add(1, String(rule.id));
    }
    const ended = record.interruption?.rule;
    if (ended !== undefined) this.#interruptions.add(1, String(ended.id));
    if (exchange.ruleVariable('MSC_PCRE_LIMITS_EXCEEDED') !== undefined) this.#exhausted.add(1);
  };

  /** Everything counted until now. */
  snapshot({ running, logs, upstreams, version }: Gauges): readonly FamilySnapshot[] {
    this.#running.set(running);
    this.#build.set(1, version);
    for (const { file, written, dropped, failures } of logs) {
      this.#logEntries.set(written, file, 'written');
      this.#logEntries.set(dropped, file, 'dropped');
      this.#logEntries.set(failures, file, 'failed');
    }
    this.#upstreamUp.reset();
    for (const upstream of upstreams) {
      const { addresses } = upstream;
      const serving = addresses.filter((one) => one.isServing).length;
      this.#upstreamUp.set(serving, upstream.name, 'yes');
      this.#upstreamUp.set(addresses.length - serving, upstream.name, 'no');
    }
    return [
      this.#requests,
      this.#duration,
      this.#stages,
      this.#rulesTime,
      this.#requestSize,
      this.#responseSize,
      this.#upstreamTime,
      this.#upstreamAnswers,
      this.#upstreamUp,
      this.#matches,
      this.#interruptions,
      this.#exhausted,
      this.#errors,
      this.#logins,
      this.#running,
      this.#logEntries,
      this.#build,
    ]
      .map((family): FamilySnapshot => family.snapshot)
      .concat(this.#process.snapshots);
  }

  close(): void {
    this.#process.close();
  }
}
