/** Workers with a user of their own, and what `ps` and `doctor` say about a gate. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const NOBODY = 65_534;

describe.runIf(isRoot)('workers.user', () => {
  const LOGS = 'logs: { access: logs/access.log, error: logs/error.log }\n';

  it('is who the workers are, without capabilities and privileges to gain; the supervisor stays root', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1, {
      yaml: 'workers: { user: nobody }\nlogs: { error: /dev/null }',
      folderMode: 0o711,
    });
    const [worker] = await gate.workers('serving');
    const status = readFileSync(`/proc/${worker?.pid}/status`, 'latin1');
    expect(status).toMatch(new RegExp(`^Uid:(\\t${NOBODY}){4}$`, 'm'));
    expect(status).toMatch(/^Cap(Prm|Eff|Bnd):\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect((await ask(gate.port, '/')).status).toBe(200);
    const seen = await runCommand(['ps', '--security', '--socket', gate.socket], gate.folder);
    expect(seen).toMatchObject({ code: 0, err: '' });
    expect(seen.out).toContain(
      `worker ${worker?.pid}: user ${NOBODY}, group ${NOBODY}, no capabilities, no_new_privs on`,
    );
  });

  it('writes logs, counters and bodies where it may, and the start says where it may not', async () => {
    const upstream = await startUpstream();
    const folder = testFolder();
    chmodSync(folder, 0o711);
    const yaml = `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:${upstream.port}" }\nroutes: [{ upstream: app, waf: off }]\n${LOGS}workers: { count: 1, user: nobody }\n`;
    writeFileSync(join(folder, 'sallyport.yaml'), yaml);
    mkdirSync(join(folder, 'logs'));
    const refused = await runCommand(['run'], folder);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^logs\.(access|error): user 65534 of the workers cannot write .*\.log: EACCES\n$/);
  });

  it.each([
    ['user: no-such-user', 'workers.user: there is no user "no-such-user"\n'],
    ['user: root', 'workers.user: the workers must not be root\n'],
    ['user: nobody, group: no-such-group', 'workers.group: there is no group "no-such-group"\n'],
    ['affinity: "4095"', /^workers\.affinity: "4095" cannot be used: /],
  ])('{ %s } does not start', async (workers, complaint) => {
    const folder = testFolder();
    const yaml = `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:1" }\nworkers: { count: 1, ${workers} }\n`;
    writeFileSync(join(folder, 'sallyport.yaml'), yaml);
    const { code, err } = await runCommand(['run'], folder);
    expect(code).toBe(1);
    if (typeof complaint === 'string') expect(err).toBe(complaint);
    else expect(err).toMatch(complaint);
  });
});

describe.runIf(process.platform === 'linux')('workers', () => {
  it('are bound to the processors they are given, in turn', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2, { yaml: 'workers: { affinity: ["0", "0"] }' });
    for (const { pid } of await gate.workers('serving')) {
      expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(/^Cpus_allowed_list:\t0$/m);
    }
  });
});

describe.runIf(isRoot)('sallyport ps --security', () => {
  it('finds root and a file that leads outside', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1, { yaml: 'programs: { timeout: 1 s }' });
    const { code, out } = await runCommand(['ps', '--security', '--socket', gate.socket], gate.folder);
    expect(code).toBe(1);
    expect(out).toContain('WRONG: runs as root; set workers.user');
    const plain = await runCommand(['ps', '--socket', gate.socket], gate.folder);
    expect(plain.code).toBe(0);
    expect(plain.out).not.toContain('WRONG');
  });
});

describe('sallyport doctor', () => {
  it('is content with a plain configuration, and finds what is wrong with another', async () => {
    const folder = testFolder();
    writeFileSync(join(folder, 'key.pem'), '');
    const yaml = 'listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:1" }\n';
    writeFileSync(join(folder, 'sallyport.yaml'), yaml);
    const fine = await runCommand(['doctor'], folder);
    expect(fine).toMatchObject({ code: 0, err: '' });
    expect(fine.out).toMatch(/^Node\n {2}ok {4}Node 24\./);
    writeFileSync(
      join(folder, 'sallyport.yaml'),
      `${yaml.replace('port: 0', 'port: 0, address: 192.0.2.1, tls: { certificate: cert.pem, key: key.pem }')}logs: { access: missing/access.log }\n`,
    );
    const wrong = await runCommand(['doctor', '--quiet'], folder);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/WRONG this machine does not have the address of 192\.0\.2\.1:0/);
    expect(wrong.out).toMatch(/WRONG \S+key\.pem is open to others \(mode 0644\)/);
    expect(wrong.out).toMatch(/WRONG \S+missing cannot be written: ENOENT/);
    expect(wrong.out).not.toMatch(/ ok /);
  });
});
