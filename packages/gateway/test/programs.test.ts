/** Programs that rules run: scripts that approve uploads, and those that only want to know. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGateway } from '../src/index.ts';
import { type Answer, ask } from './support/client.ts';
import { type RunningGate, startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const YAML = 'programs: { timeout: 1500 ms, output: 4 KiB }';
const ENGINE = 'SecRuleEngine On\nSecRequestBodyAccess On\nSecTmpSaveUploadedFiles On\n';

function script(text: string, mode = 0o755): string {
  const file = join(testFolder(), 'approve.sh');
  writeFileSync(file, text === '' ? '' : `#!/bin/sh\n${text}\n`, { mode });
  return file;
}

const upload = (port: number, content: string): Promise<Answer> =>
  ask(
    port,
    '/upload',
    { method: 'POST', headers: { 'Content-Type': 'multipart/form-data; boundary=XX' } },
    `--XX\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--XX--\r\n`,
  );

const inspecting = (approver: string): string =>
  `${ENGINE}SecRule FILES_TMPNAMES "@inspectFile ${approver}" "id:1,phase:2,deny,status:403,log"\n`;

describe('a script that approves uploads', () => {
  it.each<[string, string, number, string | undefined]>([
    ['says 1', 'echo "1 clean"', 200, undefined],
    ['says 1 and nothing else', 'printf 1', 200, undefined],
    ['says 0', 'echo "0 Eicar-Test found"', 403, ': 0 Eicar-Test found ['],
    ['sees the file', 'if grep -q EVIL "$1"; then echo "0 evil"; else echo 1; fi', 403, ': 0 evil ['],
    ['says nothing', 'true', 403, '":  ['],
    ['says 1 too late', 'printf " 1"', 403, ':  1 ['],
    ['fails behind its 1', 'echo 1; exit 3', 403, 'failed with exit status 3'],
    ['crashes', 'echo 1; kill -SEGV $$', 403, 'was ended by SIGSEGV'],
    ['hangs', 'echo 1; exec sleep 600', 403, 'was stopped after 1500 ms'],
    ['leaves a child that holds its output', 'sleep 600 & echo 1', 403, 'was stopped after 1500 ms'],
    ['says a megabyte', 'head -c 1000000 /dev/zero | tr "\\0" 1', 403, 'after more than 4096 bytes of output'],
    ['speaks binary', "printf '\\000\\001\\377'", 403, '\\x00\\x01\\xff'],
    ['forges a log line', `printf '0 x"] [id "666"]\\n[Sat Nov 21] forged'`, 403, '\\"] [id \\"666\\"]\\'],
    ['cannot be run', '', 403, 'EACCES'],
  ])('that %s', async (_name, text, status, logged) => {
    const upstream = await startUpstream();
    const approver = script(text, text === '' ? 0o644 : 0o755);
    const gate = await startGate(upstream.port, { rules: inspecting(approver), yaml: YAML });
    const started = performance.now();
    expect((await upload(gate.port, 'so EVIL')).status).toBe(status);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(upstream.seen).toHaveLength(status === 200 ? 1 : 0);
    const lines = (await gate.errorLog()).split('\n').filter((line) => line.includes('[id "1"]'));
    expect(lines).toHaveLength(status === 200 ? 0 : 1);
    if (logged !== undefined) expect(await gate.errorLog()).toContain(logged.replaceAll('\\', '\\\\'));
    expect(await gate.errorLog()).not.toMatch(/^\[Sat Nov 21\] forged/m);
  });

  it('of ModSecurity 1.x is run as it was', async () => {
    const upstream = await startUpstream();
    const approver = script('if grep -q EVIL "$1"; then echo "0 evil"; else echo "1 ok"; fi');
    const rules = `SecFilterEngine On\nSecFilterScanPOST On\nSecFilterDefaultAction "deny,log,status:406"\nSecUploadApproveScript ${approver}\n`;
    const gate = await startGate(upstream.port, { rules, yaml: YAML });
    expect((await upload(gate.port, 'good')).status).toBe(200);
    expect((await upload(gate.port, 'EVIL')).status).toBe(406);
  });
});

describe('programs', () => {
  it('get the value as one argument, no shell, and a clean environment', async () => {
    const upstream = await startUpstream();
    const program = script('echo "0 $# <$1> $REQUEST_METHOD $QUERY_STRING $HTTP_X_A <$HTTP_PROXY> <$HOME> $TEAM"');
    const rules = `SecRuleEngine On\nSecAction "id:1,phase:1,pass,nolog,setenv:TEAM=red"
SecRule ARGS:f "@inspectFile ${program}" "id:2,phase:1,deny,log"\n`;
    const gate = await startGate(upstream.port, { rules, yaml: YAML });
    const value = '$(touch /tmp/x); `id` | ls';
    const headers = { 'X-A': 'one', Proxy: 'http://evil.test' };
    const { status } = await ask(gate.port, `/?f=${encodeURIComponent(value)}`, { headers });
    expect(status).toBe(403);
    const said = `0 1 <${value}> GET f=${encodeURIComponent(value)} one <> <> red`;
    expect(await gate.errorLog()).toContain(said);
  });

  it('run for exec, and their failure stops nobody', async () => {
    const upstream = await startUpstream();
    const folder = testFolder();
    const good = script(`echo "$REMOTE_ADDR" > ${folder}/ran`);
    const bad = script('exit 1');
    const rules = `SecRuleEngine On\nSecAction "id:1,phase:1,pass,nolog,exec:${good}"
SecAction "id:2,phase:1,pass,nolog,exec:${bad}"\n`;
    const gate = await startGate(upstream.port, { rules, yaml: YAML });
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('127.0.0.1\n');
    expect(await gate.errorLog()).toContain(`Failed to execute: ${bad}: ${bad} failed with exit status 1`);
  });
});

describe('uploaded files', () => {
  /** A gate whose SecTmpDir and SecUploadDir are these; both exist with mode 0700 unless a test says otherwise. */
  async function keeping(
    keep: string,
    more = '',
  ): Promise<RunningGate & { readonly tmp: string; readonly kept: string }> {
    const upstream = await startUpstream();
    const place = testFolder();
    const [tmp, kept] = [join(place, 'tmp'), join(place, 'kept')];
    for (const directory of [tmp, kept]) mkdirSync(directory, { mode: 0o700 });
    const rules = `SecRuleEngine On\nSecRequestBodyAccess On\nSecAuditLogRelevantStatus "^4"
SecTmpDir ${tmp}\nSecUploadDir ${kept}\nSecUploadKeepFiles ${keep}\nSecUploadFileMode 0640
SecRule FILES_TMP_CONTENT "@contains EVIL" "id:1,phase:2,deny,status:403,log"
SecRule FILES_TMPNAMES "!@beginsWith ${tmp}/" "id:2,phase:2,deny,status:418,log"\n${more}`;
    return { ...(await startGate(upstream.port, { rules })), tmp, kept };
  }

  it.each([
    ['On', 2],
    ['RelevantOnly', 1],
    ['Off', 0],
  ])('SecUploadKeepFiles %s', async (keep, count) => {
    const gate = await keeping(keep, keep === 'Off' ? 'SecTmpSaveUploadedFiles On\n' : '');
    expect((await upload(gate.port, 'good')).status).toBe(200);
    expect((await upload(gate.port, 'EVIL')).status).toBe(403);
    const files = readdirSync(gate.kept);
    expect(files).toHaveLength(count);
    for (const file of files) {
      expect(file).toMatch(/^\d{8}-\d{6}-[\w-]{24}-file-\w{6}$/);
      expect(statSync(join(gate.kept, file)).mode & 0o777).toBe(0o640);
    }
    if (count === 1) expect(readFileSync(join(gate.kept, files[0] ?? ''), 'utf8')).toBe('EVIL');
    expect(readdirSync(gate.tmp)).toEqual([]);
  });

  it('lie in a directory of the gate where the rules name none, gone with it', async () => {
    const upstream = await startUpstream();
    const folder = testFolder();
    const rules = `${ENGINE}SecRule FILES_TMPNAMES "@rx (.*)" "id:1,phase:2,deny,capture,log,msg:'%{TX.1}'"\n`;
    const config = testConfig(folder, upstream.port, { rules, yaml: `tmp_dir: ${folder}` });
    const gateway = await createGateway(config);
    const [address] = await gateway.listen();
    expect((await upload(address?.port ?? 0, 'x')).status).toBe(403);
    await gateway.logs.flush();
    const place = /\[msg "(.*?)\/[^/"]*"\]/.exec(readFileSync(join(folder, 'error.log'), 'latin1'))?.[1] ?? '';
    expect(place).toMatch(new RegExp(`^${folder}/sallyport-uploads-\\w{6}$`));
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(readdirSync(place)).toEqual([]);
    await gateway.close(0);
    expect(existsSync(place)).toBe(false);
  });

  it.each([
    ['a directory others may write to', 'SecUploadDir shared', 'others may write there (mode 0777); chmod 700 it'],
    ['a link', 'SecUploadDir link', 'it is a symbolic link'],
    ['nothing', 'SecUploadDir none', 'it does not exist'],
    ['a file', 'SecUploadDir file', 'it is not a directory'],
    ['the directory everybody shares', `SecUploadDir own\nSecTmpDir ${tmpdir()}`, 'SecTmpDir /tmp is no place'],
    ['nowhere', '', 'SecUploadKeepFiles On needs SecUploadDir'],
  ])('are never put into %s', async (_name, directives, message) => {
    const folder = testFolder();
    mkdirSync(join(folder, 'own'), { mode: 0o700 });
    mkdirSync(join(folder, 'shared'));
    chmodSync(join(folder, 'shared'), 0o777);
    symlinkSync(join(folder, 'own'), join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    const placed = directives.replace(/SecUploadDir /g, `SecUploadDir ${folder}/`);
    const config = testConfig(folder, 1, { rules: `${ENGINE}SecUploadKeepFiles On\n${placed}\n` });
    await expect(createGateway(config)).rejects.toThrow(message);
  });
});
