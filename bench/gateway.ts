/**
 * How many requests a second does the gate serve with the Core Rule Set on, and without rules, beside Apache with mod_security2
 * and nginx with libmodsecurity under the same rules?
 *
 *     npm run bench -- [--requests get,form,json,upload,attack,html] [--paranoia 1,4] [--rule-sets 3.3.4,4.28]
 *                      [--seconds 3] [--warmup 10] [--rounds 2] [--connections 16] [--write]
 *
 * The servers of one rule set run on one CPU, the load generator and the upstream on another. Only one server is asked at a
 * time, and the next one when nothing is left for it to do; they take turns, and the median round counts. Each is warmed up with a
 * request before it is measured with it: the gate for as long as --warmup says, because its code is compiled while it serves, the
 * peers for a second. Peers that are not installed are left out with a line that says so. All of it takes about a quarter of an
 * hour and says so at the beginning. `--write` puts the tables and charts into results.md.
 */
import { parseArgs } from 'node:util';
import { untilIdle } from './support/idle-cpu.ts';
import { applyLoad, type LoadResult } from './support/load.ts';
import { hasCommand, type Running } from './support/processes.ts';
import { chart, type Row, surroundings, table, writeSection } from './support/report.ts';
import { attack, type BenchRequest, browserGet, formPost, htmlResponse, jsonPost, upload } from './support/requests.ts';
import { installedRuleSets, type RuleSet } from './support/rule-sets.ts';
import { apache, nginx, type Subject, sallyport, startUpstream } from './support/subjects.ts';

const requestsByName: Readonly<Record<string, BenchRequest>> = {
  get: browserGet,
  form: formPost,
  json: jsonPost,
  upload,
  attack,
  html: htmlResponse,
};

const SERVER_CPU = 0;
const LOAD_CPU = 1;
/** Of servers that are machine code from the start. */
const PEER_WARMUP_SECONDS = 1;
/** To start the servers of one setting, about. */
const SECONDS_TO_START = 8;

/** Servers measured in turns: all under the same rules, or the gate without any. */
interface Setting {
  readonly subjects: readonly Subject[];
  readonly ruleSet: RuleSet | undefined;
  readonly paranoia: 1 | 4;
}

interface Pace {
  readonly warmup: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '3' },
      warmup: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '2' },
      paranoia: { type: 'string', default: '1,4' },
      requests: { type: 'string', default: Object.keys(requestsByName).join() },
      'rule-sets': { type: 'string', default: '3.3.4,4.28' },
      connections: { type: 'string', default: '16' },
      write: { type: 'boolean', default: false },
    },
  });
  if (!hasCommand('wrk')) throw new Error('wrk is not installed; see scripts/peers.mjs');
  const requests = values.requests.split(',').map((name) => {
    const request = requestsByName[name];
    if (request === undefined)
      throw new Error(`there is no request "${name}" (${Object.keys(requestsByName).join(', ')})`);
    return request;
  });
  const pace: Pace = {
    warmup: Number(values.warmup),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
  };
  const settings = settingsFor(values['rule-sets'].split(','), values.paranoia.split(','));
  announce(settings, requests.length, pace);

  const upstream = await startUpstream(LOAD_CPU);
  const rows: Row[] = [];
  try {
    for (const setting of settings) rows.push(...(await measureSetting(setting, requests, upstream.port, pace)));
  } finally {
    await upstream.stop();
  }
  // Requests first: what is compared stands together.
  const sorted = requests.flatMap(({ name }) => rows.filter(({ request }) => request === name));
  const report = `${surroundings()}\n\n${chart(sorted)}\n\n${table(sorted, sallyport.name)}`;
  console.log(`\n${report}`);
  if (values.write) writeSection(new URL('./results.md', import.meta.url), 'gateway', report);
}

