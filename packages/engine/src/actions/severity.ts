import { type Action, defineAction } from '../registry/action.ts';

/** Syslog names in the order of their numbers. */
export const severityNames: readonly string[] = [
  'EMERGENCY',
  'ALERT',
  'CRITICAL',
  'ERROR',
  'WARNING',
  'NOTICE',
  'INFO',
  'DEBUG',
];

export const severity: Action = defineAction({
  name: 'severity',
  summary: '0 to 7 or EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG.',
  kind: 'metadata',
  argument: 'required',
  inDefault: true,
  compile: (argument) => {
    const named = severityNames.indexOf(argument.toUpperCase());
    const number = named === -1 && /^[0-7]$/.test(argument) ? Number(argument) : named;
    if (number === -1) throw new Error(`"${argument}" is not a severity (0-7 or ${severityNames.join(', ')})`);
    return (rule) => {
      rule.severity = number;
    };
  },
});
