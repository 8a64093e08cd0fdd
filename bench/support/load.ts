import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchRequest, FRESH } from './requests.ts';

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Responses that are neither 2xx nor 3xx. */
  readonly refused: number;
  readonly requests: number;
  readonly socketErrors: number;
}

interface LoadOptions {
  readonly port: number;
  readonly request: BenchRequest;
  readonly seconds: number;
  readonly connections: number;
  /** CPU the load generator runs on. */
  readonly cpu: number;
}

/** Runs wrk against a server on loopback for a bounded time. */
export async function applyLoad({ port, request, seconds, connections, cpu }: LoadOptions): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const script = join(directory, 'request.lua');
    writeFileSync(join(directory, 'body'), request.body, 'latin1');
    writeFileSync(script, luaScript(request, join(directory, 'body')));
    const { stdout } = await promisify(execFile)('taskset', [
      '-c',
      String(cpu),
      'wrk',
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      '10s',
      '-s',
      script,
      `http://127.0.0.1:${port}/`,
    ]);
    return JSON.parse(stdout.slice(stdout.lastIndexOf('{"bench"')).trim()).bench as LoadResult;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Builds each request anew with a fresh value; results come back as JSON. */
function luaScript(request: BenchRequest, bodyFile: string): string {
  const headers = [...request.headers, ['Host', 'localhost']]
    .map(([name, value]) => `  [${JSON.stringify(name)}] = ${JSON.stringify(value)},`)
    .join('\n');
  return `
local file = io.open(${JSON.stringify(bodyFile)}, "rb")
local body = file:read("*a")
file:close()
local headers = {
${headers}
}
local counter = 0
local isFresh = string.find(body, ${JSON.stringify(FRESH)}, 1, true) ~= nil
request = function()
  counter = counter + 1
  local value = string.format("%x", counter * 2654435761 % 4294967296)
  local path = string.gsub(${JSON.stringify(request.path)}, ${JSON.stringify(FRESH)}, value)
  if isFresh then
    return wrk.format(${JSON.stringify(request.method)}, path, headers, (string.gsub(body, ${JSON.stringify(FRESH)}, value)))
  end
  return wrk.format(${JSON.stringify(request.method)}, path, headers, #body > 0 and body or nil)
end
done = function(summary, latency, requests)
  io.write(string.format('{"bench":{"requestsPerSecond":%.1f,"p50":%.3f,"p99":%.3f,"refused":%d,"requests":%d,"socketErrors":%d}}',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status, summary.requests,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
`;
}
