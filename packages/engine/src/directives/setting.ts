import { type Configuration, type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { Word } from '../seclang/ast.ts';

/** Names of the settings that are on or off. */
type SwitchName = {
  [K in keyof EngineSettings]-?: EngineSettings[K] extends boolean ? K : never;
}[keyof EngineSettings];

interface Description {
  readonly name: string;
  readonly summary: string;
  readonly default: string;
  readonly deprecated?: string;
}

/** A directive whose value is one of a few words, caseless. */
export function choiceDirective<const Value extends string>(
  description: Description,
  words: readonly Value[],
  set: (value: Value, configuration: Configuration, word: Word) => void,
): Directive {
  return defineDirective({
    ...description,
    syntax: words.join('|'),
    apply: (node, configuration) => {
      const word = firstWord(node);
      const value = words.find((one) => one.toLowerCase() === word.text.toLowerCase());
      if (value === undefined) {
        configuration.error(
          `"${word.text}" is not a value of ${description.name}`,
          word.span,
          `write ${words.join(' or ')}`,
        );
        return;
      }
      set(value, configuration, word);
    },
  });
}

/** A word of old configurations that has no effect; `advice` says what to use instead. */
export function obsoleteDirective(name: string, summary: string, syntax: string, advice: string): Directive {
  return defineDirective({
    name,
    summary,
    syntax,
    deprecated: advice,
    minimumWords: 0,
    maximumWords: Number.POSITIVE_INFINITY,
    apply: () => {},
  });
}

/** A directive that cannot be honoured; `reason` says why and what to do instead. */
export function refusedDirective(
  name: string,
  summary: string,
  syntax: string,
  reason: string,
  hint: string,
): Directive {
  return defineDirective({
    name,
    summary,
    syntax,
    minimumWords: 0,
    maximumWords: Number.POSITIVE_INFINITY,
    apply: (node, configuration) => configuration.error(`${name}: ${reason}`, node.nameSpan, hint),
  });
}

/** A directive that switches a setting on or off. */
export function onOffDirective(description: Description, setting: SwitchName): Directive {
  return choiceDirective(description, ['On', 'Off'], (value, { settings }) => {
    settings[setting] = value === 'On';
  });
}

/** A directive with a whole number between two bounds. */
export function numberDirective(
  description: Description & { readonly unit?: string },
  minimum: number,
  maximum: number,
  set: (value: number, configuration: Configuration, word: Word) => void,
): Directive {
  return defineDirective({
    name: description.name,
    summary: description.summary,
    default: description.default,
    syntax: description.unit ?? 'number',
    apply: (node, configuration) => {
      const word = firstWord(node);
      const value = Number(word.text);
      if (!/^\d{1,15}$/.test(word.text) || value < minimum || value > maximum) {
        const bounds = maximum === Number.MAX_SAFE_INTEGER ? `at least ${minimum}` : `${minimum} to ${maximum}`;
        configuration.error(
          `"${word.text}" is not a value of ${description.name}`,
          word.span,
          `write a whole number, ${bounds}`,
        );
        return;
      }
      set(value, configuration, word);
    },
  });
}

/** A directive with free text, for example a path. */
export function textDirective(
  description: Description & { readonly syntax: string },
  set: (value: string, configuration: Configuration, word: Word) => void,
): Directive {
  return defineDirective({
    ...description,
    apply: (node, configuration) => {
      const word = firstWord(node);
      set(word.text, configuration, word);
    },
  });
}

/** A directive with an octal file mode; `default` gives the mode of the file system. */
export function modeDirective(
  description: Description,
  builtIn: number,
  set: (mode: number, configuration: Configuration) => void,
): Directive {
  return defineDirective({
    ...description,
    syntax: 'octal|default',
    apply: (node, configuration) => {
      const word = firstWord(node);
      if (word.text.toLowerCase() === 'default') {
        set(builtIn, configuration);
        return;
      }
      if (!/^0?[0-7]{3,4}$/.test(word.text)) {
        configuration.error(`"${word.text}" is not an octal file mode`, word.span, 'write for example 0640');
        return;
      }
      set(Number.parseInt(word.text, 8), configuration);
    },
  });
}
