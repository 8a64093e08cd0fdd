/** `sallyport check` as a process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeAuthority, makeCertificate } from './support/certificate.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';

const REFUSE = `SecRuleEngine On\nSecRule ARGS:a "@streq evil" "id:1,phase:2,deny,status:403,log,msg:'found'"\n`;

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

describe('sallyport check', () => {
  it('lists every mistake of all files', async () => {
    const folder = testFolder();
    write(folder, {
      'one.conf': 'SecRule ARGS "@beginWith x" "id:1,phase:1,deny"\nSecRulEngine On\n',
      'two.conf': 'SecRule ARGZ "@rx x" "id:2,phase:1,deny"\n',
      'good.conf': REFUSE,
    });
    const base = ['check', '--listen', '8080', '--upstream', 'http://127.0.0.1:1'];
    const bad = await runCommand([...base, '--rules', 'one.conf', '--rules', 'two.conf'], folder);
    expect(bad.code).toBe(1);
    expect(bad.err).toMatch(/one\.conf:1:\d+ SL\d{4} .*\n.*one\.conf:2:\d+ SL\d{4} .*\n.*two\.conf:1:\d+ SL\d{4} /);
    const good = await runCommand([...base, '--rules', 'good.conf'], folder);
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toMatch(/^configuration is fine; rules: .*good\.conf, 1 rules\n$/);
  });

  it('says everything that is wrong with a configuration', async () => {
    const folder = testFolder();
    write(folder, {
      'sallyport.yaml':
        'listeners: [{ port: 99999 }]\nupstreams: { app: "ftp://x" }\nlimits: { body: big }\ntimeouts: { drain: 30 }\n',
    });
    const { code, err } = await runCommand(['check'], folder);
    expect(code).toBe(1);
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ .*/, '')),
    ).toEqual(['sallyport.yaml:1:21', 'sallyport.yaml:2:19', 'sallyport.yaml:3:17', 'sallyport.yaml:4:20']);
  });
});

describe('sallyport check of listeners', () => {
  it('warns of a way around the one that demands certificates', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'gate.test');
    const { ca } = makeAuthority(folder, 'staff');
    write(folder, {
      'sallyport.yaml': `listeners:
  - { port: 8443, tls: { certificate: ${cert}, key: ${key}, client_certificate: require, client_ca: ${ca} } }
  - { port: 8080 }
upstreams: { app: "http://127.0.0.1:1" }
routes:
  - { path: /, upstream: app, waf: off }
`,
    });
    const { code, err } = await runCommand(['check'], folder);
    expect(err).toMatch(/^sallyport\.yaml:6:5 warning: listener \S+:8443 .* by \S+:8080; /);
    expect(code).toBe(0);
    expect((await runCommand(['check', '--quiet'], folder)).err).toBe('');
  });
});

describe('sallyport check with rules alone', () => {
  const BAD = 'SecRule ARGS "@beginWith x" "id:7,phase:1,deny"\nSecRulEngine On\n';
  const files = { 'a.conf': REFUSE, 'b.conf': 'SecAction "id:2,phase:1,pass,nolog"\n', 'bad.conf': BAD };

  it.each([
    ['files as words', ['a.conf', 'b.conf'], 0, /^rules are fine: .*a\.conf, .*b\.conf, 2 rules\n$/, /^$/],
    ['files behind --rules', ['--rules', 'a.conf', 'b.conf'], 0, /, 2 rules\n$/, /^$/],
    ['--rules repeated', ['--rules', 'a.conf', '--rules', 'b.conf', '--engine', 'Off'], 0, /, 2 rules\n$/, /^$/],
    ['every mistake', ['a.conf', 'bad.conf', 'none.conf'], 1, /^$/, /bad\.conf:1:.*\n.*bad\.conf:2:.*\n.*none\.conf/],
    ['a pattern', ['[ab].conf'], 0, /, 2 rules\n$/, /^$/],
    ['a folder that is no rule set', ['--crs', '.'], 1, /^$/, /is not a Core Rule Set/],
    ['a wrong flag and wrong rules', ['bad.conf', '--engine', 'on-ish'], 1, /^$/, /^--engine is .*\n.*bad\.conf:1:/],
    ['quietly', ['--quiet', 'a.conf'], 0, /^$/, /^$/],
    ['half a gate', ['a.conf', '--listen', '8080'], 1, /^$/, /^no upstream: /],
  ])('%s', async (_name, words, code, out, err) => {
    const folder = testFolder();
    write(folder, files);
    const done = await runCommand(['check', ...words], folder);
    expect(done.err).toMatch(err);
    expect(done.out).toMatch(out);
    expect(done.code).toBe(code);
  });

  it('a configuration in the folder is checked whole', async () => {
    const folder = testFolder();
    write(folder, { ...files, 'sallyport.yaml': 'listeners: [{ port: 0 }]\n' });
    const done = await runCommand(['check', 'a.conf'], folder);
    expect(done).toMatchObject({ code: 1, err: expect.stringMatching(/^no upstream: /) });
    write(folder, { 'sallyport.yaml': 'listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:1" }\n' });
    expect(await runCommand(['check', 'a.conf'], folder)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^configuration is fine; rules: .*a\.conf, 1 rules\n$/),
    });
  });
});
