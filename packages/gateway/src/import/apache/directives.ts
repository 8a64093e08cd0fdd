/** A single directive: carried out by the topic it belongs to, or left out with a reason. */
import { trafficTopics } from '../evasive.ts';
import { access } from './access.ts';
import type { Backends } from './backends.ts';
import { fcgid } from './fcgid.ts';
import { fileDirectives } from './file-directives.ts';
import { headers } from './headers.ts';
import { reasonFor } from './no-counterpart.ts';
import type { Directive } from './parse.ts';
import { proxying } from './proxying.ts';
import { redirects } from './redirects.ts';
import { rewrites } from './rewrites.ts';
import { takeRule } from './rules.ts';
import type { Scope } from './scope.ts';
import { settings } from './settings.ts';
import { tls } from './tls.ts';
import type { Topic, Workshop } from './topic.ts';
import { users } from './users.ts';

const names: Topic[string] = ({ args, at }, scope, { ledger }) => {
  for (const written of args) {
    const name = written.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');
    scope.names.push({ name, at });
  }
  if (scope.kind === 'site') ledger.enter(at);
  else ledger.leftOut(at, 'the main server answers for names that no virtual host has');
};

const TOPICS: Topic = {
  __proto__: null as never,
  servername: names,
  serveralias: names,
  ...settings,
  ...tls,
  ...access,
  ...users,
  ...headers,
  ...fileDirectives,
  ...fcgid,
  ...redirects,
  ...rewrites,
  ...proxying,
  ...trafficTopics,
};

/** `scope`: where it stands. */
export function takeDirective(directive: Directive, scope: Scope, backends: Backends, workshop: Workshop): void {
  const lower = directive.name.toLowerCase();
  const take = TOPICS[lower];
  if (/^sec[a-z]/.test(lower)) takeRule(directive, scope, workshop);
  else if (lower === 'balancermember' || lower === 'proxyset') backends.takeDirective(directive);
  else if (take !== undefined) take(directive, scope, workshop);
  else workshop.ledger.leftOut(directive.at, reasonFor(directive.name));
}
