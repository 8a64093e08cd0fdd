/**
 * How many requests a second does the gate serve with the Core Rule Set on, and with the engine off, beside Apache with
 * mod_security2 and nginx with libmodsecurity under the same rules?
 *
 *     npm run bench -- [--seconds 4] [--rounds 2] [--paranoia 1,4] [--requests get,form,json,upload,attack,html] [--rule-sets 3.3.4,4.28]
 *
 * Every server runs on one CPU, the load generator and the upstream on another. Servers take turns, several rounds of each,
 * and the median round counts. Peers that are not installed are left out with a line that says so.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { applyLoad, type LoadResult } from './support/load.ts';
import { hasCommand } from './support/processes.ts';
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

interface Row {
  readonly subject: string;
  readonly ruleSet: RuleSet | undefined;
  readonly paranoia: 1 | 4;
  readonly request: BenchRequest;
  readonly result: LoadResult;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '2' },
      paranoia: { type: 'string', default: '1' },
      requests: { type: 'string', default: 'get,form' },
      'rule-sets': { type: 'string', default: '3.3.4,4.28' },
      connections: { type: 'string', default: '16' },
    },
  });
  if (!hasCommand('wrk')) throw new Error('wrk is not installed; see scripts/peers.mjs');
  const requests = values.requests.split(',').map((name) => {
    const request = requestsByName[name];
    if (request === undefined)
      throw new Error(`there is no request "${name}" (${Object.keys(requestsByName).join(', ')})`);
    return request;
  });
  const wanted = values['rule-sets'].split(',');
  const ruleSets = installedRuleSets().filter((ruleSet) => wanted.some((name) => ruleSet.name.endsWith(name)));
  const levels = values.paranoia.split(',').map((level) => (level === '4' ? 4 : 1));
  const peers = [sallyport, apache, nginx].filter((subject) => {
    if (subject.missing !== undefined) console.log(`left out: ${subject.name}: ${subject.missing}`);
    return subject.missing === undefined;
  });
  const upstream = await startUpstream(LOAD_CPU);
  const rows: Row[] = [];
  try {
    const settings: { subject: Subject; ruleSet: RuleSet | undefined; paranoia: 1 | 4 }[] = [
      { subject: sallyport, ruleSet: undefined, paranoia: 1 },
    ];
    for (const ruleSet of ruleSets) {
      for (const paranoia of levels) for (const subject of peers) settings.push({ subject, ruleSet, paranoia });
    }
    for (const request of requests) {
      const rounds = settings.map(() => [] as LoadResult[]);
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const [index, setting] of settings.entries()) {
          rounds[index]?.push(
            await measure(setting, upstream.port, request, Number(values.seconds), Number(values.connections)),
          );
        }
      }
      for (const [index, { subject, ruleSet, paranoia }] of settings.entries()) {
        const row: Row = { subject: subject.name, ruleSet, paranoia, request, result: median(rounds[index] ?? []) };
        rows.push(row);
        console.log(describe(row));
      }
    }
  } finally {
    await upstream.stop();
  }
  console.log(`\n${report(rows)}`);
}

async function measure(
  {
    subject,
    ruleSet,
    paranoia,
  }: { readonly subject: Subject; readonly ruleSet: RuleSet | undefined; readonly paranoia: 1 | 4 },
  upstreamPort: number,
  request: BenchRequest,
  seconds: number,
  connections: number,
): Promise<LoadResult> {
  const server = await subject.start({ cpu: SERVER_CPU, upstreamPort, ruleSet, paranoia });
  try {
    const load = { port: server.port, request, connections, cpu: LOAD_CPU };
    await applyLoad({ ...load, seconds: 1 });
    const result = await applyLoad({ ...load, seconds });
    const isRefusing = result.refused > result.requests / 2;
    // A server that answers something else than expected would be measured for the wrong work.
    if (ruleSet !== undefined && isRefusing !== request.isAttack) {
      throw new Error(
        `${subject.name} ${isRefusing ? 'refuses' : 'lets through'} "${request.name}" under ${ruleSet.name} at level ${paranoia}`,
      );
    }
    return result;
  } finally {
    await server.stop();
  }
}

function median(results: readonly LoadResult[]): LoadResult {
  const sorted = [...results].sort((left, right) => left.requestsPerSecond - right.requestsPerSecond);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

function describe({ subject, ruleSet, paranoia, request, result }: Row): string {
  const rules = ruleSet === undefined ? 'engine off' : `${ruleSet.name} PL${paranoia}`;
  return `${request.name}: ${subject}, ${rules}: ${Math.round(result.requestsPerSecond)} req/s, p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`;
}

/** Markdown with each peer as a ratio to the gate under the same rules. */
function report(rows: readonly Row[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const lines = [
    `Commit ${commit}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, one core per server.`,
    '',
    '| request | rules | server | req/s | p50 ms | p99 ms | gate is × as fast |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: |',
  ];
  for (const row of rows) {
    const gate = rows.find(
      (one) =>
        one.subject === sallyport.name &&
        one.request === row.request &&
        one.ruleSet === row.ruleSet &&
        one.paranoia === row.paranoia,
    );
    const ratio =
      gate === undefined || gate === row
        ? ''
        : (gate.result.requestsPerSecond / row.result.requestsPerSecond).toFixed(1);
    const rules = row.ruleSet === undefined ? 'engine off' : `${row.ruleSet.name} PL${row.paranoia}`;
    const { requestsPerSecond, p50, p99 } = row.result;
    lines.push(
      `| ${row.request.name} | ${rules} | ${row.subject} | ${Math.round(requestsPerSecond)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${ratio} |`,
    );
  }
  return lines.join('\n');
}

await main();
