/** The words of the rule language as entries of the reference. */
import type { Action, CtlOption, Directive, Operator, Transformation, Variable } from '@sallyport/engine/language';
import { code, type Entry } from './entry.ts';

export function directiveEntry({ name, aliases, summary, syntax, default: value, deprecated }: Directive): Entry {
  return {
    name,
    aliases,
    summary,
    syntax: `${name} ${syntax}`.trimEnd(),
    facts: value === undefined ? [] : [['default', code(value)]],
    deprecated,
  };
}

export function variableEntry({ name, aliases, summary, kind, selector, phase, deprecated }: Variable): Entry {
  const selectors = {
    required: `${name}:name`,
    optional: `${name}[:name]`,
    none: name,
  } as const;
  return {
    name,
    aliases,
    summary,
    syntax: selectors[selector],
    facts: [
      ['holds', kind === 'scalar' ? 'one value' : 'a collection'],
      ['has values', phase === 1 ? 'from phase 1 on' : `from phase ${phase} on`],
      ['in messages', code(kind === 'scalar' ? `%{${name}}` : `%{${name}.name}`)],
    ],
    deprecated,
  };
}

export function operatorEntry({
  name,
  aliases,
  summary,
  argument,
  macros,
  targets,
  examples,
  deprecated,
}: Operator): Entry {
  const written = { required: `@${name} argument`, optional: `@${name} [argument]`, none: `@${name}` } as const;
  const hasCaptures = examples.some(({ captures }) => captures !== undefined);
  return {
    name: `@${name}`,
    aliases: aliases.map((alias) => `@${alias}`),
    summary,
    syntax: written[argument],
    facts: [
      ['macros in the argument', macros ? 'are expanded for each request' : 'are not expanded'],
      ...(targets === undefined ? [] : [['looks only at', targets.map(code).join(', ')] as const]),
    ],
    examples: {
      headings: ['argument', 'value', 'matches', ...(hasCaptures ? ['captures'] : [])],
      rows: examples.map((example) => [
        code(example.argument),
        code(example.value),
        example.matches ? 'yes' : 'no',
        ...(hasCaptures
          ? [example.captures?.map((one) => (one === undefined ? '-' : code(one))).join(', ') ?? '']
          : []),
      ]),
    },
    deprecated,
  };
}

export function transformationEntry({ name, aliases, summary, examples, deprecated }: Transformation): Entry {
  return {
    name: `t:${name}`,
    aliases: aliases.map((alias) => `t:${alias}`),
    summary,
    syntax: `t:${name}`,
    facts: [],
    examples: { headings: ['from', 'to'], rows: examples.map(({ input, output }) => [code(input), code(output)]) },
    deprecated,
  };
}

const KINDS: Readonly<Record<Action['kind'], string>> = {
  metadata: 'describes the rule',
  data: 'changes what the rule works with',
  flow: 'decides which rule is next',
  disruptive: 'decides what becomes of the request; the last one of a list counts',
  'non-disruptive': 'does something beside the verdict',
};

export function actionEntry(action: Action): Entry {
  const { name, aliases, summary, kind, argument, cardinality, inFollower, inDefault, deprecated } = action;
  const written = { required: `${name}:argument`, optional: `${name}[:argument]`, none: name } as const;
  return {
    name,
    aliases,
    summary,
    syntax: written[argument],
    facts: [
      ['kind', `${kind}, ${KINDS[kind]}`],
      ['several in one list', cardinality === 'many' ? 'add up' : 'the last one counts'],
      ['in later links of a chain', inFollower ? 'allowed' : 'not allowed'],
      ['in SecDefaultAction', inDefault ? 'allowed' : 'not allowed'],
    ],
    deprecated,
  };
}

export function ctlEntry({ name, aliases, summary, values, lastPhase }: CtlOption): Entry {
  return {
    name: `ctl:${name}`,
    aliases: aliases.map((alias) => `ctl:${alias}`),
    summary,
    syntax: `ctl:${name}=${values}`,
    facts:
      lastPhase === undefined
        ? []
        : [['phases', lastPhase === 1 ? 'only phase 1' : `1 to ${lastPhase}; later it comes too late`]],
    deprecated: undefined,
  };
}
