/**
 * Two words of our own for the rule language: `@pointsInside` finds URLs that lead into the private network, which is what
 * server-side request forgery needs, and `t:urlHost` leaves only the host of a URL.
 */
import { defineOperator, defineTransformation, escapeLog, type Plugin } from '@sallyport/engine/plugin';

const urlHost = defineTransformation({
  name: 'urlHost',
  summary: 'The host of a URL in lower case, without user and port; the value itself when it is not a URL.',
  examples: [
    { input: 'http://user@Example.com:80/a', output: 'example.com' },
    { input: 'not a URL', output: 'not a URL' },
  ],
  apply: hostOf,
});

const pointsInside = defineOperator({
  name: 'pointsInside',
  summary: 'Matches URLs and host names that mean this machine or its private network.',
  argument: 'none',
  examples: [
    { argument: '', value: 'http://169.254.169.254/latest/meta-data', matches: true },
    { argument: '', value: 'http://2130706433/', matches: true },
    { argument: '', value: 'https://[::1]:8080/', matches: true },
    { argument: '', value: 'https://example.com/?next=127.0.0.1', matches: false },
  ],
  compile: () => ({
    // Asking has no side effects and only the value counts, so a fast evaluator may remember the answer.
    forecast: { kind: 'value' },
    test: (value) => isInside(hostOf(value)),
    describe: (value, name) => `"${escapeLog(value)}" leads into the private network at ${name}.`,
  }),
});

/** `URL` reads addresses as browsers and HTTP clients do: `0x7f.1` and `2130706433` become `127.0.0.1`. */
function hostOf(value: string): string {
  return URL.canParse(value) ? new URL(value).hostname : value;
}

function isInside(host: string): boolean {
  const [first = -1, second = -1] = host.split('.').map(Number);
  return (
    host === 'localhost' ||
    host.endsWith('.internal') ||
    [0, 10, 127].includes(first) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    /^\[(::1?\]|::ffff:|f[cd]|fe[89ab])/.test(host)
  );
}

export const addresses: Plugin = { name: 'addresses', operators: [pointsInside], transformations: [urlHost] };
