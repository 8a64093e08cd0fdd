import { type ActionNode, type Node, parseIdRanges, type Span, type Word } from '@sallyport/engine/language';
import { parseCtlExclusion } from '../lint/ctl-exclusion.ts';
import { usesOf } from '../lint/uses.ts';

/** A place that names something other places name as well. */
export interface Mention {
  readonly kind: 'rule' | 'marker' | 'tag' | 'variable';
  /** Id, name of the marker, tag, or `TX:key`. For a mention of several: as written. */
  readonly name: string;
  readonly isDefinition: boolean;
  readonly span: Span;
  /** Whether it means a thing of that name; absent when only its own name is meant. */
  readonly covers?: (name: string) => boolean;
}

/** Everything a file names, in order. */
export function mentionsOf(nodes: readonly Node[]): readonly Mention[] {
  return nodes.flatMap(mentionsOfNode);
}

function mentionsOfNode(node: Node): readonly Mention[] {
  switch (node.kind) {
    case 'comment':
      return [];
    case 'block':
      return mentionsOf(node.children);
    case 'directive':
      return directiveMentions(node.name.toLowerCase(), node.words);
    case 'rule':
    case 'action':
      return [...node.actions.flatMap(actionMentions), ...variableMentions(node)];
  }
}

/** Whether two mentions are about the same thing. */
export function meetsMention(left: Mention, right: Mention): boolean {
  if (left.kind !== right.kind) return false;
  if (left.name === right.name) return true;
  return left.covers?.(right.name) === true || right.covers?.(left.name) === true;
}

function directiveMentions(name: string, words: readonly Word[]): Mention[] {
  const [first] = words;
  if (first === undefined) return [];
  switch (name) {
    case 'secmarker':
      return [{ kind: 'marker', name: first.text, isDefinition: true, span: first.span }];
    case 'secruleremovebyid':
      return words.flatMap(({ text, span }) => idMention(text, span));
    case 'secruleupdatetargetbyid':
    case 'secruleupdateactionbyid':
      return idMention(first.text.replace(/:\d+$/, ''), first.span);
    case 'secruleremovebytag':
      return words.map(({ text, span }) => tagPattern(text, span));
    case 'secruleupdatetargetbytag':
      return [tagPattern(first.text, first.span)];
    default:
      return [];
  }
}

function actionMentions(action: ActionNode): Mention[] {
  const { name, argument, argumentSpan: span } = action;
  if (argument === undefined || span === undefined) return [];
  switch (name.toLowerCase()) {
    case 'id':
      return [{ kind: 'rule', name: argument, isDefinition: true, span }];
    case 'tag':
      return [{ kind: 'tag', name: argument, isDefinition: true, span }];
    case 'skipafter':
      return [{ kind: 'marker', name: argument, isDefinition: false, span }];
    case 'ctl':
      return ctlMentions(action, argument);
    default:
      return [];
  }
}

function ctlMentions(action: ActionNode, argument: string): Mention[] {
  const exclusion = parseCtlExclusion(argument);
  if (exclusion === undefined || exclusion.by === 'msg') return [];
  const start = argument.indexOf('=') + 1;
  const span = {
    file: action.span.file,
    start: action.argumentPositionAt(start),
    end: action.argumentPositionAt(start + exclusion.which.length),
  };
  return exclusion.by === 'id' ? idMention(exclusion.which, span) : [tagPattern(exclusion.which, span)];
}

function idMention(text: string, span: Span): Mention[] {
  try {
    const ranges = parseIdRanges(text);
    const covers = (name: string): boolean =>
      ranges.some(({ first, last }) => Number(name) >= first && Number(name) <= last);
    return [{ kind: 'rule', name: text, isDefinition: false, span, covers }];
  } catch {
    // Half-written ids name nothing yet.
    return [];
  }
}

/** Tags are meant by patterns; nearly all of them are plain text, and that is all an editor needs to follow. */
function tagPattern(text: string, span: Span): Mention {
  const plain = text.replace(/^\^|\$$/g, '').replaceAll('\\', '');
  return { kind: 'tag', name: text, isDefinition: false, span, covers: (name) => name.includes(plain) };
}

function variableMentions(node: Node): Mention[] {
  return usesOf(node).flatMap((use): Mention[] => {
    const { key, match, collection } = use;
    if (key === undefined || match === 'pattern' || !WRITABLE.has(collection) || /^\d$/.test(key)) return [];
    const name = `${collection}:${key}`;
    const mention = { kind: 'variable', name, isDefinition: use.kind === 'write', span: use.span } as const;
    return [match === 'prefix' ? { ...mention, covers: (other) => other.startsWith(name) } : mention];
  });
}

/** Collections whose members rules make. */
const WRITABLE: ReadonlySet<string> = new Set(['TX', 'IP', 'GLOBAL', 'RESOURCE', 'SESSION', 'USER']);
