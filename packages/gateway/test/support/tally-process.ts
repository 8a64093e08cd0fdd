/**
 * Enters and leaves, as fast as it can, a place that one may have at a time. Says how often it got in and how often somebody else was
 * there already, then waits to be killed with one place of another kind in its hands.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SharedTally } from '../../src/stages/tally/shared-tally.ts';

const [folder = '', processes = ''] = process.argv.slice(2);
const tally = new SharedTally(folder, Number(processes), console.error);
const mark = join(folder, 'somebody-is-here');
tally.add('kept');
let entered = 0;
let collisions = 0;
const until = performance.now() + 1500;
while (performance.now() < until) {
  if (tally.add('place') <= 1) {
    entered++;
    try {
      closeSync(openSync(mark, 'wx'));
      rmSync(mark);
    } catch {
      collisions++;
    }
  }
  tally.remove('place');
}
console.log(JSON.stringify({ entered, collisions }));
setInterval(() => {}, 1000);
