import { isIP } from 'node:net';
import type { ListedBan } from '../../stages/flood/flood-control.ts';
import type { Query } from '../query.ts';

/** What a worker is asked to do. Workers share their bans, so one of them does it. */
export type BanOrder = { readonly pid: number } & (
  | { readonly task: 'list' }
  | { readonly task: 'add'; readonly address: string; readonly milliseconds: number; readonly reason: string }
  | { readonly task: 'remove'; readonly address: string }
);

/** Null comes from the workers that were not meant. */
export type BanReply =
  | null
  | { readonly bans: readonly ListedBan[] }
  | { readonly isAllowed: boolean }
  | { readonly wasBanned: boolean };

/** Lists, adds and removes bans. */
export const bans: Query = {
  name: 'bans',
  async answer({ floods }, parameters): Promise<BanReply> {
    // It comes from our own endpoint.
    const order = parameters as BanOrder;
    if (order.pid !== process.pid) return null;
    switch (order.task) {
      case 'list':
        return { bans: await floods.list() };
      case 'add':
        await floods.add(order.address, order.milliseconds, order.reason);
        return { isAllowed: floods.isAllowed(order.address) };
      case 'remove':
        return { wasBanned: await floods.remove(order.address) };
    }
  },
};

/** A ban that was ordered before this process began. */
export interface RestoreOrder {
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
}

/** Puts a ban in force again, where it is not. */
export const restoreBan: Query = {
  name: 'restore-ban',
  async answer({ floods }, parameters) {
    const { address, until, reason } = parameters as Partial<RestoreOrder>;
    // It comes from a file, that may be somebody else's.
    if (typeof address !== 'string' || isIP(address) === 0 || typeof until !== 'number' || typeof reason !== 'string')
      throw new Error('no ban');
    await floods.restore(address, until, reason);
    return { isDone: true };
  },
};
