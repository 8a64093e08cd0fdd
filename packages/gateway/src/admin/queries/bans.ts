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
