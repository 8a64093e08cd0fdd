import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/test-order.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const alias = {
  '@sallyport/engine/node': source('./packages/engine/src/node/index.ts'),
  '@sallyport/engine/fetch': source('./packages/engine/src/fetch/index.ts'),
  '@sallyport/engine/fastify': source('./packages/engine/src/fastify/index.ts'),
  '@sallyport/engine/language': source('./packages/engine/src/language/index.ts'),
  '@sallyport/engine/text': source('./packages/engine/src/text/index.ts'),
  '@sallyport/engine/plugin': source('./packages/engine/src/plugin/index.ts'),
  '@sallyport/engine': source('./packages/engine/src/index.ts'),
};

/**
 * How long a test may take, and wait for what it polls, before it counts as hung. A busy machine makes everything slower; what is to be
 * fast says so in its test, by a measure of its own.
 */
const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    // Integration tests wait as long as they work, so processors are not left half idle.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias },
        test: {
          ...patience,
          name: 'unit',
          // No module keeps state, so files can share a process.
          isolate: false,
          include: ['packages/*/src/**/*.test.ts', 'packages/engine/test/**/*.test.ts'],
        },
      },
      {
        // Whatever runs rules through the engine, once more on the evaluator that looks at everything.
        resolve: {
          alias: [
            { find: /^\.\/run\/optimized\.ts$/, replacement: source('./conformance/evaluators/reference-only.ts') },
            ...Object.entries(alias).map(([find, replacement]) => ({ find, replacement })),
          ],
        },
        test: {
          ...patience,
          name: 'unit-reference',
          isolate: false,
          include: [
            'packages/engine/test/*.test.ts',
            'packages/engine/test/{adapters,services}/*.test.ts',
            'packages/engine/src/{adapter,fetch,node,plugin}/*.test.ts',
            'packages/engine/src/run/{budget,persistent-record}.test.ts',
            'packages/engine/src/import-modsec1.test.ts',
          ],
        },
      },
      {
        resolve: { alias },
        test: {
          ...patience,
          name: 'integration',
          include: ['packages/gateway/test/**/*.test.ts'],
        },
      },
      {
        resolve: { alias },
        test: {
          ...patience,
          name: 'conformance',
          include: ['conformance/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
    ],
  },
});
