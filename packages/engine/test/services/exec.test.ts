import { describe, expect, it } from 'vitest';
import type { ProgramCall } from '../../src/index.ts';
import { refusal, run } from '../support/exchange.ts';

describe('exec', () => {
  it('runs with the request in its environment, and rules wait for it', async () => {
    const calls: (readonly [string, ProgramCall])[] = [];
    const programs = {
      run: async (path: string, call: ProgramCall) => {
        await Promise.resolve();
        calls.push([path, call]);
        return 'ignored';
      },
    };
    const { fired } = await run(
      'SecAction "id:1,phase:1,pass,setenv:TEAM=red,exec:/bin/notify"\nSecAction "id:2,phase:1,pass"',
      {
        uri: '/x?y=1',
        headers: [
          ['X-Ä-b', 'v\0w'],
          ['Proxy', 'http://evil.test'],
        ],
      },
      { programs },
    );
    expect(fired).toEqual([1, 2]);
    expect(calls).toHaveLength(1);
    const [path, call] = calls[0]!;
    expect(path).toBe('/bin/notify');
    expect(call.arguments).toEqual([]);
    expect(call.environment).toMatchObject({
      REQUEST_METHOD: 'GET',
      REQUEST_URI: '/x?y=1',
      QUERY_STRING: 'y=1',
      REMOTE_ADDR: '192.0.2.1',
      SERVER_PORT: '80',
      UNIQUE_ID: 'tx/1',
      HTTP_HOST: 'example.test',
      HTTP_X___B: 'v',
      TEAM: 'red',
    });
    expect(call.environment).not.toHaveProperty('HTTP_PROXY');
  });

  it('goes on when the program fails, and says so', async () => {
    const programs = { run: () => Promise.reject(new Error('not found')) };
    const { verdict, record } = await run('SecAction "id:1,phase:1,pass,exec:/bin/none"', {}, { programs });
    expect(verdict).toBeUndefined();
    expect(record.messages).toEqual([{ level: 1, text: 'Failed to execute: /bin/none: not found' }]);
  });

  it.each([
    ['SecAction "id:1,phase:1,pass,exec:/bin/x"', 'SL2302 exec: no programs service was given to createWaf'],
    [
      'SecAction "id:1,phase:1,pass,exec:/a.lua"',
      'SL2302 Lua scripts cannot be run: no scripts service was given to createWaf',
    ],
    [
      'SecRule ARGS "@inspectFile /bin/x" "id:1,phase:2,pass"',
      '@inspectFile: no programs service was given to createWaf',
    ],
    [
      'SecRule ARGS "@inspectFile /a.lua" "id:1,phase:2,pass"',
      '@inspectFile: Lua scripts cannot be run: no scripts service was given to createWaf',
    ],
  ])('refuses %s', (rules, message) => expect(refusal(rules)).toContain(message));
});
