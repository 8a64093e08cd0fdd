import type { RegexCache } from '../regex/index.ts';
import { type Configuration, type Directive, defineDirective } from '../registry/directive.ts';
import { parseIdRanges, selectById, selectByMessage, selectByTag } from '../registry/rule-selection.ts';
import type { RuleSelection } from '../registry/transaction-state.ts';
import type { Word } from '../seclang/ast.ts';

type Select = (word: Word, configuration: Configuration) => RuleSelection;

const byId: Select = (word) => selectById(parseIdRanges(word.text));
const byTag: Select = (word, configuration) => selectByTag(compilePattern(word, configuration));
const byMessage: Select = (word, configuration) => selectByMessage(compilePattern(word, configuration));

/** Gives the selection a word names, or undefined after reporting why it cannot. */
export function selectRules(
  select: 'id' | 'tag' | 'msg',
  word: Word,
  configuration: Configuration,
): RuleSelection | undefined {
  const how = { id: byId, tag: byTag, msg: byMessage }[select];
  try {
    return how(word, configuration);
  } catch (cause) {
    configuration.error(cause instanceof Error ? cause.message : String(cause), word.span);
    return undefined;
  }
}

function compilePattern(word: Word, configuration: Configuration): ReturnType<RegexCache['compile']> {
  return configuration.regexes.compile(word.text, configuration.regexOptions);
}

function removal(name: string, select: 'id' | 'tag' | 'msg', summary: string, syntax: string): Directive {
  return defineDirective({
    name,
    summary,
    syntax,
    maximumWords: Number.POSITIVE_INFINITY,
    apply: (node, configuration) => {
      for (const word of node.words) {
        const selection = selectRules(select, word, configuration);
        if (selection !== undefined && configuration.removeRules(selection) === 0) {
          configuration.warn(
            `no rule loaded so far has ${selection.description}`,
            word.span,
            'the directive must stand after the rules it means',
          );
        }
      }
    },
  });
}

export const ruleRemovals: readonly Directive[] = [
  removal('SecRuleRemoveById', 'id', 'Drops rules loaded so far, whole chains included.', 'ID|ID-ID …'),
  removal(
    'SecRuleRemoveByTag',
    'tag',
    'Drops rules loaded so far that have a tag the regular expression matches.',
    'REGEX …',
  ),
  removal(
    'SecRuleRemoveByMsg',
    'msg',
    'Drops rules loaded so far whose message the regular expression matches.',
    'REGEX …',
  ),
];
