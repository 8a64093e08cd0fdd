import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';

export const include: Directive = defineDirective({
  name: 'Include',
  summary: 'Loads files in place; a glob loads its matches in bytewise order and must match something.',
  syntax: 'PATH|GLOB',
  apply: (node, configuration) => configuration.include(firstWord(node), false),
});

export const includeOptional: Directive = defineDirective({
  name: 'IncludeOptional',
  summary: 'As Include, but nothing need match.',
  syntax: 'PATH|GLOB',
  apply: (node, configuration) => configuration.include(firstWord(node), true),
});
