/** Questions to a serving process. Each is a file in `queries/`; `queries/index.ts` lists them. */
import type { Gateway } from '../gateway.ts';
import { QUERIES } from './queries/index.ts';

export interface Query {
  readonly name: string;
  /**
   * Runs in the worker. `parameters` come from an endpoint through JSON, and so does the answer on its way back. A throw reaches
   * the endpoint as an answer of the form `{ error: message }`.
   */
  answer(gateway: Gateway, parameters: unknown): unknown;
}

/** Never rejects. */
export async function answerQuery(gateway: Gateway, name: string, parameters: unknown): Promise<unknown> {
  const query = QUERIES.find((one) => one.name === name);
  if (query === undefined) return { error: `there is no query "${name}"` };
  try {
    return await query.answer(gateway, parameters);
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}
