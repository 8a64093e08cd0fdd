/** A world for operators under test: nothing outside of it is asked. */
import { asciiBestFitMap } from '../../src/bytes/unicode-map-20127.ts';
import { defaultSettings } from '../../src/compile/default-settings.ts';
import { operators } from '../../src/operators/index.ts';
import { MatchBudget, RegexCache } from '../../src/regex/index.ts';
import { constantText, type MacroText } from '../../src/registry/macro.ts';
import type { Matcher, OperatorContext, OperatorScope } from '../../src/registry/operator.ts';
import { Registry } from '../../src/registry/registry.ts';
import type { TransactionState } from '../../src/registry/transaction-state.ts';
import { VariableMap } from '../../src/run/variable-map.ts';

const registry = new Registry('operator', operators);

const FILES: Readonly<Record<string, string>> = {
  'phrases.data': '# scanners\r\n\n  wp-admin  \nerror in your SQL\n|3c|script\nFFI\\\\CData\ntype a|b\nx\n',
  'more.data': 'second file',
  'blocks.data': '# documentation networks\n198.51.100.0/24 # TEST-NET-2\n\n2001:db8::/64\n',
  'order.def': 'everything',
  'empty.def': '',
  'hashes.data': 'ssdeep,1.1--blocksize:hash:hash,filename\n3:Mq/ER2WFELCPXNFsFgFHwLlnn:Mq/ER1dFdHenn,"text"\n',
  'bad.data': '198.51.100.0/24\nlocalhost\n',
};

const DATASETS: Readonly<Record<string, readonly string[]>> = {
  scanners: ['sqlmap', 'nikto'],
  offices: ['203.0.113.0/24', '2001:db8:1::/48'],
  broken: ['nowhere'],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  '1.2.0.192.bl.example': ['127.0.0.2'],
  'spam.example.bl.example': ['127.0.0.4'],
  [`1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.bl.example`]: ['127.0.0.2'],
  '1.2.0.192.multi.uribl.com': ['127.0.0.14'],
  '1.2.0.192.zen.spamhaus.org': ['127.0.0.3', '127.0.0.10'],
  '2.2.0.192.zen.spamhaus.org': ['127.0.0.9'],
  'key.1.2.0.192.dnsbl.httpbl.org': ['127.3.42.5'],
  'key.2.2.0.192.dnsbl.httpbl.org': ['10.0.0.1'],
};

/** What an operator sees of its surroundings, and what it has said and asked. */
export interface OperatorWorld {
  readonly context: OperatorContext;
  readonly scope: OperatorScope;
  readonly warnings: string[];
  readonly reports: string[];
  readonly questions: string[];
}

/** Files, data sets and names as the examples of the definitions use them. `steps`: what matching may cost. */
export function createWorld(limits: { readonly steps?: number } = {}): OperatorWorld {
  const warnings: string[] = [];
  const reports: string[] = [];
  const questions: string[] = [];
  const context: OperatorContext = {
    regexOptions: { dotAll: true, dollarEndOnly: true },
    regexes: new RegexCache(),
    readFile: (path) => {
      const content = FILES[path];
      if (content === undefined) throw new Error(`cannot read ${path}`);
      return content;
    },
    resolvePath: (path) => path,
    macro: constantText,
    settings: defaultSettings(asciiBestFitMap),
    dataset: (name) => DATASETS[name],
    resolver: {
      resolve4: async (name) => {
        questions.push(name);
        if (name.startsWith('broken.')) throw new Error('SERVFAIL');
        return NAMES[name] ?? [];
      },
    },
    programs: { run: async (_path, call) => (call.arguments[0] === '/tmp/clean' ? '1 clean' : '0 Eicar\n') },
    xmlValidation: {
      compile: (_kind, text) => ({ validate: () => (text === '' ? 'nothing is allowed' : undefined) }),
    },
    httpBlKey: 'key',
    warn: (message) => warnings.push(message),
  };
  // Operators see of a transaction only what is here.
  const tx = {
    matchedVarName: 'ARGS:a',
    geo: new VariableMap(),
    env: new VariableMap(),
    pathArguments: new VariableMap(),
    phase: 4,
    streams: {},
    body: { result: { xml: {} }, raw: '<a/>' },
    settings: { hashEngine: true, hashEnforcement: true },
    request: { headerMembers: [], method: 'GET', uri: '/', query: undefined, serverName: '', protocol: 'HTTP/1.1' },
    connection: { clientAddress: '192.0.2.9', clientPort: 1, serverAddress: '192.0.2.8', serverPort: 80, id: 'x' },
    report: (_level: number, text: string) => reports.push(text),
  };
  const scope = { tx: tx as unknown as TransactionState, budget: new MatchBudget(limits) };
  return { context, scope, warnings, reports, questions };
}

/** A matcher of an operator of ours. */
export function compile(
  name: string,
  argument: string | MacroText,
  { context }: Pick<OperatorWorld, 'context'>,
): Matcher {
  const text = typeof argument === 'string' ? constantText(argument) : argument;
  return registry.require(name).compile(text, context);
}

/** The verdict, also of operators that have to wait for it. */
export function judge(matcher: Matcher, value: string, scope: OperatorScope): boolean | Promise<boolean> {
  return matcher.testLater?.(value, scope) ?? matcher.test(value, scope);
}
