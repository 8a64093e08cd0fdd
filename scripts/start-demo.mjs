// Runs the demo application behind the gate on the loopback interface, and says what to try. Needs built packages.
//
//   node scripts/start-demo.mjs [--port N] [--app-port N]

import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { cwd, exit, stderr } from 'node:process';
import { parseArgs } from 'node:util';
import { projectNode, root, say, start } from './toolchain.mjs';

const HOST = '127.0.0.1';
const { values } = parseArgs({ options: { port: { type: 'string' }, 'app-port': { type: 'string' } } });
const port = await choosePort(values.port, 8080);
const appPort = await choosePort(values['app-port'], 3000);
const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
const log = (name) => join(folder, name);
const rules = (file) => ['--rules', join(root, file)];

const app = start(projectNode, ['examples/demo-app/server.ts', String(appPort)]);
const gate = start(
  projectNode,
  [
    'packages/gateway/bin/sallyport.mjs',
    'run',
    ...['--listen', `${HOST}:${port}`, '--upstream', `http://${HOST}:${appPort}`],
    ...rules('packages/gateway/rules/base.conf'),
    ...rules('packages/gateway/rules/sallyport-basic.conf'),
    ...rules('examples/demo-app/demo.conf'),
    ...['--workers', '0'],
    ...['--access-log', log('access.log'), '--error-log', log('error.log'), '--audit-log', log('audit.log')],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

let isStopping = false;
gate.stdout.on('data', (text) => {
  for (const line of String(text).trimEnd().split('\n')) say(`  ${line}`);
  if (String(text).includes('rules:')) introduce();
});
for (const child of [app, gate]) child.on('exit', (code) => stop(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0));

function introduce() {
  const site = `http://${HOST}:${port}`;
  const command = `node ${relative(cwd(), join(root, 'packages/gateway/bin/sallyport.mjs'))}`;
  say(`
The demo shop is open behind the gate: ${site}/

  an ordinary request   curl '${site}/search?q=tea'
  an attack             curl '${site}/search?q=%3Cscript%3Ealert(1)%3C/script%3E'

The refusal shows a request id. Why it was refused:
  ${command} explain ID --audit-log ${log('audit.log')}

The shop itself, without protection, is at http://${HOST}:${appPort}/. Ctrl-C stops both; the logs in ${folder} go with them.
`);
}

/** When one stops, both do; the second signal does not wait. */
function stop(code) {
  if (isStopping) return;
  isStopping = true;
  app.kill('SIGTERM');
  gate.kill('SIGTERM');
  const ended = [app, gate].map(
    (child) => child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve)),
  );
  Promise.all(ended).then(() => {
    if (code !== 0)
      createReadStream(log('error.log'))
        .on('error', () => undefined)
        .pipe(stderr);
    rmSync(folder, { recursive: true, force: true });
    process.exitCode = code;
    setImmediate(() => exit(code));
  });
}

/** The port asked for (0: any); otherwise the usual one if it is free, or else any. */
async function choosePort(asked, usual) {
  if (asked !== undefined && asked !== '0') return Number(asked);
  if (asked === '0') return tryPort(0);
  return (await tryPort(usual)) ?? (await tryPort(0));
}

function tryPort(wanted) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, HOST, () => {
      const { port: found } = server.address();
      server.close(() => resolve(found));
    });
  });
}
