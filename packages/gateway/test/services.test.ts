/** What rules ask for while they are loaded: Lua, XML Schema, rules of another machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

function file(name: string, text: string): string {
  const path = join(testFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe('Lua scripts', () => {
  const SCRIPT = `function main()
  for _, arg in ipairs(m.getvars("ARGS", {"lowercase", "removeWhitespace"})) do
    if string.find(arg.value, "unionselect", 1, true) then
      m.setvar("tx.where", arg.name)
      m.log(1, "seen in " .. arg.name)
      return "SQL in " .. arg.name
    end
  end
end`;

  it('are rules', async () => {
    const upstream = await startUpstream();
    const rules = `SecRuleEngine On
SecRuleScript ${file('sql.lua', SCRIPT)} "id:1,phase:2,deny,status:403,log,msg:'bad %{tx.where}'"\n`;
    const gate = await startGate(upstream.port, { rules });
    expect((await ask(gate.port, '/?a=UNION%20Select')).status).toBe(403);
    expect((await ask(gate.port, '/?a=selection')).status).toBe(200);
    const log = await gate.errorLog();
    expect(log).toContain('Access denied with code 403 (phase 2). SQL in ARGS:a ');
    expect(log).toContain('[msg "bad ARGS:a"]');
    expect(log).toContain('ModSecurity: seen in ARGS:a');
  });

  it.each([
    ['fails', 'function main() return nil .. "x" end', 'attempt to concatenate a nil value'],
    ['hangs', 'function main() while true do end end', 'the script took longer than 50 ms'],
  ])('one that %s refuses the request, and the gate goes on', async (_name, text, reason) => {
    const upstream = await startUpstream();
    const rules = `SecRuleEngine On\nSecRule ARGS:a "@rx ." "id:1,phase:2,deny,chain"\nSecRuleScript ${file('x.lua', text)} "t:none"\n`;
    const gate = await startGate(upstream.port, { rules, yaml: 'scripts: { timeout: 50 ms }' });
    expect((await ask(gate.port, '/?a=1')).status).toBe(500);
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect(await gate.errorLog()).toContain(reason);
  });

  it('mistakes in them are mistakes in the rules', async () => {
    const script = file('bad.lua', 'function main(');
    const config = testConfig(testFolder(), 1, { rules: `SecRuleScript ${script} "id:1,phase:2,deny"\n` });
    await expect(createGateway(config)).rejects.toThrow(`SecRuleScript: ${script}:1: `);
  });
});

it('XML is compared with a schema', async () => {
  const upstream = await startUpstream();
  const schema = file(
    'order.xsd',
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order" type="xs:int"/></xs:schema>',
  );
  const rules = `SecRuleEngine On\nSecRequestBodyAccess On\nSecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML "@validateSchema ${schema}" "id:2,phase:2,deny,status:400,log"\n`;
  const gate = await startGate(upstream.port, { rules });
  const post = async (body: string): Promise<number> => (await ask(gate.port, '/', { method: 'POST' }, body)).status;
  expect(await post('<order>12</order>')).toBe(200);
  expect(await post('<order>dozen</order>')).toBe(400);
  expect(await gate.errorLog()).toContain("'dozen' is not a valid value");
});

describe('rules of another machine', () => {
  /** A server with a certificate for 127.0.0.1 that only commands with the right environment trust. */
  async function serve(folder: string, status: number, rules: string): Promise<{ url: string; keys: string[] }> {
    const { cert, key } = makeCertificate(folder, 'rules.test');
    const keys: string[] = [];
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      keys.push(String(request.headers['modsec-key']));
      response.writeHead(status, { Location: 'https://127.0.0.1:1/' }).end(rules);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    process.env['NODE_EXTRA_CA_CERTS'] = cert;
    onTestFinished(() => {
      delete process.env['NODE_EXTRA_CA_CERTS'];
    });
    return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/rules`, keys };
  }

  it.each([
    ['are loaded in place', 200, '', 0, /^rules are fine: .*, 2 rules\n$/, /^$/],
    ['redirections are not followed', 302, '', 1, /^$/, /cannot fetch https:.*the answer has status 302/],
    ['may be missing with a warning', 500, 'SecRemoteRulesFailAction Warn\n', 0, /, 1 rules\n$/, /cannot fetch https:/],
  ])('%s', async (_name, status, more, code, out, err) => {
    const folder = testFolder();
    const { url, keys } = await serve(folder, status, 'SecAction "id:2,phase:1,pass"\n');
    writeFileSync(join(folder, 'a.conf'), `${more}SecRemoteRules my-key ${url}\nSecAction "id:1,phase:1,pass,nolog"\n`);
    const done = await runCommand(['check', 'a.conf'], folder);
    expect(done.err).toMatch(err);
    expect(done.out).toMatch(out);
    expect(done.code).toBe(code);
    expect(keys).toEqual(['my-key']);
  });

  it('a certificate nobody vouches for is refused', async () => {
    const folder = testFolder();
    const { url, keys } = await serve(folder, 200, '');
    delete process.env['NODE_EXTRA_CA_CERTS'];
    writeFileSync(join(folder, 'a.conf'), `SecRemoteRules my-key ${url}\n`);
    const done = await runCommand(['check', 'a.conf'], folder);
    expect(done).toMatchObject({ code: 1, err: expect.stringContaining('self-signed certificate') });
    expect(keys).toEqual([]);
  });
});
