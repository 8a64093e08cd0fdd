/** `upstreams.NAME.sticky`: what binds a client to an address. */
import { checkCookieName } from '../../checks.ts';
import { duration, type Table, text } from '../../field.ts';

export interface StickyConfig {
  readonly cookie: string;
  readonly secret: string;
  readonly maxAge?: number;
}

export const sticky: Table<StickyConfig> = {
  cookie: {
    type: text('name', checkCookieName),
    default: 'route',
    summary: 'Name of the cookie that binds a client to an address.',
  },
  secret: {
    type: text('text of 16 characters or more', (value) =>
      value.length < 16 ? 'the secret needs 16 characters or more' : undefined,
    ),
    summary:
      'Makes the value of the cookie, which shows neither address nor order. All gates of a site need the same; best taken from the environment.',
  },
  maxAge: {
    type: duration(),
    isOptional: true,
    summary: 'How long browsers keep the cookie; until they close when absent.',
  },
};
