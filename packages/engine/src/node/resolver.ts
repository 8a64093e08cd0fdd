import { Resolver } from 'node:dns/promises';
import type { NameResolver } from '../registry/operator.ts';

/** Codes that mean "there is no such name", which is an answer and not a failure. */
const notFound: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/** DNS through the resolvers of the system, with a time limit per question. */
export function createNodeResolver(timeoutMilliseconds = 2000): NameResolver {
  const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: 1 });
  return {
    resolve4: async (name) => {
      try {
        return await resolver.resolve4(name);
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && notFound.has(String(cause.code))) return [];
        throw cause;
      }
    },
  };
}
