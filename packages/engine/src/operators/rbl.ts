import { isAlphanumeric, trimSpace } from '../bytes/ascii.ts';
import { escapeKey } from '../bytes/escape.ts';
import { defineOperator, type Operator, OperatorError } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { type Address, parseAddress } from './ip-address.ts';

export const rbl: Operator = defineOperator({
  name: 'rbl',
  summary:
    'Matches when the value, an IP address or a host name, is listed in the DNS block list of the given zone, that is, when its name there has an IPv4 address.',
  examples: [
    { argument: 'bl.example', value: '192.0.2.1', matches: true },
    { argument: 'bl.example', value: '192.0.2.2', matches: false },
    { argument: 'bl.example', value: 'spam.example', matches: true },
  ],
  compile: (argument, context) => {
    const zone = trimSpace(argument.source);
    if (!isHostName(zone)) throw new Error(`"${zone}" is no DNS zone`);
    const { resolver, httpBlKey } = context;
    if (resolver === undefined)
      throw new Error('no name resolver is configured, and block lists are asked through DNS');
    const list = LISTS.find(({ domain }) => zone === domain || zone.endsWith(`.${domain}`));
    if (list?.needsKey && httpBlKey === undefined) {
      // ModSecurity loads such rules (CRS 3.3 has one, behind a switch) and finds nothing when they run.
      context.warn(`${zone} answers nobody without a key, so this rule never matches; set SecHttpBlKey before it`);
      return { test: () => false, describe: (_value, name) => `RBL lookup at ${name} needs SecHttpBlKey.` };
    }
    const prefix = list?.needsKey ? `${httpBlKey}.` : '';

    // What a transaction has learnt, so that the sentence need not ask again. Gone with the transaction.
    const answers = new WeakMap<TransactionState, Map<string, string | undefined>>();
    const sentence = (value: string, name: string, tx: TransactionState): string => {
      const answer = answers.get(tx)?.get(value) ?? '';
      // ModSecurity writes the key into the log as well; it is nobody's business there.
      const question = escapeKey(questionFor(value, '', zone) ?? '');
      const explanation = list === undefined ? '.' : list.explain(answer);
      return explanation === undefined
        ? `RBL lookup of ${question} failed: bad response`
        : `RBL lookup of ${question} succeeded at ${name}${explanation}`;
    };
    return {
      test: () => {
        throw new OperatorError('@rbl has to wait for DNS');
      },
      testLater: async (value, { tx }) => {
        const known = answers.get(tx) ?? new Map<string, string | undefined>();
        answers.set(tx, known);
        if (!known.has(value)) {
          const question = questionFor(value, prefix, zone);
          known.set(value, question === undefined ? undefined : await firstAddress(question));
        }
        return known.get(value) !== undefined;
      },
      describe: (value, name, { tx }) => sentence(value, name, tx),
      captures: (value, { tx }) => [sentence(value, tx.matchedVarName ?? '', tx)],
      span: (value) => [0, value.length],
    };

    async function firstAddress(question: string): Promise<string | undefined> {
      try {
        return (await resolver?.resolve4(question))?.[0];
      } catch (cause) {
        throw new OperatorError(`RBL lookup in ${zone} failed: ${cause instanceof Error ? cause.message : cause}`, {
          cause,
        });
      }
    }
  },
});

/** A list whose answers mean more than "listed". */
interface BlockList {
  readonly domain: string;
  readonly needsKey: boolean;
  /** What follows the variable's name in the sentence; undefined for an answer the list never gives. */
  explain(address: string): string | undefined;
}

const LISTS: readonly BlockList[] = [
  { domain: 'uribl.com', needsKey: false, explain: (address) => ` (${URIBL[lastByte(address)] ?? 'WHITE'}).` },
  {
    domain: 'spamhaus.org',
    needsKey: false,
    explain: (address) => {
      const meaning = SPAMHAUS[lastByte(address)];
      return meaning === undefined ? '.' : ` (${meaning}).`;
    },
  },
  {
    domain: 'httpbl.org',
    needsKey: true,
    // The answer is 127.<days since last seen>.<threat score>.<kind of visitor>.
    explain: (address) => {
      const [network, days, score, kind] = address.split('.');
      if (network !== '127') return undefined;
      return `. ${HTTPBL[Number(kind)] ?? ' '}: ${days} days since last activity, threat score ${score}`;
    },
  },
];

const URIBL: Readonly<Record<number, string>> = {
  2: 'BLACK',
  4: 'GREY',
  8: 'RED',
  14: 'BLACK,GREY,RED',
  255: 'DNS IS BLOCKED',
};

const SPAMHAUS: Readonly<Record<number, string>> = {
  2: 'Static UBE sources',
  3: 'Static UBE sources',
  4: 'Illegal 3rd party exploits',
  5: 'Illegal 3rd party exploits',
  6: 'Illegal 3rd party exploits',
  7: 'Illegal 3rd party exploits',
  10: 'Delivering unauthenticated SMTP email',
  11: 'Delivering unauthenticated SMTP email',
};

const HTTPBL: readonly string[] = [
  'Search Engine',
  'Suspicious IP',
  'Harvester IP',
  'Suspicious harvester IP',
  'Comment spammer IP',
  'Suspicious comment spammer IP',
  'Harvester and comment spammer IP',
  'Suspicious harvester comment spammer IP',
];

function lastByte(address: string): number {
  return Number(address.slice(address.lastIndexOf('.') + 1));
}

/** The name to ask for (RFC 5782 §2): the address backwards, or a host name, in front of the zone; undefined for neither. */
function questionFor(value: string, prefix: string, zone: string): string | undefined {
  const address = parseAddress(value);
  const subject = address === undefined ? value : backwards(address);
  const question = `${prefix}${subject}.${zone}`;
  // The value comes from a client. What is no host name cannot be listed, so nobody is asked about it.
  return isHostName(question) ? question : undefined;
}

/** The bytes of an IPv4 address, or the hexadecimal digits of an IPv6 address, last one first, separated by dots. */
function backwards(address: Address): string {
  if (typeof address === 'bigint') {
    return [...address.toString(16).padStart(32, '0')].reverse().join('.');
  }
  return [address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff, address >>> 24].join('.');
}

/** Labels of 1-63 letters, digits, `-` and `_`, separated by dots, 253 bytes at most. */
function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  return text.split('.').every((label) => {
    if (label.length === 0 || label.length > 63) return false;
    for (let index = 0; index < label.length; index++) {
      const byte = label.charCodeAt(index);
      if (!isAlphanumeric(byte) && byte !== 0x2d && byte !== 0x5f) return false;
    }
    return true;
  });
}
