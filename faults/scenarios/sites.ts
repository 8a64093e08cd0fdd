import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { passableFolder } from '../support/passable-folder.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const OWNER = 41_001;
/** Milliseconds until a site is live, or gone. */
const WITHIN = 2000;

/** Plain Perl, which starts at once: what is measured is the gate. */
const SITE = String.raw`use IO::Socket::UNIX; $SIG{PIPE} = 'IGNORE';
my $s = IO::Socket::UNIX->new(Local => $ENV{SOCKET_PATH}, Listen => 64) or die;
while (my $c = $s->accept) {
  while (my $h = <$c>) { last if $h =~ /^\r?\n$/ }
  print $c "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nsite";
  close $c;
}
`;

/** Sites come and go while others are busy. */
export const sites: Scenario = {
  id: 'SITES',
  title:
    'folders are copied in and deleted, 20 times: live and gone within 2 s without a reload, no other request fails',
  missing: () => {
    if (process.getuid?.() !== 0) return 'sites run as the owners of their folders, which needs root';
    return existsSync('/usr/bin/perl') ? undefined : 'there is no Perl';
  },

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const home = passableFolder();
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 2,
      folder: passableFolder(),
      yaml: `deployments: { d: { folder: "${home}", domain: d.test, waf: off, runtimes: [{ marker: app.pl, command: [/usr/bin/perl, app.pl] }] } }`,
    });
    const traffic = startTraffic({ port: gate.port, rate: 100 });
    const live: number[] = [];
    const gone: number[] = [];
    try {
      for (let round = 0; round < (isShort ? 4 : 20); round++) {
        const name = `site${round}`;
        copyIn(join(home, name));
        live.push(await until(gate.port, `${name}.d.test`, 200));
        rmSync(join(home, name), { recursive: true });
        // With no route for its host, the rest of the gate answers.
        gone.push(await until(gate.port, `${name}.d.test`, 200, 'hello'));
      }
      const { sent, failures } = await traffic.stop();
      const { generation } = await gate.status();
      promises.expect(Math.max(...live) < WITHIN, `live within ${WITHIN} ms`, live.map(Math.round));
      promises.expect(Math.max(...gone) < WITHIN, `gone within ${WITHIN} ms`, gone.map(Math.round));
      promises.expect(failures.length === 0, 'no other request fails', summarize(failures));
      promises.expect(generation === 1, 'there is no reload', generation);
      return {
        requests: sent,
        lost: failures.length,
        recovery: Math.max(...live),
        seen: `live after ${span(live)}, gone after ${span(gone)}`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
};

function copyIn(folder: string): void {
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, 'app.pl'), SITE, { mode: 0o644 });
  chownSync(join(folder, 'app.pl'), OWNER, OWNER);
  chownSync(folder, OWNER, OWNER);
}

/** Milliseconds until a host answers so; gives up after ten seconds. */
async function until(port: number, host: string, status: number, body = 'site'): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < 10_000) {
    if ((await ask(port, host)) === `${status} ${body}`) break;
    await wait(10);
  }
  return performance.now() - began;
}

function ask(port: number, host: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(`${response.statusCode} ${body}`));
    });
    sent.on('error', (error) => resolve(error.message)).end();
  });
}

function span(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${Math.round(sorted[0] ?? 0)} to ${Math.round(sorted.at(-1) ?? 0)} ms`;
}
