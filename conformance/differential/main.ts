/** `npm run differential [-- --seed N --count N --show N]`: see run.ts. */
import { parseArgs } from 'node:util';
import { hasApache } from '../ftw/apache.ts';
import { linksOf, placeOf } from './compare.ts';
import { lineOf } from './rule-text.ts';
import { run } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '60' },
    units: { type: 'string', default: '60' },
    requests: { type: 'string', default: '50' },
    show: { type: 'string', default: '20' },
  },
});
if (!hasApache) {
  process.stderr.write("Debian's apache2 with libapache2-mod-security2 is not installed; see scripts/peers.mjs\n");
  process.exit(2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const started = performance.now();
const { comparisons, agreed, explained, unexplained } = await run(
  {
    seed: Number(values.seed),
    configurations: Number(values.count),
    units: Number(values.units),
    requests: Number(values.requests),
  },
  say,
);
for (const difference of unexplained.slice(0, Number(values.show))) {
  const { unit, id, request, theirs, ours } = difference;
  say(`\n${placeOf(difference)} ${difference.configuration.mode} ${request.method} ${request.uri}`);
  const links = unit === undefined ? [] : id === undefined ? unit.links : linksOf(unit, id);
  for (const link of links) say(`  ${lineOf(link)}`);
  for (const line of theirs.filter((text) => !ours.includes(text))) say(`  ModSecurity 2: ${line}`);
  for (const line of ours.filter((text) => !theirs.includes(text))) say(`  ours:          ${line}`);
}
const sum = [...explained.values()].reduce((total, count) => total + count, 0);
say('');
for (const [name, count] of explained)
  say(`${String(count).padStart(8)}  ${name}${count === 0 ? ' (never applied)' : ''}`);
say(
  `${comparisons} comparisons in ${Math.round((performance.now() - started) / 1000)} s: ${agreed} agreed, ${sum} explained, ${unexplained.length} unexplained`,
);
process.exitCode = unexplained.length === 0 ? 0 : 1;
