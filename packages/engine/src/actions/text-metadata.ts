import { type Action, defineAction } from '../registry/action.ts';

export const rev: Action = defineAction({
  name: 'rev',
  summary: 'Revision of the rule, free text.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => (rule) => {
    rule.revision = argument;
  },
});

export const ver: Action = defineAction({
  name: 'ver',
  summary: 'Version of the rule set the rule belongs to, free text.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument) => (rule) => {
    rule.version = argument;
  },
});

export const msg: Action = defineAction({
  name: 'msg',
  summary: 'What a match means, for the log; macros are expanded when it is written.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument, context) => {
    const text = context.macro(argument);
    return (rule) => {
      rule.message = text;
    };
  },
});

export const logdata: Action = defineAction({
  name: 'logdata',
  summary: 'Details of a match, for the log; macros are expanded when it is written.',
  kind: 'metadata',
  argument: 'required',
  compile: (argument, context) => {
    const text = context.macro(argument);
    return (rule) => {
      rule.data = text;
    };
  },
});

export const tag: Action = defineAction({
  name: 'tag',
  summary: 'A label of the rule; rules can be removed and updated by tag.',
  kind: 'metadata',
  argument: 'required',
  cardinality: 'many',
  // ModSecurity 2 tolerates tags on chain followers.
  inFollower: true,
  inDefault: true,
  compile: (argument, context) => {
    const text = context.macro(argument);
    return (rule) => {
      rule.tags.push(text);
    };
  },
});
