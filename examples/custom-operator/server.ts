/**
 * Rules with words of our own (see `addresses.ts`), one of them written in TypeScript, in front of a server that fetches what
 * it is told to.
 *
 *     node --conditions=sallyport-source examples/custom-operator/server.ts
 *     curl 'http://127.0.0.1:8080/preview?url=https://example.com/'             200
 *     curl 'http://127.0.0.1:8080/preview?url=http://169.254.169.254/latest'    403
 */
import { createServer, type Server } from 'node:http';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { guard } from '@sallyport/engine/node';
import { type RuleParts, writeRules } from '@sallyport/engine/plugin';
import { addresses } from './addresses.ts';

/** A rule as data; `writeRules` puts in the quotes and escapes. */
const blockedHosts: RuleParts = {
  targets: [{ name: 'ARGS', key: 'url' }],
  operator: ['within', 'tracker.example evil.example'],
  actions: [['id', '2'], ['phase', '2'], ['deny'], ['t', 'urlHost'], ['msg', "A host we don't ask"]],
};

const waf = createWaf({
  plugins: [addresses],
  rules: [
    {
      file: 'preview.conf',
      text: `
        SecRuleEngine On
        SecRule ARGS:url "@pointsInside" "id:1,phase:2,deny,status:403,msg:'URL into the private network'"
        ${writeRules([blockedHosts])}`,
    },
  ],
});

export function start(port: number, log: (line: string) => void = console.log): Server {
  const guarded = guard(
    waf,
    (request, response) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`A preview of ${searchParams.get('url')}`);
    },
    { onDecision: ({ action, matches }) => log(`${action} ${matches.map((match) => match.operatorText).join(' ')}`) },
  );
  return createServer(guarded).listen(port, '127.0.0.1');
}

if (argv[1] === fileURLToPath(import.meta.url)) start(Number(env['PORT'] ?? 8080));
