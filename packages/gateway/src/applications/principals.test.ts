import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { type PrincipalReport, reportPrincipals } from './principals.ts';

const isRoot = process.getuid?.() === 0;

function report(yaml: string): readonly PrincipalReport[] {
  const { config, mistakes } = parseConfig(yaml, 'sallyport.yaml', {});
  if (config === undefined) throw new Error(JSON.stringify(mistakes));
  return reportPrincipals(config);
}

describe.runIf(isRoot)('principals', () => {
  it('are mapped to users, programs, files and sockets, and what does not fit is said', async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'p-')));
    onTestFinished(() => rmSync(base, { recursive: true }));
    const [fine, loose, foreign, log, socket] = ['fine', 'loose', 'foreign', 'log', 'sock'].map((one) =>
      join(base, one),
    );
    for (const folder of [fine, loose, foreign] as string[]) mkdirSync(folder);
    writeFileSync(log as string, '');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    onTestFinished(() => void server.close());
    for (const path of [fine, loose, log, socket] as string[]) chownSync(path, 41_001, 41_001);
    chownSync(foreign as string, 41_002, 41_002);
    chmodSync(loose as string, 0o777);
    chmodSync(log as string, 0o644);
    chmodSync(socket as string, 0o666);
    const [one] =
      report(`principals: { blogger: { user: "41001", group: "41001", paths: [${fine}, ${loose}, ${foreign}, ${base}/none], sockets: [${socket}, ${log}], logs: [${log}] } }
applications: { blog: { principal: blogger, root: ${fine}, command: [${fine}/run] } }
upstreams: { app: "app:blog" }`);
    expect(one).toMatchObject({
      name: 'blogger',
      account: { uid: 41_001, gid: 41_001 },
      applications: [{ name: 'blog', root: fine, upstreams: ['app'] }],
    });
    expect(one?.wrong).toEqual([
      `application blog: SP4021 the program is not there: ${fine}/run`,
      `others may write there: ${loose} has mode 0777`,
      `${foreign} belongs to user 41002 and group 41002`,
      `${base}/none: there is no such file`,
      `everybody may connect: ${socket} has mode 0666`,
      `${log} is no socket`,
      `everybody may read it: ${log} has mode 0644`,
    ]);
  });
});

it.runIf(isRoot)('are the owners of folders that go live', () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'p-')));
  onTestFinished(() => rmSync(base, { recursive: true }));
  for (const name of ['fine', 'roots', 'Empty']) mkdirSync(join(base, name));
  for (const name of ['fine', 'roots']) writeFileSync(join(base, name, 'app.mjs'), '');
  for (const path of ['fine', 'fine/app.mjs', 'Empty']) chownSync(join(base, path), 41_001, 41_001);
  const reports = report(
    `deployments: { d: { folder: ${base}, domain: a.test, runtimes: [{ marker: app.mjs, command: [/bin/sh, app.mjs] }] } }`,
  );
  const wrong = Object.fromEntries(reports.map((one) => [one.name, one.wrong]));
  expect(wrong).toEqual({
    'd/fine': [],
    'd/roots': expect.arrayContaining(['SP4003 the user is root: 0']),
    'd/Empty': ['"Empty" cannot become a part of an address', 'there is no file in it that says how to run it'],
  });
  const [none] = report('deployments: { d: { folder: /nowhere, prefix: /, runtimes: { marker: x, command: x } } }');
  expect(none?.wrong).toEqual(['/nowhere: there is no such file']);
  expect(reports.find(({ name }) => name === 'd/fine')?.account).toEqual({ uid: 41_001, gid: 41_001 });
});

it('that are one user, or none, are named', () => {
  const own = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const [one, other, none] = report(
    `principals: { a: { user: "${own}", group: "${gid}" }, b: { user: "${own}", group: "${gid}" }, c: no-such-user }`,
  );
  expect(one?.wrong).toEqual(['it is the same user as b: nothing keeps them apart']);
  expect(other?.wrong).toEqual(['it is the same user as a: nothing keeps them apart']);
  expect(none?.wrong).toEqual(['SP4001 there is no such user: no-such-user']);
});
