/** What PHP reads in a form is what the rules have seen, or the form does not reach it. */
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { defineOperator } from '@sallyport/engine/plugin';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { dice } from './support/dice.ts';
import { startGate } from './support/gate.ts';
import { type OddForm, oddForm } from './support/odd-forms.ts';
import { hasPhpFpm, startPhpFpm } from './support/php-fpm.ts';

const RUNS = 1500;
/** Of a thousand. More, and next to no form is let through. */
const ODDITIES = [5, 15, 30, 60];
const BASE = fileURLToPath(new URL('../rules/base.conf', import.meta.url));

/** Names and values as hexadecimal text, since they may hold any bytes. */
const SHOW = `<?php
$seen = array_map(fn ($name) => bin2hex((string) $name), [...array_keys($_POST), ...array_keys($_FILES)]);
$keep = function ($value) use (&$seen) { $seen[] = bin2hex((string) $value); };
array_walk_recursive($_POST, $keep);
foreach ($_FILES as $file) foreach (['name', 'type', 'size'] as $key) { $one = [$file[$key]]; array_walk_recursive($one, $keep); }
echo json_encode($seen);`;

const seen: string[] = [];
const keep = defineOperator({
  name: 'keep',
  summary: 'Notes every value it is asked about.',
  macros: false,
  examples: [],
  compile: () => ({
    test: (value) => {
      seen.push(value);
      return false;
    },
    describe: () => '',
  }),
});

const waf = createWaf({
  rules: [
    BASE,
    {
      file: 'keep.conf',
      text: 'SecRule ARGS|ARGS_NAMES|FILES|FILES_NAMES|FILES_SIZES|MULTIPART_PART_HEADERS "@keep all" "id:1,phase:2,pass,nolog,t:none"\n',
    },
  ],
  plugins: [{ name: 'keep', operators: [keep] }],
  files: nodeFiles,
});

/** What rules see; undefined where they refuse. */
async function viewOf({ contentType, body }: OddForm): Promise<readonly string[] | undefined> {
  seen.length = 0;
  const ends = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const tx = waf.openTransaction({ id: 'a', ...ends });
  const headers = [
    ['Host', 'a'],
    // As HTTP has it (RFC 9110 §5.5).
    ['Content-Type', contentType.trimEnd()],
    ['Content-Length', String(body.length)],
  ] as const;
  const early = await tx.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  const verdict = early ?? tx.writeRequestBody(Buffer.from(body, 'latin1')) ?? (await tx.processRequestBody());
  return verdict === undefined ? [...seen] : undefined;
}

/** PHP writes names as variables are written. */
const asVariable = (name: string): string => name.replace(/[ .[]/g, '_').replaceAll(']', '');

/** Whether PHP's text is one of those rules have seen: a value, the end of a file name, a type, a name, or that of an array. */
function isAmong(view: readonly string[], text: string): boolean {
  const name = asVariable(text);
  const isName = (one: string): boolean => asVariable(one) === name || asVariable(one.split('[', 1)[0] ?? '') === name;
  return view.some((one) => one.endsWith(text) || one.includes(`: ${text};`) || isName(one));
}

describe.runIf(hasPhpFpm())('A34-A42: forms as PHP reads them', () => {
  it('hold nothing the rules have not seen', { timeout: 120_000 }, async () => {
    const fpm = await startPhpFpm({ 'show.php': SHOW }, 1);
    const gate = await startGate(0, {
      rules: `Include ${BASE}\nSecAuditEngine Off\n`,
      yaml: `upstreams: { php: { urls: "${fpm.url}", fastcgi: { root: "${fpm.root}" } } }\nroutes: [{ upstream: php }]`,
    });
    const roll = dice(5);
    let read = 0;
    for (let run = 0; run < RUNS; run++) {
      const form = oddForm(roll, ODDITIES[run % ODDITIES.length] as number);
      const view = await viewOf(form);
      const headers = { 'content-type': form.contentType };
      const { status, body } = await ask(
        gate.port,
        '/show.php',
        { method: 'POST', headers },
        Buffer.from(form.body, 'latin1'),
      );
      expect({ form, isPassed: status === 200 }).toEqual({ form, isPassed: view !== undefined });
      if (view === undefined) continue;
      for (const hex of JSON.parse(body) as readonly string[]) {
        const value = Buffer.from(hex, 'hex').toString('latin1');
        read++;
        if (!isAmong(view, value)) expect.unreachable(`PHP alone sees ${JSON.stringify({ value, view, ...form })}`);
      }
    }
    // The test would prove nothing if nearly everything were refused.
    expect(read).toBeGreaterThan(RUNS);
  });

  it('of 10,000 parts does not reach it', { timeout: 60_000 }, async () => {
    const part = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n';
    const form = { contentType: 'multipart/form-data; boundary=B', body: `${part.repeat(10_000)}--B--\r\n` };
    expect(await viewOf(form)).toBeUndefined();
  });
});
