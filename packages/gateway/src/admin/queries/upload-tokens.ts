import { utf8Bytes } from '../../listener/utf8-bytes.ts';
import type { RevokedToken } from '../../stages/auth/upload-token/revoked-tokens.ts';
import { type IssuedToken, TokenRefused, type TokenWish } from '../../stages/auth/upload-token/upload-tokens.ts';
import type { Query } from '../query.ts';

/** What a worker is asked to do with a token; any of them can, so the one that is named does it. */
export type TokenTask = { readonly pid: number; readonly by: string } & (
  | { readonly task: 'issue'; readonly wish: TokenWish }
  | { readonly task: 'refresh'; readonly token: string; readonly seconds: number }
  | { readonly task: 'read'; readonly token: string }
  | { readonly task: 'list' }
);

/** Null comes from the workers that were not meant. Times are in milliseconds since the epoch. */
export type TokenReply =
  | null
  | { readonly refusal: string }
  | { readonly issued: IssuedToken; readonly replaces?: { readonly id: string; readonly expires: number } }
  | { readonly id: string; readonly expires: number }
  | { readonly revoked: readonly RevokedToken[] };

/** Makes tokens and reads them. */
export const uploadTokens: Query = {
  name: 'upload-tokens',
  answer({ uploadTokens: tokens, logs }, parameters): TokenReply {
    // It comes from our own endpoint.
    const order = parameters as TokenTask;
    if (order.pid !== process.pid) return null;
    const note = ({ id, user, path }: IssuedToken, what: string): void => {
      const line = `upload token ${id} of ${JSON.stringify(user)} for ${path} ${what} by ${order.by}`;
      logs.error('notice', 'auth', utf8Bytes(line));
    };
    try {
      switch (order.task) {
        case 'issue': {
          const issued = tokens.issue(order.wish);
          note(issued, 'made');
          return { issued };
        }
        case 'refresh': {
          const { issued, old } = tokens.refresh(order.token, order.seconds);
          note(issued, `made in place of ${old.id}`);
          return { issued, replaces: { id: old.id, expires: old.expires * 1000 } };
        }
        case 'read': {
          const { id, expires } = tokens.read(order.token).grant;
          return { id, expires: expires * 1000 };
        }
        case 'list':
          return { revoked: tokens.revoked.all };
      }
    } catch (cause) {
      if (cause instanceof TokenRefused) return { refusal: cause.message };
      throw cause;
    }
  },
};

/** Takes tokens back. The order holds for processes that start later, and over restarts. */
export const revokeToken: Query = {
  name: 'revoke-token',
  answer({ uploadTokens: { revoked } }, parameters) {
    const { id, user, from, until, by } = parameters as Partial<RevokedToken>;
    const isAbout = (id === undefined) !== (user === undefined) && typeof (id ?? user) === 'string';
    // It may come from a file, that may be somebody else's.
    if (!isAbout || typeof from !== 'number' || typeof until !== 'number' || typeof by !== 'string')
      throw new Error('no token');
    revoked.add({ ...(id === undefined ? {} : { id }), ...(user === undefined ? {} : { user }), from, until, by });
    return { isDone: true };
  },
};
