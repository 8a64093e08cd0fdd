import {
  createWaf,
  formatErrorLogLine,
  type Interruption,
  type RuleMatch,
  type Transaction,
} from '../../packages/engine/src/index.ts';
import { createNodePrograms, nodeFiles, nodeUploads } from '../../packages/engine/src/node/index.ts';
import { libXml, xmlValidation } from '../../packages/gateway/src/services/xml-validation.ts';
import { ANSWERS, responseHeadOf } from './answers.ts';
import { type LogLine, type Observation, withoutPaths } from './observations.ts';
import type { WireRequest } from './requests.ts';

const programs = createNodePrograms();

/** Loads what schemas and document types need. */
export async function prepareEngineSide(): Promise<void> {
  try {
    xmlValidation.compile('dtd', '', '');
  } catch {
    // Asking is what makes it be loaded.
  }
  await libXml.load();
}

/** Runs requests through our engine, without sockets, with the rules of a file. */
export function engineSide(
  rules: string,
  evaluator: 'optimized' | 'reference',
): (request: WireRequest) => Promise<Observation> {
  const matches: RuleMatch[] = [];
  const waf = createWaf({
    rules: [rules],
    files: nodeFiles,
    evaluator,
    resolver: { resolve4: () => Promise.resolve([]) },
    programs,
    uploads: nodeUploads,
    xmlValidation,
    onMatch: (match) => {
      if (match.log) matches.push(match);
    },
  });
  return async (request) => {
    matches.length = 0;
    const { method, uri, protocol, headers, body } = request;
    const answer = ANSWERS[request.answer]!;
    const transaction = waf.openTransaction({
      id: 'the-unique-id-of-a-request',
      clientAddress: '127.0.0.1',
      clientPort: 40000,
      serverAddress: '127.0.0.1',
      serverPort: 8080,
    });
    await transaction.processRequestHeaders({ method, uri, protocol, headers });
    if (body !== '') transaction.writeRequestBody(Buffer.from(body, 'latin1'));
    await transaction.processRequestBody();
    if (transaction.interruption === undefined) {
      await transaction.processResponseHeaders(responseHeadOf(answer));
      if (transaction.interruption === undefined) transaction.writeResponseBody(Buffer.from(answer.body, 'latin1'));
      if (transaction.interruption === undefined) await transaction.processResponseBody();
    }
    const { interruption } = transaction;
    const page = pageOf(transaction, answer.body);
    const response =
      interruption === undefined
        ? responseHeadOf(answer)
        : { ...responseHeadOf(answer), status: interruption.status, headers: [] };
    const record = await transaction.processLogging({ response });
    const lines = matches.map(
      (match): LogLine => ({
        id: match.rule.id,
        text: withoutPaths(formatErrorLogLine(match, { hostname: record.hostname, uriPath: record.uriPath, id: '' })),
      }),
    );
    return {
      status: interruption === undefined ? response.status : statusOf(interruption),
      lines,
      page,
      isComplete: true,
      ...(interruption && { endedIn: interruption.phase }),
    };
  };
}

/** What the client gets when rules let the answer through. */
function pageOf({ rewrittenResponseBody, injection }: Transaction, body: string): string {
  const text = rewrittenResponseBody === undefined ? body : Buffer.from(rewrittenResponseBody).toString('latin1');
  return injection === undefined ? text : injection.prepend + text + injection.append;
}

/** Like Apache, the gate sends no Location that a client could end. */
function statusOf({ action, status, url = '' }: Interruption): number {
  if (action === 'drop') return 0;
  return /[\0-\x08\n-\x1f\x7f]/.test(url) ? 500 : status;
}
