import type { Limit } from '../limit.ts';
import { origin } from '../origin.ts';
import { timeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';

/** Failed logins; none on a route that asks for no credentials. */
export function limitsOfLogins({ config: { floods }, where, route }: Surroundings): readonly Limit[] {
  if ((route.auth?.providers.length ?? 0) === 0) return [];
  const from = origin(where);
  const { perClient, perUser, per, ban, longestHold } = floods.logins;
  const value = (count: number): string => (count === 0 ? 'no limit' : `${count} failed in ${timeText(per)}`);
  return [
    {
      stage: 'flood',
      name: 'floods.logins.per_client',
      value: value(perClient),
      from: from('floods', 'logins', 'perClient'),
      effect: `429, for ${timeText(ban)}`,
    },
    {
      stage: 'auth',
      name: 'floods.logins.per_user',
      value: value(perUser),
      from: from('floods', 'logins', 'perUser'),
      effect: `429, for 1 s and twice as long each time, ${timeText(longestHold)} at most`,
    },
  ];
}
