import { isIP } from 'node:net';
import { clientNetwork } from '../../listener/client-network.ts';
import { askOneWorker, type Unaddressed } from '../ask-one-worker.ts';
import type { Control } from '../control.ts';
import { AdminError, type Endpoint } from '../endpoint.ts';
import { keepStanding } from '../keep-standing.ts';
import type { BanOrder, BanReply } from '../queries/bans.ts';

const LONGEST_REASON = 40;
/** A year, in seconds. */
const LONGEST_BAN = 31_536_000;

export const listBans: Endpoint = {
  method: 'GET',
  path: '/bans',
  summary: 'Who is banned, by whom or what, why, since when and until when (milliseconds since 1970).',
  async handle(_request, control) {
    return { status: 200, body: await tell(control, { task: 'list' }) };
  },
};

export const addBan: Endpoint = {
  method: 'POST',
  path: '/bans',
  summary:
    'Bans an address, and its /64 in IPv6: `{ "address": …, "seconds": …, "reason": … }`. Clients in `floods.allow` are let through all the same. It lasts over restarts and upgrades (`state_dir`).',
  async handle({ body }, control) {
    const { address, seconds, reason = 'by hand' } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof address !== 'string' || isIP(address) === 0)
      throw new AdminError(400, 'address: an IP address is needed');
    if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= LONGEST_BAN)) {
      throw new AdminError(400, `seconds: a number up to ${LONGEST_BAN} is needed`);
    }
    if (typeof reason !== 'string' || reason.length > LONGEST_REASON || !/^[\x20-\x7e]*$/.test(reason)) {
      throw new AdminError(400, `reason: up to ${LONGEST_REASON} printable ASCII characters`);
    }
    const milliseconds = seconds * 1000;
    const reply = await tell(control, { task: 'add', address, milliseconds, reason });
    const until = Date.now() + milliseconds;
    keepStanding(control, keyOf(address), { query: 'restore-ban', parameters: { address, until, reason }, until });
    return { status: 200, body: reply };
  },
};

export const removeBan: Endpoint = {
  method: 'DELETE',
  path: '/bans/:address',
  summary: 'Lifts a ban and forgets what led to it. 404 when there is none.',
  async handle({ parameters }, control) {
    const address = parameters['address'] ?? '';
    const isKey = address.endsWith('::/64') || address.startsWith('principal:');
    if (!isKey && isIP(address) === 0)
      throw new AdminError(400, `${address} is neither an IP address nor from the list`);
    const reply = await tell(control, { task: 'remove', address });
    keepStanding(control, keyOf(address), undefined);
    if ('wasBanned' in reply && !reply.wasBanned) throw new AdminError(404, `${address} is not banned`);
    return { status: 200, body: reply };
  },
};

/** `address` may also be what a listing shows: the /64 of an address in IPv6. */
function keyOf(address: string): string {
  return `ban ${isIP(address) === 0 ? address : clientNetwork(address)}`;
}

/** Workers share what they know. */
function tell(control: Control, task: Unaddressed<BanOrder>): Promise<NonNullable<BanReply>> {
  return askOneWorker<BanOrder, NonNullable<BanReply>>(control, 'bans', task);
}
