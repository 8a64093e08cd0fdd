import type { Gateway } from '../gateway.ts';
import { answerQuery } from './query.ts';

/** What must hold in every process of a gate, from its first request on. */
export interface Order {
  readonly query: string;
  readonly parameters: unknown;
}

/** Carries out what was ordered before a process began, in turn. What cannot be is a line in the error log. */
export async function carryOutAll(gateway: Gateway, orders: readonly Order[]): Promise<void> {
  for (const { query, parameters } of orders) {
    const { error } = ((await answerQuery(gateway, query, parameters)) ?? {}) as { readonly error?: unknown };
    if (error === undefined) continue;
    const order = `${query} ${JSON.stringify(parameters)}`;
    gateway.logs.error('error', 'admin', `an earlier order cannot be carried out: ${order}: ${String(error)}`);
  }
}
