import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { origin } from '../origin.ts';
import { timeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long a request that is under way keeps a process that is to end. */
export function limitsOfProcess({ config: { workers, timeouts }, where, upload }: Surroundings): readonly Limit[] {
  const duration = upload === undefined ? 0 : (upload.size / upload.rate) * 1000;
  const from = origin(where);
  const cut = (limit: number, when: string) =>
    bite(limit > 0 && duration > limit ? [limit / 1000, 'cut', when] : undefined);
  return [
    {
      stage: 'process',
      name: 'workers.drain',
      value: timeText(workers.drain),
      from: from('workers', 'drain'),
      effect: 'cut when its worker is replaced',
      ...cut(workers.drain, 'its worker is replaced meanwhile, by a reload for example'),
    },
    {
      stage: 'process',
      name: 'timeouts.drain',
      value: timeText(timeouts.drain),
      from: from('timeouts', 'drain'),
      effect: 'cut when the gate stops',
      ...cut(timeouts.drain, 'the gate is stopped meanwhile'),
    },
  ];
}
