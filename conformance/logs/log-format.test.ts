import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasApache } from '../ftw/apache.ts';
import { ANSWERS, startApplication } from './application.ts';
import { FORMATS } from './formats.ts';
import { type Outcome, throughApache, throughGate } from './outcome.ts';
import { makeRequests } from './requests.ts';

const REQUESTS = 200;
const seed = Number(process.env['SEED'] ?? 20_261_121);
const isRequired = process.env['CI'] === 'true';

if (!hasApache) console.warn("skipped: no Apache with ModSecurity 2.9 (Debian's libapache2-mod-security2)");

/** Without times and the port of the server. */
function comparable(line: string, port: number): string {
  return line
    .replace(new RegExp(`\\b${port}\\b`), 'PORT')
    .replace(/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]/g, '[TIME]');
}

describe.skipIf(!hasApache && !isRequired)('Apache 2.4 and we (skipped without Apache)', () => {
  let application: Awaited<ReturnType<typeof startApplication>>;
  let apache: Outcome;
  let gate: Outcome;
  const logs = FORMATS.map((format) => ({ format }));
  const requests = makeRequests(seed, REQUESTS, ANSWERS.length);

  beforeAll(async () => {
    application = await startApplication();
    apache = await throughApache(application.port, requests, logs);
    gate = await throughGate(application.port, requests, logs);
  });
  afterAll(() => application.close());

  it.each(FORMATS.map((format, at) => [format, at] as const))('write %s alike', (_format, at) => {
    expect(apache.lines[at]).toHaveLength(REQUESTS);
    expect(gate.lines[at]).toHaveLength(REQUESTS);
    const ours = gate.lines[at]?.map((line) => comparable(line, gate.port)) ?? [];
    const theirs = apache.lines[at]?.map((line) => comparable(line, apache.port)) ?? [];
    const differing = theirs.flatMap((line, index) =>
      line === ours[index] ? [] : [{ theirs: line, ours: ours[index] }],
    );
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it.each(['Apache', 'the gate'])('%s counts what goes over the wire', (who) => {
    const { wire, received } = who === 'Apache' ? apache : gate;
    const expected = requests.map(
      ({ bytes }, at) => `${received[at]} ${bytes.length + (received[at] ?? 0)} ${bytes.length}`,
    );
    expect(wire).toEqual(expected);
  });
});
