import type { DirectiveNode } from '../seclang/ast.ts';
import type { ActionParts, RuleParts, TargetParts } from '../seclang/make-node.ts';
import type { DirectiveMeaning } from './directives.ts';

/**
 * 1.x was told about single requests through variables that the web server sets: `MODSEC_ENABLE` and
 * `MODSEC_NOPOSTBUFFERING`. Gives the rule that does the same, or undefined when the directive sets neither.
 */
export function readSetEnvIf(node: DirectiveNode): DirectiveMeaning | undefined {
  const words = node.words.map((word) => word.text);
  const condition = readCondition(node.name.toLowerCase(), words);
  if (condition === undefined) return undefined;
  const settings = condition.settings.filter((setting) => /^!?MODSEC_/i.test(setting));
  if (settings.length === 0) return undefined;
  const notes: string[] = [];
  const controls = settings.flatMap((setting) => readSetting(setting, notes));
  if (controls.length === 0) return { lines: [], notes };
  const actions: ActionParts[] = [['phase', '1'], ['pass'], ['nolog'], ['t', 'none'], ...controls];
  const rule: RuleParts = { targets: condition.targets, operator: condition.operator, actions };
  return { lines: [{ kind: 'rule', rule }], notes };
}

interface Condition {
  readonly targets: readonly TargetParts[];
  readonly operator: readonly [name: string, argument: string];
  readonly settings: readonly string[];
}

function readCondition(name: string, words: readonly string[]): Condition | undefined {
  const [first = '', second = '', ...rest] = words;
  switch (name) {
    case 'setenv':
      return {
        targets: [{ name: 'REMOTE_ADDR' }],
        operator: ['unconditionalMatch', ''],
        settings: [`${first}=${second}`],
      };
    case 'setenvif':
      return { targets: [attribute(first)], operator: ['rx', second], settings: rest };
    case 'setenvifnocase':
      return { targets: [attribute(first)], operator: ['rx', `(?i)${second}`], settings: rest };
    case 'browsermatch':
      return { targets: [attribute('User-Agent')], operator: ['rx', first], settings: [second, ...rest] };
    case 'browsermatchnocase':
      return { targets: [attribute('User-Agent')], operator: ['rx', `(?i)${first}`], settings: [second, ...rest] };
    default:
      return undefined;
  }
}

/** What mod_setenvif can test besides request headers. */
const attributes: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    remote_addr: 'REMOTE_ADDR',
    remote_host: 'REMOTE_HOST',
    request_method: 'REQUEST_METHOD',
    request_protocol: 'REQUEST_PROTOCOL',
    request_uri: 'REQUEST_FILENAME',
    server_addr: 'SERVER_ADDR',
  }),
);

function attribute(name: string): TargetParts {
  const variable = attributes.get(name.toLowerCase());
  return variable === undefined ? { name: 'REQUEST_HEADERS', key: name } : { name: variable };
}

function readSetting(setting: string, notes: string[]): ActionParts[] {
  const equals = setting.indexOf('=');
  const name = (equals === -1 ? setting : setting.slice(0, equals)).toUpperCase();
  const value = equals === -1 ? '' : setting.slice(equals + 1);
  switch (name) {
    case 'MODSEC_NOPOSTBUFFERING':
      return [['ctl', 'requestBodyAccess=Off']];
    case 'MODSEC_ENABLE':
      return [['ctl', `ruleEngine=${value.toLowerCase() === 'off' ? 'Off' : 'On'}`]];
    default:
      notes.push(`${setting} has no counterpart`);
      return [];
  }
}
