/** The directives of a LogFormat: Apache 2.4's, and `%{…}x` with what only this gate knows. */
import { threadId } from 'node:worker_threads';
import { escapeLog } from '@sallyport/engine/text';
import { type LoggedExchange, stageTimes, TIMED_STAGES } from '../logged-exchange.ts';
import { cookieValue } from './cookie.ts';
import { noteOf, TIMES } from './notes.ts';
import { parseTimeFormat } from './time-format.ts';
import { TLS_VARIABLES, tlsVariable } from './tls-variables.ts';

/** Gives a field ready to be written; undefined becomes `-`. Must never return a line end that a client has sent. */
export type FieldWriter = (exchange: LoggedExchange) => string | number | undefined;

export interface Directive {
  /** One line for people. */
  readonly summary: string;
  /** Known only when the answer has been sent. */
  readonly needsEnd?: true;
  /** Counters of the connection are looked at. */
  readonly needsConnection?: true;
  /** Gives the writer for an argument. Throws an `Error` whose message says what is wrong with it. */
  compile(argument: string | undefined): FieldWriter;
}

const fixed = (summary: string, write: FieldWriter): Directive => ({ summary, compile: () => write });

/** At the end of the exchange only. */
const late = (summary: string, write: FieldWriter): Directive => ({ summary, needsEnd: true, compile: () => write });

const named = (summary: string, what: string, compile: (name: string) => FieldWriter): Directive => ({
  summary,
  compile(argument) {
    if (argument === undefined || argument === '') throw new Error(`it needs ${what} in braces`);
    return compile(argument);
  },
});

/** Looks an argument up among those there are. */
function choose<T>(argument: string | undefined, choices: Readonly<Record<string, T>>): T {
  const found = choices[argument ?? ''];
  if (found !== undefined) return found;
  const known = Object.keys(choices).filter((one) => one !== '');
  throw new Error(`"${argument}" is not one of ${known.join(', ')}`);
}

function escaped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeLog(text);
}

const pid = (): number => process.pid;
const tid = (): number => (threadId === 0 ? process.pid : threadId);

const TIME_UNITS: Readonly<Record<string, number>> = {
  __proto__: null as never,
  '': 1_000_000,
  s: 1_000_000,
  ms: 1000,
  us: 1,
};

