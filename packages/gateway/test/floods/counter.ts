/**
 * A process that counts hits of one client in the shared log: `counter.ts FOLDER HITS LIMIT SEGMENT`. Counts at the first line it gets, and
 * at the second prints how many passed, and how many bans it knows of.
 */
import { defaultsOf } from '../../src/config/field.ts';
import { floods } from '../../src/config/sections/floods.ts';
import { SharedCounts } from '../../src/stages/flood/shared-counts.ts';
import { steadyTime } from '../../src/stages/flood/steady-time.ts';

const [folder = '', hits = '0', limit = '0', segment = '0'] = process.argv.slice(2);
const counts = new SharedCounts({
  config: {
    ...defaultsOf(floods),
    ban: 600_000,
    address: { requests: Number(limit), per: 600_000 },
    path: { requests: 0, per: 1000 },
  },
  folder,
  now: steadyTime,
  segmentSize: Number(segment),
  onTrouble: (reason) => process.stdout.write(`trouble: ${reason}\n`),
});
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  let passed = 0;
  let begun = 0;
  for (let at = 0; at < Number(hits); at++) {
    const hit = { network: '192.0.2.1', path: 'pathhash', watchedPath: 0, principal: '', at: steadyTime(), second: 1 };
    const verdict = counts.count(hit);
    if (verdict === undefined) passed++;
    if (verdict?.isNew) begun++;
  }
  process.stdout.write('counted\n');
  // Who was quick may have been done before there was a ban.
  process.stdin.once('data', () => {
    const bans = counts.list(steadyTime()).length;
    process.stdout.write(`${JSON.stringify({ passed, begun, bans })}\n`);
    process.exit();
  });
});
