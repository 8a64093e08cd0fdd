import type { ActionParts } from '../seclang/make-node.ts';
import type { FilterActions } from './filter-actions.ts';
import type { FilterPhase } from './locations.ts';

/** What filters do that do not say it themselves. */
export interface DefaultActions {
  readonly disruptive: ActionParts;
  readonly status: string | undefined;
  readonly logging: readonly ActionParts[];
  /** Given to every rule, since SecDefaultAction cannot carry it or would do it too early in a chain. */
  readonly metadata: readonly ActionParts[];
  readonly effects: readonly ActionParts[];
  readonly pause: string | undefined;
}

/** Without a SecFilterDefaultAction 1.x refused the request with 403 and logged it. */
export const builtInDefaults: DefaultActions = {
  disruptive: ['deny'],
  status: '403',
  logging: [],
  metadata: [],
  effects: [],
  pause: undefined,
};

/** The defaults that a SecFilterDefaultAction sets. */
export function defaultsFrom(actions: FilterActions): DefaultActions {
  const { disruptive = builtInDefaults.disruptive, status, logging, metadata, effects, pause } = actions;
  return { disruptive, status, logging, metadata, effects, pause };
}

/** The argument of the SecDefaultAction for one phase. */
export function defaultActionList(defaults: DefaultActions, phase: FilterPhase): string {
  const { logging, status } = defaults;
  const [name, url] = phase > 2 && defaults.disruptive[0] === 'proxy' ? (['deny'] as const) : defaults.disruptive;
  const isSilent = logging.some(([word]) => word === 'nolog');
  const written = new Set(logging.map(([word]) => word));
  const words = [
    `phase:${phase}`,
    isSilent ? 'nolog' : 'log',
    ...(written.has('noauditlog') ? ['noauditlog'] : isSilent && !written.has('auditlog') ? [] : ['auditlog']),
    url === undefined ? name : `${name}:'${url.replace(/[\\']/g, '\\$&')}'`,
    ...(status === undefined ? [] : [`status:${status}`]),
  ];
  return words.join(',');
}