export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  __proto__: null as never,
  a: {
    summary: 'Address of the client; `%{c}a` of the other end of the connection.',
    compile: (argument) =>
      choose<FieldWriter>(argument, {
        '': (one) => escapeLog(one.client.address),
        c: (one) => escapeLog(one.peer.address),
      }),
  },
  A: fixed('Address the request came to.', (one) => escapeLog(one.server.address)),
  b: fixed('Bytes of response body, `-` for none.', (one) => (one.responseBytes === 0 ? undefined : one.responseBytes)),
  B: fixed('Bytes of response body.', (one) => one.responseBytes),
  C: named('A cookie of the request.', 'the name of a cookie', (name) => (one) => {
    return escaped(cookieValue(one.requestHeader('cookie'), name));
  }),
  D: late('Duration in microseconds.', (one) => one.duration),
  e: named(
    'A variable of the environment: `setenv` of rules, UNIQUE_ID.',
    'the name of a variable',
    (name) => (one) => {
      return escaped(one.environment(name));
    },
  ),
  f: fixed('Where the request was sent, `proxy:http://…`.', (one) => {
    return one.forwardedTo === undefined ? undefined : `proxy:${escapeLog(one.forwardedTo)}`;
  }),
  h: {
    summary: 'As `%a`: names are not looked up.',
    compile: (argument) => DIRECTIVES['a']?.compile(argument) as FieldWriter,
  },
  H: fixed('Protocol of the request.', (one) => escaped(one.protocol || undefined)),
  i: named('A header of the request.', 'the name of a header', (name) => {
    const lower = name.toLowerCase();
    return (one) => escaped(one.requestHeader(lower));
  }),
  k: {
    // Apache counts a request that closes the connection with the one before it.
    ...late('Requests before this one on the connection that kept it.', (one) =>
      one.connectionStatus === '-' ? Math.max(0, one.requestsBefore - 1) : one.requestsBefore,
    ),
    needsConnection: true,
  },
  l: fixed('Always `-`: nobody asks identd.', () => undefined),
  L: {
    summary: 'The id by which the error log knows the request; `-` when it has nothing about it.',
    compile: (argument) =>
      choose<FieldWriter>(argument, {
        '': (one) => (one.hasErrorLines ? escapeLog(one.id) : undefined),
        c: () => undefined,
      }),
  },
  m: fixed('Method of the request.', (one) => escaped(one.method || undefined)),
  n: named(
    'A note: `mod_security-time1`, `…-time2` and `…-time3` are microseconds to the end of body, rules and answer; others are what rules set by `setenv`.',
    'the name of a note',
    (name) => {
      // One of ours that does not exist would be a dash for ever.
      if (/^mod_security-/.test(name) && !TIMES.includes(name))
        throw new Error(`"${name}" is not one of ${TIMES.join(', ')}`);
      return (one) => escaped(noteOf(one, name));
    },
  ),
  o: named('A header of the response.', 'the name of a header', (name) => {
    const lower = name.toLowerCase();
    // mod_log_config leaves the parameters of a media type out, and writes all cookies.
    if (lower === 'content-type') return (one) => escaped(one.responseHeader(lower)?.replace(/[ \t]*;.*$/s, ''));
    if (lower === 'set-cookie') return (one) => escaped(one.responseHeaders(lower).join(', ') || undefined);
    return (one) => escaped(one.responseHeader(lower));
  }),
  p: {
    summary: 'Port of the listener, also `%{canonical}p` and `%{local}p`; `%{remote}p` the request came from.',
    compile: (argument) =>
      choose<FieldWriter>(argument, {
        '': (one) => one.server.port,
        canonical: (one) => one.server.port,
        local: (one) => one.server.port,
        remote: (one) => one.peer.port,
      }),
  },
  P: {
    summary: 'Process id; `%{tid}P` and `%{hextid}P` of the thread.',
    compile: (argument) => choose<FieldWriter>(argument, { '': pid, pid, tid, hextid: () => tid().toString(16) }),
  },
  q: fixed('Query with its question mark, or nothing.', (one) =>
    one.query === undefined ? '' : `?${escapeLog(one.query)}`,
  ),
  r: fixed('First line of the request.', (one) => escaped(one.requestLine || undefined)),
  R: fixed('`proxy-server` for requests that were sent on.', (one) =>
    one.forwardedTo === undefined ? undefined : 'proxy-server',
  ),
  s: fixed('Status of the response.', (one) => (one.status > 0 ? one.status : undefined)),
  t: {
    summary:
      'Time of the request. In braces: `begin:` or `end:`, then a format of strftime, sec, msec, usec, msec_frac or usec_frac.',
    compile(argument) {
      const { at, write } = parseTimeFormat(argument);
      return at === 'begin' ? (one) => write(one.startedAt) : (one) => write(one.startedAt + one.duration / 1000);
    },
  },
  T: {
    summary: 'Duration in seconds; `%{ms}T` and `%{us}T` in finer units.',
    needsEnd: true,
    compile(argument) {
      const unit = choose(argument, TIME_UNITS);
      return (one) => Math.floor(one.duration / unit);
    },
  },
  u: fixed('Authenticated user.', ({ user }) => (user === '' ? '""' : escaped(user)?.replaceAll(' ', '\\x20'))),
  U: fixed('Path of the request, decoded, without query.', (one) => escaped(one.path || undefined)),
  v: fixed('Name of the server: the host of the route.', (one) => escaped(one.serverName || undefined)),
  V: fixed('Host of the request, or the name of the server.', (one) =>
    escaped(one.hostname || one.serverName || undefined),
  ),
  x: {
    summary: `What only the gate knows: \`decided_by\`, \`reason\`, \`rule\`, \`app\`, \`id\`, \`stage:NAME\` (microseconds of ${TIMED_STAGES.join(', ')} or waf); and of mod_ssl ${TLS_VARIABLES.map((name) => `\`${name}\``).join(', ')}.`,
    needsEnd: true,
    compile: compileOwn,
  },
  X: {
    ...late('`X` broken off, `+` may be kept, `-` is closed.', (one) => one.connectionStatus),
    needsConnection: true,
  },
  I: { ...late('Bytes received, heads included.', (one) => one.bytesIn), needsConnection: true },
  O: { ...late('Bytes sent, heads included.', (one) => one.bytesOut), needsConnection: true },
  S: { ...late('Bytes received and sent.', (one) => one.bytesIn + one.bytesOut), needsConnection: true },
  '^FB': fixed('Microseconds until the head of the response was sent.', (one) => one.moments.answerReady),
  '^ti': named('A trailer of the request.', 'the name of a trailer', (name) => {
    const lower = name.toLowerCase();
    return (one) => escaped(one.requestTrailer(lower));
  }),
  '^to': {
    ...named('A trailer of the response.', 'the name of a trailer', (name) => {
      const lower = name.toLowerCase();
      return (one) => escaped(one.responseTrailer(lower));
    }),
    needsEnd: true,
  },
};

function compileOwn(argument: string | undefined): FieldWriter {
  if (argument !== undefined && TLS_VARIABLES.includes(argument)) return (one) => escaped(tlsVariable(one, argument));
  const stage = /^stage:(.*)$/.exec(argument ?? '')?.[1];
  if (stage === undefined) {
    return choose<FieldWriter>(argument, {
      decided_by: (one) => one.decidedBy?.stage,
      reason: (one) => escaped(one.decidedBy?.reason),
      rule: (one) => one.record?.interruption?.rule?.id,
      app: (one) => escaped(one.upstream),
      id: (one) => escapeLog(one.id),
      'stage:NAME': () => undefined,
    });
  }
  if (stage === 'waf') return (one) => one.record?.phaseMicroseconds.reduce((sum, time) => sum + time, 0);
  const known = TIMED_STAGES.find((one) => one === stage);
  if (known === undefined) throw new Error(`"${stage}" is not a stage; there are ${TIMED_STAGES.join(', ')} and waf`);
  return (one) => stageTimes(one)[known];
}
