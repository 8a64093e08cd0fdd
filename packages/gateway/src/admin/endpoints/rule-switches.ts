import { RULE_SWITCHES } from '../../waf/rule-switches.ts';
import type { Control } from '../control.ts';
import { AdminError, type AdminRequest, type Endpoint } from '../endpoint.ts';
import { keepStanding } from '../keep-standing.ts';
import type { SwitchOrder } from '../queries/rule-switches.ts';

export const listRuleSwitches: Endpoint = {
  method: 'GET',
  path: '/rules/switches',
  summary: 'Rules that are switched at run time: to what, on which route, until when, by whom.',
  async handle(_request, control) {
    const [first] = await control.ask('rule-switches');
    return { status: 200, body: { switches: first?.value ?? [] } };
  },
};

export const switchRule: Endpoint = {
  method: 'PUT',
  path: '/rules/:id/switch',
  summary:
    'Switches a rule, in all workers and those that start later: `{"to": "off"|"pass"|"log"|"deny", "route": "/path", "seconds": 600, "by": "name"}`. `route` and `seconds` may be left out. It lasts over reloads, restarts and upgrades (`state_dir`).',
  async handle(request, control) {
    const { to, route, seconds, by } = bodyOf(request);
    const wanted = RULE_SWITCHES.find((one) => one === to);
    if (wanted === undefined) throw new AdminError(400, `"to" is one of ${RULE_SWITCHES.join(', ')}`);
    if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0))
      throw new AdminError(400, '"seconds" is a number above 0');
    const now = Date.now();
    const order: SwitchOrder = {
      id: idOf(request),
      to: wanted,
      ...(route !== undefined && { route: String(route) }),
      ...(typeof seconds === 'number' && { until: now + seconds * 1000 }),
      by: String(by ?? 'unknown'),
      since: now,
    };
    await requirePossible(control, order);
    return give(control, order);
  },
};

export const unswitchRule: Endpoint = {
  method: 'DELETE',
  path: '/rules/:id/switch',
  summary: 'Gives a rule back to what its file says: `?route=/path` as it was switched, `&by=name`.',
  handle(request, control) {
    const route = request.query.get('route');
    const by = request.query.get('by') ?? 'unknown';
    const order = {
      id: idOf(request),
      to: 'default' as const,
      ...(route !== null && { route }),
      by,
      since: Date.now(),
    };
    return give(control, order);
  },
};

async function give(control: Control, order: SwitchOrder): Promise<{ status: number; body: unknown }> {
  const key = `rule-switch ${order.id} ${order.route ?? ''}`;
  const replies = await control.order(key, 'switch-rule', order);
  const failed = replies.flatMap(({ value }) => errorOf(value) ?? []);
  if (failed[0] !== undefined) throw new AdminError(500, failed[0]);
  keepStanding(
    control,
    key,
    order.to === 'default' ? undefined : { query: 'switch-rule', parameters: order, ...untilOf(order) },
  );
  return { status: 200, body: { ...order, workers: replies.length } };
}

function untilOf({ until }: SwitchOrder): { readonly until?: number } {
  return until === undefined ? {} : { until };
}

/** Before the order is given: it would be given to every worker that starts later, too. */
async function requirePossible(control: Control, order: SwitchOrder): Promise<void> {
  const replies = await control.ask('check-rule-switch', order);
  const mistake = replies.flatMap(({ value }) => errorOf(value) ?? [])[0];
  if (mistake !== undefined) throw new AdminError(404, mistake);
}

function errorOf(value: unknown): string | undefined {
  const { error } = (value ?? {}) as { readonly error?: unknown };
  return error === undefined ? undefined : String(error);
}

function idOf({ parameters }: AdminRequest): number {
  const { id = '' } = parameters;
  if (!/^\d{1,15}$/.test(id)) throw new AdminError(400, `"${id}" is not the number of a rule`);
  return Number(id);
}

function bodyOf({ body }: AdminRequest): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) throw new AdminError(400, 'the body is a JSON object');
  return body as Readonly<Record<string, unknown>>;
}
