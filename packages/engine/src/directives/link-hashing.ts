import { randomKey } from '../link-hashing/random-key.ts';
import { words } from '../operators/lists.ts';
import { PhraseAutomaton } from '../operators/phrase-automaton.ts';
import { decodePmContent, stripQuotes } from '../operators/pm-content.ts';
import { type Configuration, type Directive, defineDirective } from '../registry/directive.ts';
import type { HashedLink, LinkHashingSettings } from '../registry/settings.ts';
import type { Word } from '../seclang/ast.ts';
import { choiceDirective } from './setting.ts';

const kinds: readonly HashedLink[] = ['HashHref', 'HashFormAction', 'HashLocation', 'HashIframeSrc', 'HashFrameSrc'];
const bindings: readonly LinkHashingSettings['binding'][] = ['KeyOnly', 'SessionID', 'RemoteIP'];

/** Shorter keys can be found by trying. */
const SHORTEST_KEY = 16;

/** The SecHash family; until version 2.7 it was called SecEncryption. */
export const linkHashing: readonly Directive[] = [
  ...family('SecHash', undefined),
  ...family('SecEncryption', (name) => `write ${name.replace('Encryption', 'Hash')}`),
];

function family(prefix: string, advice: ((name: string) => string) | undefined): readonly Directive[] {
  const old = (name: string): { readonly deprecated?: string } =>
    advice === undefined ? {} : { deprecated: advice(name) };
  return [
    choiceDirective(
      {
        name: `${prefix}Engine`,
        summary: 'Sign links in responses, and let @validateHash check the signatures in requests.',
        default: 'Off',
        ...old(`${prefix}Engine`),
      },
      ['On', 'Off'],
      (value, configuration, word) => {
        const { linkHashing: settings } = configuration.settings;
        settings.engine = value === 'On';
        configuration.whenLoaded(() => {
          if (!settings.engine || value === 'Off' || settings.methods.length > 0) return;
          const hint = 'say with SecHashMethodRx or SecHashMethodPm which links are signed';
          configuration.warn('no link is ever signed', word.span, hint);
        });
      },
    ),
    defineDirective({
      name: `${prefix}Key`,
      summary: 'Secret of the signatures, rand for one that lasts as long as the process, and what is mixed into it.',
      syntax: `KEY|rand ${bindings.join('|')}`,
      default: 'rand KeyOnly',
      maximumWords: 2,
      ...old(`${prefix}Key`),
      apply: (node, configuration) => setKey(node.words, configuration),
    }),
    defineDirective({
      name: `${prefix}Param`,
      summary: 'Name of the query parameter that carries the signature.',
      syntax: 'NAME',
      default: 'crypt',
      ...old(`${prefix}Param`),
      apply: (node, configuration) => {
        const word = node.words[0];
        if (word === undefined) return;
        if (/^[\w.-]+$/.test(word.text)) configuration.settings.linkHashing.parameter = word.text;
        else configuration.error(`"${word.text}" cannot be the name of a query parameter`, word.span);
      },
    }),
    method(`${prefix}MethodRx`, 'regular expression', compileRegex, old(`${prefix}MethodRx`)),
    method(`${prefix}MethodPm`, 'phrases', compilePhrases, old(`${prefix}MethodPm`)),
  ];
}

function setKey([key, binding]: readonly Word[], configuration: Configuration): void {
  if (key === undefined) return;
  const { linkHashing: settings } = configuration.settings;
  if (key.text.toLowerCase() === 'rand') settings.key = randomKey();
  else {
    settings.key = key.text;
    if (key.text.length < SHORTEST_KEY) {
      configuration.warn(`a key of less than ${SHORTEST_KEY} bytes can be guessed`, key.span, 'rand makes a good one');
    }
  }
  if (binding === undefined) return;
  const found = bindings.find((one) => one.toLowerCase() === binding.text.toLowerCase());
  if (found === undefined) {
    configuration.error(
      `"${binding.text}" cannot be mixed into the key`,
      binding.span,
      `write ${bindings.join(' or ')}`,
    );
    return;
  }
  settings.binding = found;
}

type CompilePattern = (word: Word, configuration: Configuration) => (link: string) => boolean;

function compileRegex(word: Word, { regexes, regexOptions }: Configuration): (link: string) => boolean {
  const regex = regexes.compile(word.text, regexOptions);
  return (link) => regex.test(link);
}

function compilePhrases(word: Word): (link: string) => boolean {
  const phrases = words(decodePmContent(stripQuotes(word.text)) ?? word.text);
  if (phrases.length === 0) throw new Error('no phrase given');
  const automaton = new PhraseAutomaton(phrases);
  return (link) => automaton.find(link) !== undefined;
}

function method(name: string, what: string, compile: CompilePattern, old: { readonly deprecated?: string }): Directive {
  return defineDirective({
    name,
    summary: `Sign the links of one kind that the ${what} matches.`,
    syntax: `${kinds.join('|')} PATTERN`,
    minimumWords: 2,
    maximumWords: 2,
    ...old,
    apply: (node, configuration) => {
      const [kind, pattern] = node.words;
      if (kind === undefined || pattern === undefined) return;
      const found = kinds.find((one) => one.toLowerCase() === kind.text.toLowerCase());
      if (found === undefined) {
        configuration.error(`"${kind.text}" is not a kind of link`, kind.span, `write ${kinds.join(' or ')}`);
        return;
      }
      try {
        configuration.settings.linkHashing.methods.push({ kind: found, matches: compile(pattern, configuration) });
      } catch (cause) {
        configuration.error(cause instanceof Error ? cause.message : String(cause), pattern.span);
      }
    },
  });
}
