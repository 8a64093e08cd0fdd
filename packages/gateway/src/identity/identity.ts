/** The face the gate shows: its own, another server's, or one made by the operator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IdentityConfig } from '../config/sections/identity.ts';
import type { Page } from '../proxy/pages.ts';
import { apache } from './apache.ts';
import { iis } from './iis.ts';
import { nginx } from './nginx.ts';
import type { IdentityProfile } from './profile.ts';

export interface Identity extends IdentityProfile {
  /**
   * The head of an answer: order and spelling of the profile, Date and Connection said as the profile says them. `list`: names and
   * values in turn.
   */
  arrange(list: readonly string[], facts: AnswerFacts): string[];
}

export interface AnswerFacts {
  readonly isKept: boolean;
  /** The client has asked for the connection to be kept, or does not know that it is. */
  readonly asksToKeep: boolean;
  /** The body comes in chunks. */
  readonly isChunked: boolean;
}

/** For `custom`: nothing is said that the operator has not chosen. */
const plain: IdentityProfile = {
  ...nginx,
  server: undefined,
  order: ['Date', '*'],
  connection: 'implicit',
  reason: () => undefined,
};

const PROFILES: Readonly<Record<Exclude<IdentityConfig['profile'], 'own'>, IdentityProfile>> = {
  apache,
  nginx,
  iis,
  custom: plain,
};

/** Undefined where the gate shows its own face. Throws when a page cannot be read. */
export function createIdentity({ profile, headers, pages }: IdentityConfig): Identity | undefined {
  if (profile === 'own') return undefined;
  const base = PROFILES[profile];
  const own = pages === undefined ? undefined : readPages(pages);
  const order = headers.length > 0 ? headers : base.order;
  const ranks = new Map(order.map((name, rank) => [name.toLowerCase(), { name, rank }]));
  const rest = ranks.get('*')?.rank ?? order.length;
  return {
    ...base,
    order,
    page: (status, method) => own?.get(status) ?? base.page(status, method),
    arrange(list, facts) {
      const found: { readonly rank: number; readonly name: string; readonly value: string }[] = [];
      const add = (name: string, value: string): void => {
        const known = ranks.get(name.toLowerCase());
        found.push({ rank: known?.rank ?? rest, name: known?.name ?? name, value });
      };
      for (let at = 0; at + 1 < list.length; at += 2) {
        const name = list[at] as string;
        const lower = name.toLowerCase();
        if (lower !== 'connection' && lower !== 'date') add(name, list[at + 1] as string);
      }
      add('Date', new Date().toUTCString());
      if (facts.isChunked) add('Transfer-Encoding', 'chunked');
      if (!facts.isKept) add('Connection', 'close');
      else if (base.connection === 'always') add('Connection', 'keep-alive');
      else if (facts.asksToKeep) add('Connection', 'Keep-Alive');
      return found.toSorted((a, b) => a.rank - b.rank).flatMap(({ name, value }) => [name, value]);
    },
  };
}

/** Pages of a folder by status: `404.html`, `502.html`. */
function readPages(folder: string): ReadonlyMap<number, Page> {
  const files = readdirSync(folder).flatMap((file) => /^([45]\d\d)\.html$/.exec(file) ?? []);
  const pages = new Map<number, Page>();
  for (const status of files.filter((one) => /^\d{3}$/.test(one))) {
    const body = readFileSync(join(folder, `${status}.html`), 'latin1');
    pages.set(Number(status), { contentType: 'text/html; charset=utf-8', body });
  }
  return pages;
}
