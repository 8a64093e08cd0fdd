import type { Limit } from '../limit.ts';
import { origin } from '../origin.ts';
import { timeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

/** How much one client may ask for, as requests are counted: evenly, or as mod_evasive does. */
export function limitsOfFloods({ config: { floods }, where }: Surroundings): readonly Limit[] {
  const from = origin(where);
  const window = ({ requests, per }: { readonly requests: number; readonly per: number }): string =>
    requests === 0 ? 'no limit' : `${requests} requests in ${timeText(per)}`;
  const outcome = floods.observe ? 'logged' : floods.action === 'drop' ? 'closed' : String(floods.status);
  const effect = floods.ban > 0 ? `${outcome}, for ${timeText(floods.ban)}` : outcome;
  const stage = 'flood';
  if (floods.mode === 'off') {
    return [{ stage, name: 'floods.mode', value: 'off', from: from('floods', 'mode'), effect: 'nothing is counted' }];
  }
  const work: Limit = {
    stage,
    name: 'floods.work.time',
    value: floods.work.time === 0 ? 'no limit' : `${timeText(floods.work.time)} in ${timeText(floods.work.per)}`,
    from: from('floods', 'work', 'time'),
    effect: `${outcome}, for ${timeText(floods.work.ban)}`,
  };
  if (floods.mode === 'evasive') {
    const { pageCount, pageInterval, siteCount, siteInterval, blockingPeriod } = floods.evasive;
    const held = `${outcome}, for ${blockingPeriod} s from the last request`;
    return [
      {
        stage,
        name: 'floods.evasive.page_count',
        value: `${pageCount} at less than ${pageInterval} s`,
        from: from('floods', 'evasive', 'pageCount'),
        effect: held,
      },
      {
        stage,
        name: 'floods.evasive.site_count',
        value: `${siteCount} at less than ${siteInterval} s`,
        from: from('floods', 'evasive', 'siteCount'),
        effect: held,
      },
      work,
    ];
  }
  return [
    {
      stage,
      name: 'floods.address',
      value: window(floods.address),
      from: from('floods', 'address', 'requests'),
      effect,
    },
    { stage, name: 'floods.path', value: window(floods.path), from: from('floods', 'path', 'requests'), effect },
    ...floods.paths.map(
      (one, at): Limit => ({
        stage,
        name: `floods.paths ${one.path}`,
        value: window(one),
        from: from('floods', 'paths', at),
        effect,
      }),
    ),
    {
      stage,
      name: 'floods.principal',
      value: window(floods.principal),
      from: from('floods', 'principal', 'requests'),
      effect,
    },
    {
      stage,
      name: 'floods.penalties.points',
      value:
        floods.penalties.points === 0 ? 'no limit' : `${floods.penalties.points} in ${timeText(floods.penalties.per)}`,
      from: from('floods', 'penalties', 'points'),
      effect: `${outcome}, for ${timeText(floods.penalties.ban)}`,
    },
    work,
  ];
}
