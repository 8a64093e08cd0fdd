/** Trees of SecLang as a parser could have made them, for property tests. Positions are not theirs. */
import fc from 'fast-check';
import type { ActionNode, Node, OperatorNode, SelectorNode, Span, TargetNode, Word } from '../../src/seclang/ast.ts';
import { isSeparator } from '../../src/seclang/list-grammar.ts';
import { wordOf } from '../../src/seclang/word.ts';

const byte = fc.constantFrom(...'ab1\\\'"  ,|:/!@&#<>%{}.\t\r\x00\x7f\x80\xff');
/** A short byte string of what the grammar has a meaning for, and of what it has none for. */
export const bytes: fc.Arbitrary<string> = fc.string({ unit: byte, maxLength: 12 });
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/);
const some = (test: (code: number) => boolean, text: string): boolean =>
  [...text].some((one) => test(one.charCodeAt(0)));
const { span } = wordOf('', 'r.conf');
const argumentPositionAt = (): Span['start'] => span.start;

/** A value in a list; without quotes only where they are not needed. */
const listValue = fc.record({ text: bytes, isQuoted: fc.boolean() }).map(({ text, isQuoted }) => ({
  text,
  isQuoted: isQuoted || text === '' || text.startsWith("'") || some(isSeparator, text),
}));

const selector: fc.Arbitrary<SelectorNode | undefined> = fc.option(
  fc.oneof(
    listValue
      .filter(({ text, isQuoted }) => isQuoted || !text.startsWith('/'))
      .filter(({ text }) => text.length < 3 || !text.startsWith('/') || !text.endsWith('/'))
      .map((value): SelectorNode => ({ kind: 'key', ...value, span })),
    bytes
      .filter((text) => text !== '')
      .map((text): SelectorNode => ({ kind: 'regex', text, isQuoted: some(isSeparator, text), span })),
  ),
  { nil: undefined },
);

const targets: fc.Arbitrary<TargetNode[]> = fc.array(
  fc.record({ name, prefix: fc.constantFrom('', '!', '&'), selector }).map(({ name, prefix, selector }) => ({
    name,
    isCount: prefix === '&',
    isExclusion: prefix === '!',
    selector,
    span,
  })),
  { minLength: 1, maxLength: 4 },
);

const actions: fc.Arbitrary<ActionNode[]> = fc.array(
  fc
    .record({ name: fc.oneof(name, fc.constant('chain')), value: fc.option(listValue, { nil: undefined }) })
    .map(({ name, value }) => ({
      name,
      argument: value?.text,
      isQuoted: value?.isQuoted ?? false,
      span,
      argumentSpan: span,
      argumentPositionAt,
    })),
  { maxLength: 6 },
);

const isBlankAt = (text: string, index: number): boolean => /\s/.test(text.charAt(index));

const operator: fc.Arbitrary<OperatorNode> = fc
  .record({ name, argument: bytes, isNegated: fc.boolean(), isImplicit: fc.boolean() })
  .filter(({ argument, isNegated, isImplicit }) =>
    isImplicit
      ? !argument.startsWith('@') && !(isNegated ? isBlankAt(argument, 0) : argument.startsWith('!'))
      : !isBlankAt(argument, 0),
  )
  .map((one) => ({
    ...one,
    name: one.isImplicit ? 'rx' : one.name,
    span,
    nameSpan: span,
    argumentSpan: span,
    argumentPositionAt,
  }));

const words: fc.Arbitrary<Word[]> = fc.array(
  fc
    .record({ text: bytes, quote: fc.constantFrom<'"' | "'" | undefined>('"', "'", undefined) })
    .map(({ text, quote }) => {
      const mustQuote = text === '' || /^["']|\s/.test(text);
      return { ...wordOf(text, 'r.conf'), quote: quote ?? (mustQuote ? '"' : undefined) };
    }),
  { maxLength: 4 },
);

const directiveName = name.filter((one) => !['secrule', 'secaction'].includes(one.toLowerCase()));
const commentLine = fc.stringMatching(/^[ -[\]-~]{0,10}[!-[\]-~]$/);

/** Directives, rules, actions, comments and blocks with more of them. */
export const nodes: fc.Arbitrary<Node[]> = fc.letrec<{ node: Node; nodes: Node[] }>((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 5 }),
  node: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('directive'),
      name: directiveName,
      words,
      span: fc.constant(span),
      nameSpan: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('rule'),
      name: fc.constantFrom('SecRule', 'secrule'),
      targets,
      operator,
      actions,
      span: fc.constant(span),
      nameSpan: fc.constant(span),
      words: fc.constant([]),
    }),
    fc.record({
      kind: fc.constant('action'),
      name: fc.constant('SecAction'),
      actions,
      span: fc.constant(span),
      nameSpan: fc.constant(span),
      words: fc.constant([]),
    }),
    fc.record({
      kind: fc.constant('comment'),
      text: fc.array(commentLine, { minLength: 1, maxLength: 3 }).map((lines) => `#${lines.join('\\\n')}`),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('block'),
      name,
      words,
      children: tie('nodes'),
      span: fc.constant(span),
      nameSpan: fc.constant(span),
    }),
  ) as fc.Arbitrary<Node>,
})).nodes;
