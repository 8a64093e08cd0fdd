/** The Redis store against a real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { describeStore } from '../../../engine/test/collections/store.cases.ts';
import { RedisStore } from '../../src/stores/redis-store.ts';
import { describeRedis, freePort, type RedisServer, startRedis } from '../support/redis.ts';

describeRedis('the store in Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(folder, await freePort());
  });
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  let run = 0;
  describeStore('the store in Redis', (clock) => {
    const options = {
      url: server.url,
      prefix: `run ${run++}:`,
      timeout: 5000,
      now: () => clock.seconds * 1000,
    };
    const store = new RedisStore(options);
    const other = new RedisStore(options);
    return {
      store,
      other,
      close() {
        store.close();
        other.close();
      },
    };
  });
});
