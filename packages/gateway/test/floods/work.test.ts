/** Few requests that keep the rules busy are a flood too. Clients on 127.0.0.2 and so on are not on the list of those never counted. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, ask } from '../support/client.ts';
import { type RunningGate, startGate } from '../support/gate.ts';
import { describeRedis, freePort, startRedis } from '../support/redis.ts';
import { startUpstream } from '../support/upstream.ts';

const FLOODER = '127.0.0.2';

/** Some hundredths of a second and more for each heavy request. */
const RULES = [
  'SecRuleEngine On',
  'SecRequestBodyAccess On',
  'SecRequestBodyNoFilesLimit 1048576',
  // Without a text that has to be there, so that every byte is looked at for every rule.
  ...Array.from(
    { length: 120 },
    (_, id) => `SecRule ARGS "@rx (?:[a-m][n-z]){${id + 2}}[0-9]" "id:${id + 1},phase:2,pass,nolog"`,
  ),
].join('\n');

/** The text differs from request to request, so that no verdict is remembered. */
function heavy({ port }: RunningGate, localAddress: string, at: number): Promise<Answer> {
  const body = Array.from({ length: 40 }, (_, n) => `a${n}=${'xanbomcz'.repeat(250)}${at}-${n}`).join('&');
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return ask(port, `/report/${at}`, { method: 'POST', localAddress, headers }, body);
}

const light = async ({ port }: RunningGate, localAddress: string): Promise<number> =>
  (await ask(port, '/', { localAddress })).status;

const start = async (yaml: string): Promise<RunningGate> =>
  startGate((await startUpstream()).port, { rules: RULES, yaml });

describe('A91: a client that keeps the rules busy', () => {
  it('is refused when its share is used up, in the middle of requests too; nobody else is', async () => {
    const gate = await start(`floods: { work: { time: 400 ms, per: 1 m, ban: 1 m } }
logs: { access: [{ file: access.log, format: json }], error: error.log, audit: audit.log }`);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => heavy(gate, FLOODER, at)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(30);
    expect(await light(gate, FLOODER)).toBe(429);
    expect(await light(gate, '127.0.0.3')).toBe(200);
    expect(await gate.errorLog()).toMatch(
      /\[flood:warn\] .*127\.0\.0\.2 banned for 60 s: \d{3,} ms of rules in 60 s, and 400 may be/,
    );
    expect(await gate.gateway.floods.list()).toMatchObject([{ address: FLOODER, by: 'work' }]);
    expect(await gate.accessLog()).toContain('SP1069');
    const errors = gate.gateway.metrics().find(({ name }) => name === 'sallyport_errors_total');
    expect(errors?.samples).toContainEqual({ labels: ['SP1069'], value: refused.length + 1 });
  });

  it('has back what it was refused when the time is over', async () => {
    const gate = await start('floods: { work: { time: 50 ms, per: 500 ms, ban: 700 ms } }');
    const found = async (): Promise<number> => light(gate, FLOODER);
    for (let at = 0; at < 10 && (await found()) === 200; at++) await heavy(gate, FLOODER, at);
    expect(await found()).toBe(429);
    await expect.poll(found, { interval: 100 }).toBe(200);
  });

  it.each([
    ['is let alone by default', ''],
    ['is let alone where there is no limit', 'floods: { work: 0 }'],
    ['is let alone where nothing is counted', 'floods: { mode: "off", work: { time: 1 ms } }'],
    ['is let alone where it is allowed', `floods: { allow: ${FLOODER}, work: { time: 1 ms } }`],
    ['is only written down where the gate observes', 'floods: { observe: true, work: { time: 1 ms } }'],
  ])('%s', async (_name, yaml) => {
    const gate = await start(yaml);
    for (let at = 0; at < 3; at++) expect((await heavy(gate, FLOODER, at)).status).toBe(200);
    expect(await light(gate, FLOODER)).toBe(200);
    expect((await gate.errorLog()).includes('would be banned')).toBe(yaml.includes('observe'));
  });

  it('is refused by all processes of the gate', async () => {
    const folder = (await start('')).folder;
    const yaml = `floods: { work: { time: 200 ms, per: 1 m, ban: 1 m }, shared_dir: ${join(folder, 'shared')} }`;
    const [one, two] = [await start(yaml), await start(yaml)];
    for (let at = 0; at < 20 && (await light(one, FLOODER)) === 200; at++) await heavy(one, FLOODER, at);
    expect(await light(two, FLOODER)).toBe(429);
  });
});

describeRedis('A91: machines that count together', () => {
  it('refuse such a client together', async () => {
    const redis = await startRedis((await start('')).folder, await freePort());
    const yaml = `floods: { work: { time: 200 ms, per: 1 m, ban: 1 m }, store: { url: "${redis.url}", timeout: 2 s } }`;
    const [one, two] = [await start(yaml), await start(yaml)];
    for (let at = 0; at < 20 && (await light(one, FLOODER)) === 200; at++) await heavy(one, FLOODER, at);
    await expect.poll(() => light(two, FLOODER)).toBe(429);
    await redis.kill();
  });
});
