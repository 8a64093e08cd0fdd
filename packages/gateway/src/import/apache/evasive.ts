/** Directives of mod_evasive and of its fork: they become `mode: evasive`, which counts exactly as they do. */
import { parseNetwork } from '../../listener/networks.ts';
import { append, carry, type SettingPath, wholeNumber } from './nested-settings.ts';
import { words } from './parse.ts';
import { isOn, type Topic } from './topic.ts';

/** What mod_evasive answers when nobody says otherwise. */
const DEFAULT_STATUS = 403;

function count(key: string, least: number): Topic[string] {
  return (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, least);
    if (value === undefined) return;
    const { draft } = workshop;
    if (draft.get('floods', 'mode') === undefined) draft.set('floods', 'mode', 'evasive');
    if (draft.get('floods', 'status') === undefined) draft.set('floods', 'status', DEFAULT_STATUS);
    carry(directive, scope, workshop, ['floods', 'evasive', key], value);
  };
}

function because(reason: string): Topic[string] {
  return ({ at }, _scope, { ledger }) => ledger.leftOut(at, reason);
}

const ALLOW: SettingPath = ['floods', 'allow'];

export const evasive: Topic = {
  dospagecount: count('page_count', 0),
  dospageinterval: count('page_interval', 1),
  dossitecount: count('site_count', 0),
  dossiteinterval: count('site_interval', 1),
  dosblockingperiod: count('blocking_period', 1),
  doshashtablesize: because('the table grows by itself, up to floods.entries'),
  dosemailnotify: because('no mail is sent; floods.hooks.program and floods.hooks.webhook are told of bans'),
  doslogdir: because('bans are in the error log and in sallyport bans; no lock files are written'),
  doslogpath: because('bans are in the error log and in sallyport bans; no lock files are written'),
  dosblocklisturi: because('a rule can do that: SecRule REQUEST_FILENAME "@rx …" "id:…,phase:1,deny"'),
  dostargetlisturi: because('floods.except_paths says what is not counted, floods.paths what has a limit of its own'),

  dosenabled: (directive, scope, workshop) => {
    if (isOn(directive.args[0])) carry(directive, scope, workshop, ['floods', 'mode'], 'evasive');
    else if (scope.kind === 'server') carry(directive, scope, workshop, ['floods', 'mode'], 'off');
    else
      workshop.ledger.leftOut(
        directive.at,
        'flood control is on or off for all sites together; see floods.except_paths',
      );
  },

  doshttpstatus: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 400);
    if (value === undefined) return;
    if (value > 599) workshop.ledger.leftOut(directive.at, `${value} is no status of a refusal`);
    else carry(directive, scope, workshop, ['floods', 'status'], value);
  },

  doswhitelist: (directive, scope, workshop) => {
    const networks = directive.args.map(wildcardNetwork);
    const wrong = directive.args.filter((_, at) => networks[at] === undefined);
    const good = networks.filter((one) => one !== undefined);
    if (good.length > 0) append(directive, scope, workshop, ALLOW, good);
    if (wrong.length > 0) workshop.ledger.noted(directive.at, `not understood: ${wrong.join(', ')}`);
    if (good.length === 0) workshop.ledger.leftOut(directive.at, 'there is no address in it');
  },

  doswhitelisturi: (directive, scope, workshop) => {
    const [pattern = ''] = directive.args;
    const prefix = /^\^?((?:\/[\w.~-]+)+)\/?(?:\.\*)?$/.exec(pattern)?.[1];
    if (prefix === undefined) {
      workshop.ledger.leftOut(
        directive.at,
        'only plain prefixes can be left out of the counting (floods.except_paths)',
      );
    } else append(directive, scope, workshop, ['floods', 'except_paths'], [prefix]);
  },

  dossystemcommand: (directive, scope, workshop) => {
    const [command = ''] = directive.args.length > 1 ? [directive.rest] : directive.args;
    if (/[|&;<>`$(){}*?]/.test(command)) {
      workshop.ledger.leftOut(
        directive.at,
        'it needs a shell; floods.hooks.program is a program and its arguments, run without one',
      );
      return;
    }
    const program = words(command);
    carry(
      directive,
      scope,
      workshop,
      ['floods', 'hooks', 'program'],
      program,
      'run once for each ban, not once for each address for ever',
    );
  },
};

/** `192.168.*.*` is a network of whole bytes. */
function wildcardNetwork(text: string): string | undefined {
  const parts = text.split('.');
  const stars = parts.filter((part) => part === '*').length;
  if (stars > 0 && parts.length === 4 && parts.slice(4 - stars).every((part) => part === '*')) {
    const network = `${parts.map((part) => (part === '*' ? '0' : part)).join('.')}/${32 - 8 * stars}`;
    return parseNetwork(network) === undefined ? undefined : network;
  }
  return parseNetwork(text) === undefined ? undefined : text;
}
