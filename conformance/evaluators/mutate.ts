import type { HeaderList } from '../../packages/engine/src/contract.ts';
import type { Seeded } from '../regex/seeded.ts';
import type { Exchange } from './exchange.ts';

/** Bytes on which rules and transformations turn. */
const SPECIAL = '\'"`\\/.%+&=?;:,|<>()[]{}$#@!*^~- \t\r\n\0\xa0\xc3\xff';
const ENTITIES = [
  '&lt;',
  '&#x3c;',
  '%3c',
  '%u003c',
  '\\u003c',
  '\\x3c',
  '%2527',
  '/*!',
  '--',
  '../',
  '0x3c',
  'PHNjcmlwdD4=',
];

/** The exchange with some of its texts changed; `material` is what can be put in. */
export function mutate(one: Exchange, material: readonly string[], random: Seeded): Exchange {
  const change = (text: string): string => mutateText(text, material, random);
  const sometimes = (text: string): string => (random.oneIn(3) ? change(text) : text);
  const { head } = one;
  const headers: HeaderList = head.headers.map(([name, value]) => [
    random.oneIn(20) ? change(name) : name,
    random.oneIn(6) ? change(value) : value,
  ]);
  const extra: HeaderList = random.oneIn(4) ? [[random.pick(HEADER_NAMES), change(random.pick(material))]] : [];
  return {
    head: {
      ...head,
      method: random.oneIn(12) ? change(head.method) : head.method,
      uri: addArgument(sometimes(head.uri), material, random),
      protocol: random.oneIn(20) ? change(head.protocol) : head.protocol,
      headers: [...headers, ...extra],
    },
    body: one.body === '' ? '' : sometimes(one.body),
    response: random.oneIn(10) ? { ...one.response, status: 200 + random.below(400) } : one.response,
    responseBody: random.oneIn(8) ? change(one.responseBody + random.pick(material)) : one.responseBody,
  };
}

const HEADER_NAMES = ['User-Agent', 'Referer', 'Cookie', 'X-Forwarded-For', 'Accept', 'Range', 'Content-Type', 'X-Own'];

function addArgument(uri: string, material: readonly string[], random: Seeded): string {
  if (!random.oneIn(3)) return uri;
  const value = mutateText(random.pick(material), material, random);
  const sent = random.oneIn(2) ? value : escapeSome(value, random);
  return `${uri}${uri.includes('?') ? '&' : '?'}${random.oneIn(2) ? 'q' : mutateText('name', material, random)}=${sent}`;
}

function mutateText(text: string, material: readonly string[], random: Seeded): string {
  let changed = text;
  for (let times = random.below(3); times >= 0; times--) changed = mutateOnce(changed, material, random);
  return changed.slice(0, 4096);
}

function mutateOnce(text: string, material: readonly string[], random: Seeded): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(8));
  const splice = (put: string, to = at): string => text.slice(0, at) + put + text.slice(to);
  switch (random.below(9)) {
    case 0:
      return splice(random.pick(SPECIAL));
    case 1:
      return splice(String.fromCharCode(random.below(256)), Math.min(text.length, at + 1));
    case 2:
      return splice('', end);
    case 3:
      return splice(random.pick(material));
    case 4:
      return splice(random.pick(ENTITIES));
    case 5:
      return splice(text.slice(at, end).repeat(1 + random.below(4)), end);
    case 6:
      return splice(
        text
          .slice(at, end)
          .toUpperCase()
          .replaceAll(/[^\0-\xff]/g, ''),
        end,
      );
    case 7:
      return splice(escapeSome(text.slice(at, end), random), end);
    default:
      return random.pick(material);
  }
}

function escapeSome(text: string, random: Seeded): string {
  return Array.from(text, (byte) =>
    random.oneIn(2) ? byte : `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  ).join('');
}