function settingsFor(names: readonly string[], levels: readonly string[]): readonly Setting[] {
  const subjects = [sallyport, apache, nginx].filter(({ name, missing }) => {
    if (missing !== undefined) console.log(`left out: ${name}: ${missing}`);
    return missing === undefined;
  });
  const settings: Setting[] = [{ subjects: [sallyport], ruleSet: undefined, paranoia: 1 }];
  for (const ruleSet of installedRuleSets()) {
    if (!names.some((name) => ruleSet.name.endsWith(name))) continue;
    for (const level of levels) settings.push({ subjects, ruleSet, paranoia: level === '4' ? 4 : 1 });
  }
  return settings;
}

function announce(settings: readonly Setting[], requests: number, { warmup, seconds, rounds }: Pace): void {
  const servers = settings.reduce((sum, { subjects }) => sum + subjects.length, 0);
  const warmups = settings.length * warmup + (servers - settings.length) * PEER_WARMUP_SECONDS;
  const total = settings.length * SECONDS_TO_START + requests * (warmups + servers * rounds * seconds);
  console.log(`${servers} servers, ${requests} requests each: about ${Math.ceil(total / 60)} minutes`);
}

async function measureSetting(
  { subjects, ruleSet, paranoia }: Setting,
  requests: readonly BenchRequest[],
  upstreamPort: number,
  pace: Pace,
): Promise<readonly Row[]> {
  const rules = ruleSet === undefined ? undefined : `${ruleSet.name} PL${paranoia}`;
  const servers: (Running & { readonly name: string })[] = [];
  const rows: Row[] = [];
  try {
    for (const subject of subjects) {
      const server = await subject.start({ cpu: SERVER_CPU, upstreamPort, ruleSet, paranoia });
      servers.push({ ...server, name: subject.name });
    }
    for (const request of requests) {
      const results = await measureInTurns(servers, request, pace, rules);
      servers.forEach(({ name }, index) => {
        const row: Row = { subject: name, request: request.name, rules, result: median(results[index] ?? []) };
        rows.push(row);
        const { requestsPerSecond, p50, p99 } = row.result;
        const times = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
        console.log(
          `${request.name}: ${name}, ${rules ?? 'no rules'}: ${Math.round(requestsPerSecond)} req/s, ${times}`,
        );
      });
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  return rows;
}

/** By server: the results of its rounds. */
async function measureInTurns(
  servers: readonly (Running & { readonly name: string })[],
  request: BenchRequest,
  { warmup, seconds, rounds, connections }: Pace,
  rules: string | undefined,
): Promise<readonly LoadResult[][]> {
  const loads = servers.map(({ port }) => ({ port, request, connections, cpu: LOAD_CPU }));
  if (warmup > 0) {
    for (const [index, load] of loads.entries()) {
      const isGate = servers[index]?.name === sallyport.name;
      await applyLoad({ ...load, seconds: isGate ? warmup : PEER_WARMUP_SECONDS });
      await untilIdle(SERVER_CPU);
    }
  }
  const results = servers.map((): LoadResult[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, load] of loads.entries()) {
      let result = await applyLoad({ ...load, seconds });
      // A peer may take seconds for one request.
      if (result.requests === 0) result = await applyLoad({ ...load, seconds: Math.max(30, seconds) });
      if (result.requests === 0) throw new Error(`${servers[index]?.name} answered nothing: is the machine busy?`);
      const isRefusing = result.refused > result.requests / 2;
      // A server that answers something else than expected would be measured for the wrong work.
      if (rules !== undefined && isRefusing !== request.isAttack) {
        const what = isRefusing ? 'refuses' : 'lets through';
        throw new Error(`${servers[index]?.name} ${what} "${request.name}" under ${rules}`);
      }
      results[index]?.push(result);
      await untilIdle(SERVER_CPU);
    }
  }
  return results;
}

function median(results: readonly LoadResult[]): LoadResult {
  const sorted = results.toSorted((left, right) => left.requestsPerSecond - right.requestsPerSecond);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

await main();
