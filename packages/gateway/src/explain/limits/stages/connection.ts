import { bite } from '../bite.ts';
import type { Limit } from '../limit.ts';
import { origin } from '../origin.ts';
import { timeText } from '../quantities.ts';
import type { Surroundings } from '../surroundings.ts';
import { originOfPace, pace, paceBite } from './pace.ts';

/** What a connection meets before and around a request: how many there may be, and how slow a client. */
export function limitsOfConnection({ config, where, isSecure, upload }: Surroundings): readonly Limit[] {
  const { limits, connections, slowClients, timeouts } = config;
  const from = origin(where);
  const found: Limit[] = [
    {
      stage: 'limits',
      name: 'limits.connections',
      value: String(limits.connections),
      from: from('limits', 'connections'),
      effect: 'the connection idle for longest makes room; else closed',
    },
    {
      stage: 'limits',
      name: 'connections.per_address',
      value: connections.perAddress === 0 ? 'no limit' : String(connections.perAddress),
      from: from('connections', 'perAddress'),
      effect: 'closed',
    },
    {
      stage: 'limits',
      name: 'connections.keep_alive_below',
      value: `${connections.keepAliveBelow} %`,
      from: from('connections', 'keepAliveBelow'),
      effect: 'closed after the answer',
    },
    {
      stage: 'limits',
      name: 'timeouts.keep_alive',
      value: timeText(timeouts.keepAlive),
      from: from('timeouts', 'keepAlive'),
      effect: 'idle connections are closed',
    },
    {
      stage: 'limits',
      name: 'limits.requests_per_connection',
      value: limits.requestsPerConnection === 0 ? 'no limit' : String(limits.requestsPerConnection),
      from: from('limits', 'requestsPerConnection'),
      effect: 'closed after the answer',
    },
    pace('slow_clients.header', slowClients.header, originOfPace(where, 'header'), '408'),
    {
      ...pace('slow_clients.body', slowClients.body, originOfPace(where, 'body'), '408'),
      ...bite(paceBite(slowClients.body, upload)),
    },
    {
      stage: 'limits',
      name: 'timeouts.body_idle',
      value: timeText(timeouts.bodyIdle),
      from: from('timeouts', 'bodyIdle'),
      effect: '408 after silence',
    },
    pace('slow_clients.response', slowClients.response, originOfPace(where, 'response'), 'cut'),
  ];
  const handshake = pace('slow_clients.handshake', slowClients.handshake, originOfPace(where, 'handshake'), 'closed');
  return isSecure ? [{ ...handshake, stage: 'tls' }, ...found] : found;
}
