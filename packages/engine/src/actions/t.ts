import { type Action, defineAction } from '../registry/action.ts';

export const t: Action = defineAction({
  name: 't',
  summary: 'Appends a transformation; t:none drops all before it, t:-name drops an earlier one.',
  kind: 'data',
  argument: 'required',
  cardinality: 'many',
  compile: (argument, context) => {
    if (argument.toLowerCase() === 'none') {
      return (rule) => {
        rule.transformations.length = 0;
      };
    }
    if (argument.startsWith('-')) {
      const unwanted = context.transformation(argument.slice(1));
      return (rule) => {
        const kept = rule.transformations.filter((one) => one !== unwanted);
        rule.transformations.splice(0, rule.transformations.length, ...kept);
      };
    }
    const transformation = context.transformation(argument);
    if (transformation.deprecated !== undefined)
      context.warn(`t:${argument} is obsolete: ${transformation.deprecated}`);
    return (rule) => {
      rule.transformations.push(transformation);
    };
  },
});
