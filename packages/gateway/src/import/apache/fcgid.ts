/** mod_fcgid and mod_suexec: PHP that Apache starts itself, as an application the gate starts. */
import { basename } from 'node:path';
import type { Settings } from '../proxy/draft.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

export interface FcgidApplication {
  readonly url: string;
  /** Endings of scripts. */
  readonly scripts: readonly string[];
  readonly at: Directive['at'];
  /** Times of the upstream. */
  readonly times: Settings;
}

/** What becomes of each is known with the site it is for. */
const kept: Topic[string] = (directive, scope, { ledger }) => {
  ledger.enter(directive.at);
  const name = directive.name.toLowerCase();
  scope.files.programs.set(name, [...(scope.files.programs.get(name) ?? []), directive]);
};

export const fcgid: Topic = {
  suexecusergroup: kept,
  addhandler: kept,
  fcgidwrapper: kept,
  fcgidinitialenv: kept,
  fcgidmaxprocesses: kept,
  fcgidmaxprocessesperclass: kept,
  fcgidmaxrequestsperprocess: kept,
  fcgidprocesslifetime: kept,
  fcgidiotimeout: kept,
  fcgidconnecttimeout: kept,
  fcgidbusytimeout: kept,
  fcgidmaxrequestlen({ args, at }, scope, { draft, ledger }) {
    const bytes = Number(args[0]);
    if (!Number.isSafeInteger(bytes) || bytes <= 0) ledger.leftOut(at, `"${args[0] ?? ''}" is not a size`);
    else if (scope.kind === 'server') {
      draft.set('limits', 'body', bytes);
      ledger.carried(at, `limits.body: ${bytes}`);
    } else {
      scope.maxBody = bytes;
      ledger.carried(at, `max_body: ${bytes} on its routes`);
    }
  },
};

/** The most processes of one application. */
const MOST_PROCESSES = 256;

/**
 * `said`: what holds for the folder `root`, the outer first. Undefined where nothing is run by mod_fcgid, or not as a user the
 * configuration names, or by a program that would not know of its socket: php-cgi is told.
 */
export function fcgidApplication(
  host: string,
  root: string,
  said: readonly Scope['files'][],
  { draft, ledger }: Workshop,
): FcgidApplication | undefined {
  const all = (name: string): readonly Directive[] => said.flatMap(({ programs }) => programs.get(name) ?? []);
  const last = (name: string): Directive | undefined => all(name).at(-1);
  const wrapper = last('fcgidwrapper');
  const owner = last('suexecusergroup');
  const handler = all('addhandler').findLast(({ args }) => args[0]?.toLowerCase() === 'fcgid-script');
  if (wrapper === undefined || handler === undefined) return undefined;
  const [program = '', suffix] = wrapper.args[0]?.split(' ') ?? [];
  const scripts = handler.args.slice(1).map((ending) => (ending.startsWith('.') ? ending : `.${ending}`));
  if (!/^php-cgi[\d.]*$/.test(basename(program))) {
    ledger.leftOut(
      wrapper.at,
      'the gate tells a program the name of its socket: php-cgi -b {socket}; write its command in applications',
    );
    return undefined;
  }
  if (owner === undefined) {
    ledger.leftOut(wrapper.at, 'without SuexecUserGroup there is no user it could run as; see principals');
    return undefined;
  }
  const site = nameOf(host);
  const [user = '', group] = owner.args.map((one) => one.replace(/^#/, ''));
  const number = (name: string): number | undefined => {
    const value = Number(last(name)?.args[0]);
    return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  };
  const processes = number('fcgidmaxprocessesperclass') ?? number('fcgidmaxprocesses');
  const requests = number('fcgidmaxrequestsperprocess');
  const age = number('fcgidprocesslifetime');
  const io = number('fcgidiotimeout');
  const connect = number('fcgidconnecttimeout');
  const busy = number('fcgidbusytimeout');
  const environment = Object.fromEntries(
    all('fcgidinitialenv').map(({ args: [name = '', value = ''] }) => [name, value]),
  );
  draft.set('principals', nameOf(user), group === undefined ? { user } : { user, group });
  draft.set('applications', site, {
    principal: nameOf(user),
    root,
    protocol: 'fastcgi',
    command: [program, '-b', '{socket}'],
    ...(processes !== undefined && { processes: Math.min(processes, MOST_PROCESSES) }),
    ...(requests !== undefined && { max_requests: requests }),
    ...(age !== undefined && { max_age: `${age} s` }),
    ...(Object.keys(environment).length > 0 && { environment }),
  });
  const results: readonly (readonly [name: string, result: string])[] = [
    ['suexecusergroup', `principals.${nameOf(user)}: ${user}${group === undefined ? '' : `, ${group}`}`],
    ['fcgidwrapper', `applications.${site}.command: ${program} -b {socket}`],
    ['fcgidinitialenv', `applications.${site}.environment`],
    ['fcgidmaxprocesses', `applications.${site}.processes: ${processes}`],
    ['fcgidmaxprocessesperclass', `applications.${site}.processes: ${processes}`],
    ['fcgidmaxrequestsperprocess', `applications.${site}.max_requests: ${requests}`],
    ['fcgidprocesslifetime', `applications.${site}.max_age: ${age} s`],
    ['fcgidiotimeout', `upstreams: response_timeout and idle_timeout ${io} s`],
    ['fcgidconnecttimeout', `upstreams: connect_timeout ${connect} s`],
    ['fcgidbusytimeout', `upstreams: total_timeout ${busy} s`],
  ];
  for (const [name, result] of results) for (const { at } of all(name)) ledger.carried(at, result);
  ledger.carried(handler.at, `fastcgi.scripts: ${scripts.join(', ')}`);
  if (processes !== undefined)
    for (const { at } of all('fcgidmaxprocessesperclass')) ledger.noted(at, 'all of them run from the start on');
  return {
    url: `app:${site}`,
    scripts: suffix === undefined ? scripts : [suffix],
    at: handler.at,
    times: {
      ...(connect !== undefined && { connect_timeout: `${connect} s` }),
      ...(io !== undefined && { response_timeout: `${io} s`, idle_timeout: `${io} s` }),
      ...(busy !== undefined && { total_timeout: `${busy} s` }),
    },
  };
}

/** As applications and principals are called. */
function nameOf(text: string): string {
  return text.replace(/[^\w-]+/g, '-').slice(0, 32);
}
