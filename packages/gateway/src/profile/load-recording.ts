import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildRequest } from '../ftw/request.ts';
import { loadTestFile } from '../ftw/test-file.ts';
import { parseWaftest } from '../waftest/format.ts';
import { isAuditLog, readAuditLog } from './read-audit-log.ts';
import { readRequest, requestHead, responseHead } from './read-http.ts';
import { type RecordedRequest, type Recording, RecordingError } from './recorded-request.ts';

/** What is looked for in folders; the last is a file of a Concurrent audit log. */
const FOUND_IN_FOLDERS = [/\.waftest$/, /\.ya?ml$/, /\.http$/, /\.log$/, /^\d{8}-\d{6}-/];

/** The requests behind the words of a command line. Throws {@link RecordingError}, or what reading a test file throws. */
export async function loadRecording(paths: readonly string[]): Promise<Recording> {
  const recordings: Recording[] = [];
  for (const path of paths) {
    if (!existsSync(path)) throw new RecordingError(`there is no file ${path}`);
    for (const file of statSync(path).isDirectory() ? await filesIn(path) : [path]) recordings.push(readFile(file));
  }
  return {
    requests: recordings.flatMap(({ requests }) => requests),
    leftOut: recordings.reduce((sum, { leftOut }) => sum + leftOut, 0),
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const found = names.filter((name) => FOUND_IN_FOLDERS.some((pattern) => pattern.test(basename(name)))).sort();
  if (found.length === 0) {
    throw new RecordingError(`${folder} holds no recorded requests: no .waftest, .yaml, .http or .log file`);
  }
  return found.map((name) => join(folder, name));
}

function readFile(file: string): Recording {
  if (/\.ya?ml$/.test(file)) return readFtw(file);
  const text = readFileSync(file, 'latin1');
  const name = basename(file);
  if (file.endsWith('.waftest')) return readWaftest(text, file);
  if (isAuditLog(text)) return readAuditLog(text, name);
  const request = readRequest(text);
  // Any two words would do for HTTP/0.9; nobody records that.
  if (request !== undefined && request.head.protocol !== 'HTTP/0.9') {
    return { requests: [{ name, ...request }], leftOut: 0 };
  }
  throw new RecordingError(
    `${file} holds no recorded requests: it is neither an HTTP request, nor an audit log (Native or JSON), nor a .waftest or FTW .yaml file`,
  );
}

/** The bytes go-ftw would send; those that are no HTTP at all are left out. */
function readFtw(file: string): Recording {
  const sent = loadTestFile(file).flatMap(({ id, stages }) =>
    stages.map(({ input }) => ({ name: `${basename(file)} ${id}`, request: readRequest(buildRequest(input)) })),
  );
  const requests = sent.flatMap(({ name, request }): RecordedRequest[] =>
    request === undefined ? [] : [{ name, ...request }],
  );
  return { requests, leftOut: sent.length - requests.length };
}

/** Only the requests and answers: the rules that are measured are others. */
function readWaftest(text: string, file: string): Recording {
  const { cases } = parseWaftest(text, file);
  const requests = cases.flatMap(({ line, request, response }): RecordedRequest[] => {
    const head = requestHead(request.start, request.headers);
    if (head === undefined) return [];
    const answer = response && responseHead(response.start, response.headers);
    const answered = answer && response && { response: { head: answer, body: response.body } };
    return [{ name: `${basename(file)}:${line}`, head, body: request.body, ...answered }];
  });
  return { requests, leftOut: cases.length - requests.length };
}
