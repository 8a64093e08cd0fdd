import type { ConnectionLimit, ConnectionSettings } from '../contract.ts';
import { AddressSet } from '../operators/address-set.ts';
import { parseAddress, parseRange } from '../operators/ip-address.ts';
import { readLists } from '../operators/lists.ts';
import { type Configuration, type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import type { Word } from '../seclang/ast.ts';
import { choiceDirective } from './setting.ts';

function limit(name: string, summary: string, side: 'reading' | 'writing', deprecated?: string): Directive {
  return defineDirective({
    name,
    summary,
    syntax: 'number ["[!]@ipMatch LIST" | "[!]@ipMatchFromFile FILE"]',
    default: '0 (no limit)',
    maximumWords: 2,
    ...(deprecated === undefined ? {} : { deprecated }),
    apply: (node, configuration) => {
      const count = firstWord(node);
      const which = node.words[1];
      if (!/^\d{1,9}$/.test(count.text)) {
        configuration.error(
          `"${count.text}" is not a value of ${name}`,
          count.span,
          'write a whole number, at least 0',
        );
        return;
      }
      const appliesTo = which === undefined ? () => true : addressTest(which, configuration);
      if (appliesTo === undefined) return;
      const settings: Record<keyof ConnectionSettings, unknown> = configuration.settings.connections;
      settings[side] = { maximum: Number(count.text), appliesTo } satisfies ConnectionLimit;
    },
  });
}

/** `@ipMatch` names the addresses that are limited, `!@ipMatch` those that are not. */
function addressTest(word: Word, configuration: Configuration): ((address: string) => boolean) | undefined {
  const found = /^(!?)@(ipMatch|ipMatchF|ipMatchFromFile)\s+(.*)$/is.exec(word.text);
  if (found === null) {
    configuration.error(`"${word.text}" does not name addresses`, word.span, 'write @ipMatch or !@ipMatch and a list');
    return undefined;
  }
  const [, negation, operator = '', argument = ''] = found;
  try {
    const entries =
      operator.toLowerCase() === 'ipmatch'
        ? argument.split(',').map((entry) => entry.trim())
        : readLists(argument, (path) => configuration.files.read(configuration.files.resolve(word.span.file, path)));
    const addresses = new AddressSet(
      entries.map((entry) => {
        const range = parseRange(entry);
        if (range === undefined) throw new Error(`"${entry}" is neither an IP address nor a block such as 10.0.0.0/8`);
        return range;
      }),
    );
    return (text) => {
      const address = parseAddress(text);
      return (address !== undefined && addresses.has(address)) !== (negation === '!');
    };
  } catch (cause) {
    configuration.error(cause instanceof Error ? cause.message : String(cause), word.span);
    return undefined;
  }
}

const READING = 'Most connections of one address that are sending their request; more are closed.';
const WRITING = 'Most connections of one address that are receiving their response; more are closed.';

/** Limits of connections. The server counts; the engine only knows the numbers. */
export const connectionLimits: readonly Directive[] = [
  choiceDirective(
    {
      name: 'SecConnEngine',
      summary: 'Whether the limits of connections are enforced, only reported, or ignored.',
      default: 'Off',
    },
    ['On', 'Off', 'DetectionOnly'],
    (mode, { settings }) => {
      settings.connections.engine = mode;
    },
  ),
  limit('SecConnReadStateLimit', READING, 'reading'),
  limit('SecConnWriteStateLimit', WRITING, 'writing'),
  limit('SecReadStateLimit', READING, 'reading', 'write SecConnReadStateLimit'),
  limit('SecWriteStateLimit', WRITING, 'writing', 'write SecConnWriteStateLimit'),
];
