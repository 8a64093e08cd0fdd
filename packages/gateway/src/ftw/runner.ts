import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { checkStage, type StageFacts } from './check.ts';
import { cookiesOf, ExchangeError, exchange, type RawResponse, type Target } from './exchange.ts';
import { type Expectations, NO_EXPECTATIONS } from './expectations.ts';
import { LogFollower } from './log-follower.ts';
import { buildRequest } from './request.ts';
import type { FtwTest, StageInput, StageOutput } from './test-file.ts';

/** What became of a test. `gap` failed as its entry says; `closed` passed although it is listed as a gap. */
export type Verdict = 'passed' | 'failed' | 'skipped' | 'gap' | 'closed';

export interface TestResult {
  readonly test: FtwTest;
  readonly verdict: Verdict;
  /** Differences, or the reason of a skip or gap. */
  readonly details: readonly string[];
  readonly milliseconds: number;
}

export interface RunOptions {
  readonly target: Target;
  /** The server's log, where rule ids are looked for. */
  readonly logFile: string;
  readonly expectations?: Expectations;
  /** Header of the marker requests; the server must log its value. */
  readonly markerHeader?: string;
  /** Longest silence of the server in milliseconds. */
  readonly readTimeout?: number;
  /** How often a marker that does not appear in the log is sent again. */
  readonly markerAttempts?: number;
  readonly onResult?: (result: TestResult) => void;
}

const MARKER_HEADER = 'X-CRS-Test';
const READ_TIMEOUT = 2000;
const MARKER_ATTEMPTS = 20;
/** A server that is busy or restarting gets this long before the next attempt, in milliseconds. */
const RETRY_PAUSE = 100;
/** Pauses between looks at the log for a marker, in milliseconds; afterwards the marker is sent again. */
const MARKER_PAUSES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];

/** The server's log cannot be followed: every result would be wrong. */
export class MarkerError extends Error {}

/**
 * Runs tests one after the other against a server. A request with a marker header before the first and after each stage
 * cuts the server's log into stages; the marker that ends one stage begins the next.
 */
export async function runTests(tests: readonly FtwTest[], options: RunOptions): Promise<TestResult[]> {
  const run = new Run(options, await LogFollower.open(options.logFile));
  const results: TestResult[] = [];
  try {
    await run.mark();
    for (const test of tests) {
      const started = performance.now();
      const { verdict, details } = await judge(run, test, options.expectations ?? NO_EXPECTATIONS);
      const result = { test, verdict, details, milliseconds: performance.now() - started };
      results.push(result);
      options.onResult?.(result);
    }
  } finally {
    await run.close();
  }
  return results;
}

async function judge(
  run: Run,
  test: FtwTest,
  expectations: Expectations,
): Promise<Pick<TestResult, 'verdict' | 'details'>> {
  const override = expectations.overrides.get(test.id);
  if (override !== undefined && override.output === undefined)
    return { verdict: 'skipped', details: [override.reason] };
  const problems: string[] = [];
  run.forgetCookies();
  for (const [index, stage] of test.stages.entries()) {
    const expected = override?.output ?? stage.output;
    const mayRetry = expected.retryOnce || override?.retryOnce === true;
    let found = await run.stage(stage.input, expected);
    if (found.length > 0 && mayRetry) found = await run.stage(stage.input, expected);
    problems.push(...found.map((text) => (test.stages.length > 1 ? `stage ${index + 1}: ${text}` : text)));
  }
  const gap = expectations.knownGaps.get(test.id);
  if (gap === undefined) return { verdict: problems.length === 0 ? 'passed' : 'failed', details: problems };
  if (problems.length === 0) return { verdict: 'closed', details: [`passes, but is listed as a gap: ${gap}`] };
  return { verdict: 'gap', details: [gap, ...problems] };
}

class Run {
  readonly #options: RunOptions;
  readonly #log: LogFollower;
  readonly #markerHeader: string;
  readonly #readTimeout: number;
  #cookies: string | undefined;

  constructor(options: RunOptions, log: LogFollower) {
    this.#options = options;
    this.#log = log;
    this.#markerHeader = options.markerHeader ?? MARKER_HEADER;
    this.#readTimeout = options.readTimeout ?? READ_TIMEOUT;
  }

  async stage(input: StageInput, expected: StageOutput): Promise<string[]> {
    let response: RawResponse | undefined;
    let error: Error | undefined;
    try {
      const cookies = input.saveCookie ? this.#cookies : undefined;
      response = await exchange(this.#options.target, buildRequest(input, cookies), this.#readTimeout);
      if (input.saveCookie) this.#cookies = cookiesOf(response) ?? this.#cookies;
    } catch (cause) {
      if (!(cause instanceof ExchangeError)) throw cause;
      error = cause;
    }
    const facts: StageFacts = { response, error, lines: await this.mark() };
    return checkStage(expected, facts);
  }

  forgetCookies(): void {
    this.#cookies = undefined;
  }

  /** Sends a marker and gives the log lines up to it, those of earlier markers left out. */
  async mark(): Promise<string[]> {
    const id = randomUUID();
    const header = this.#markerHeader;
    const request = buildRequest({
      method: 'GET',
      uri: '/status/200',
      version: 'HTTP/1.1',
      headers: [
        ['Accept', '*/*'],
        ['User-Agent', 'sallyport test'],
        ['Host', 'localhost'],
        [header, id],
      ],
      data: undefined,
      rawRequest: undefined,
      autocompleteHeaders: true,
      saveCookie: false,
    });
    const lines: string[] = [];
    const attempts = this.#options.markerAttempts ?? MARKER_ATTEMPTS;
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        await exchange(this.#options.target, request, this.#readTimeout);
      } catch (error) {
        if (!(error instanceof ExchangeError) || attempt === attempts - 1) throw error;
        await wait(RETRY_PAUSE);
        continue;
      }
      for (const pause of MARKER_PAUSES) {
        if (pause > 0) await wait(pause);
        lines.push(...(await this.#log.read()));
        const at = lines.findIndex((line) => line.includes(id));
        if (at >= 0) return lines.slice(0, at).filter((line) => !line.toLowerCase().includes(header.toLowerCase()));
      }
    }
    throw new MarkerError(
      `no line with ${header} and its value appears in ${this.#options.logFile}; is it the log of this server, and is the marker rule loaded?`,
    );
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}
