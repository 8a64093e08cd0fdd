import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const alias = {
  '@sallyport/engine/node': source('./packages/engine/src/node/index.ts'),
  '@sallyport/engine/fetch': source('./packages/engine/src/fetch/index.ts'),
  '@sallyport/engine/fastify': source('./packages/engine/src/fastify/index.ts'),
  '@sallyport/engine/language': source('./packages/engine/src/language/index.ts'),
  '@sallyport/engine/plugin': source('./packages/engine/src/plugin/index.ts'),
  '@sallyport/engine': source('./packages/engine/src/index.ts'),
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'packages/engine/test/**/*.test.ts'] },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['packages/gateway/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'conformance',
          include: ['conformance/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
