import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/load.ts';
import { accountFindings } from './accounts.ts';
import type { Finding } from './examination.ts';
import { files } from './files.ts';
import { kernelFindings } from './kernel.ts';
import { listeningIn, networkFindings } from './network.ts';
import { setIdFindings } from './set-id.ts';

const lines = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ severity }) => severity !== 'fine').map(({ severity, what }) => `${severity} ${what}`);

function configOf(yaml: string, file = '/x/sallyport.yaml'): Config {
  const { config, mistakes } = parseConfig(yaml, file, {});
  if (config === undefined) throw new Error(mistakes[0]?.message);
  return config;
}

it('settings of the kernel', () => {
  const values: Readonly<Record<string, string>> = {
    'kernel/yama/ptrace_scope': '0\n',
    'kernel/randomize_va_space': '2\n',
    'fs/suid_dumpable': '2\n',
    'net/ipv4/tcp_syncookies': 'odd',
  };
  const found = kernelFindings((path) => values[path]);
  expect(lines(found)).toEqual(['weak kernel.yama.ptrace_scope = 0', 'weak fs.suid_dumpable = 2']);
  expect(found[0]?.hint).toMatch(/^sysctl kernel\.yama\.ptrace_scope=1: /);
});

it('ports that others reach and the configuration does not name', () => {
  const table = `  sl  local_address rem_address   st
   0: 00000000:1538 00000000:0000 0A 00000000:00000000
   1: 0100007F:0016 00000000:0000 0A 00000000:00000000
   2: 00000000:0050 00000000:0000 0A 00000000:00000000
   3: 00000000:0051 0100007F:9999 01 00000000:00000000
   4: 0000000000000000FFFF00000100007F:0017 00000000000000000000000000000000:0000 0A 0:0
   5: 00000000000000000000000001000000:0018 00000000000000000000000000000000:0000 0A 0:0
   6: 00000000000000000000000000000000:0CEA 00000000000000000000000000000000:0000 0A 0:0`;
  const found = networkFindings(listeningIn(table), configOf('listeners: [{ port: 80 }]'));
  expect(lines(found)).toEqual([
    'weak port 3306 is open to the network, and not of this gate',
    'weak port 5432 is open to the network, and not of this gate',
  ]);
  expect(lines(networkFindings([], undefined))).toEqual([]);
});

it('accounts', () => {
  const passwd = `root:x:0:0::/root:/bin/sh
toor:x:0:0::/root:/bin/sh
gate:x:900:900::/nowhere:/bin/bash
web:x:900:900::/nowhere:/usr/sbin/nologin
app:x:901:901::/nowhere:/usr/sbin/nologin`;
  const yaml = (user: string): Config => configOf(`workers: { user: ${user} }\nprincipals: { shop: { user: app } }`);
  expect(lines(accountFindings(passwd, yaml('gate')))).toEqual([
    'wrong the account toor is root by another name',
    'weak workers.user gate has a shell: /bin/bash',
    'wrong workers.user gate is shared with web',
  ]);
  expect(lines(accountFindings(passwd, yaml('app')))).toContain('wrong workers.user app is shared with principal shop');
  expect(lines(accountFindings('root:x:0:0::/root:/bin/sh', undefined))).toEqual([]);
});

describe('planted modes are found', () => {
  it('of files, of folders above them, and of files that run as somebody else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ['keys', 'logs', 'logs/deep', 'fine']) mkdirSync(join(folder, name));
    for (const [name, mode] of [
      ['sallyport.yaml', 0o646],
      ['keys/key.pem', 0o644],
      ['keys/good.pem', 0o640],
      ['rules.conf', 0o642],
      ['logs/deep/tool', 0o4755],
      ['fine/tool', 0o755],
    ] as const) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), mode);
    }
    chmodSync(join(folder, 'keys'), 0o777);
    chmodSync(join(folder, 'logs'), 0o777);
    symlinkSync(join(folder, 'fine'), join(folder, 'logs', 'link'));
    const config = configOf(
      `listeners: [{ port: 443, tls: { certificate: c.pem, key: keys/key.pem } }, { port: 444, tls: { certificate: c.pem, key: keys/good.pem } }]
rules: { files: rules.conf }
logs: { error: logs/error.log }`,
      join(folder, 'sallyport.yaml'),
    );
    const found = files.examine(config, join(folder, 'sallyport.yaml'));
    if (found instanceof Promise) throw new Error('it waits for nothing');
    expect(lines(found).map((line) => line.replaceAll(folder, ''))).toEqual([
      'wrong /sallyport.yaml is open to others (mode 0646)',
      'wrong in /keys others may exchange what the gate reads (mode 777)',
      'wrong /keys/key.pem is open to others (mode 0644)',
      'wrong /rules.conf is open to others (mode 0642)',
      'wrong /logs is open to others (mode 0777)',
    ]);
    expect(lines(setIdFindings([join(folder, 'logs'), join(folder, 'none')]))).toEqual([
      `wrong ${folder}/logs/deep/tool runs as another user or group (mode 4755)`,
    ]);
    expect(lines(setIdFindings([join(folder, 'fine')]))).toEqual([]);
  });
});
