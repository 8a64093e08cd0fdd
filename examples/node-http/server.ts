/**
 * A server of `node:http` behind the rule engine, with a page of its own for refusals and an audit log.
 *
 *     node --conditions=sallyport-source examples/node-http/server.ts
 *     curl 'http://127.0.0.1:8080/search?q=tea'                     200
 *     curl 'http://127.0.0.1:8080/search?q=<script>alert(1)'        403
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { argv, env } from 'node:process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type AuditContext, createWaf, formatJsonAudit } from '@sallyport/engine';
import { guard, nodeFiles } from '@sallyport/engine/node';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules.conf', import.meta.url))], files: nodeFiles });

/** What audit records say about the server, and which values they must not show. */
const auditContext: AuditContext = {
  producer: 'example',
  componentSignatures: [],
  server: undefined,
  webAppId: waf.settings.webAppId,
  sensorId: waf.settings.sensorId,
  mask: {
    parameters: new Set(['password']),
    requestHeaders: new Set(['cookie']),
    responseHeaders: new Set(['set-cookie']),
  },
};

export function start(port: number, log: (line: string) => void = console.log): Server {
  const guarded = guard(waf, handle, {
    blockedPage: ({ transactionId }) => ({
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: `<!doctype html><title>Refused</title><p>This request was refused. Please quote <code>${transactionId}</code>.\n`,
    }),
    onRecord: (record) => {
      if (record.matches.length > 0) log(formatJsonAudit(record, auditContext));
    },
  });
  return createServer(guarded).listen(port, '127.0.0.1');
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/search') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`Nothing found for ${searchParams.get('q')}`);
  } else if (pathname === '/notes' && request.method === 'POST') {
    const note = await json(request);
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(note));
  } else if (pathname === '/broken') {
    const { stack } = new Error('a debugging aid that the rules keep in');
    response.writeHead(200, { 'content-type': 'text/plain' }).end(stack);
  } else {
    response.writeHead(404).end();
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) start(Number(env['PORT'] ?? 8080));
