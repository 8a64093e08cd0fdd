/**
 * Real servers as judges: whatever path passes the gate, they find the file that the gate chose the route by. The rules get the very
 * bytes the server gets, so nobody can be fooled about which resource a request is for.
 */
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/listener/target.ts';
import { startGate } from '../support/gate.ts';
import { hasPeer, PEERS, startPeer } from '../support/peers.ts';
import { converse } from '../support/raw.ts';

/** Each holds its own path. */
const FILES: readonly string[] = [
  '/a',
  '/b/c',
  '/admin/x',
  '/b/a',
  '/A',
  '/p;q',
  '/100%',
  '/x y',
  '/b/%2e',
  '/é',
  '/b/...',
];

/** Pieces of paths; all pairs and many triples of them are asked for. */
const PIECES: readonly string[] = [
  ...['a', 'b', 'c', 'admin', 'x', '.', '..', '...', '', 'A', 'p;q', '100%25', 'x%20y', '%C3%A9'],
  ...[
    '%2e',
    '%2E%2e',
    '.%2e',
    '%61',
    '%41',
    '%2f',
    '%2F..%2f',
    '%5c',
    '%5c..%5c',
    '\\',
    '..;',
    '..;x=1',
    '.;',
    ';',
    'a;x',
    'a;..',
  ],
  ...[
    '%252e',
    '%252e%252e',
    '%252f',
    '%c0%ae',
    '%c0%af',
    '%e0%80%ae',
    '%00',
    'a%00',
    '%zz',
    '%',
    '%2',
    '?',
    '#',
    '%3f',
    '%23',
    '+',
  ],
  ...['%e2%80%a5', '%uff0e', '~', '%7e', '@', 'a:b', '%0a', '%0d%0a', '%09', '%a0', '\xe9', '%e9'],
];

function paths(): readonly string[] {
  const all = new Set<string>();
  for (const first of PIECES) {
    all.add(`/${first}`).add(`//${first}`).add(`/${first}/`);
    for (const second of PIECES) all.add(`/${first}/${second}`);
    for (const middle of ['..', '%2e%2e', '..;', '%252e%252e', '%c0%ae%c0%ae', '.', ''])
      all.add(`/${first}/${middle}/a`);
  }
  return [...all];
}

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** One connection for each: a refused one ends its own. */
async function askAll(port: number, all: readonly string[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const queue = [...all];
  const work = async (): Promise<void> => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const { received } = await converse(
        port,
        `GET ${path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`,
        20_000,
      );
      const body = received.slice(received.indexOf('\r\n\r\n') + 4);
      answers.push({ path, status: Number(received.slice(9, 12)), body });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return answers;
}

describe.each(PEERS.filter((name) => name !== 'haproxy'))('A25 %s behind the gate', (name) => {
  it.skipIf(!hasPeer(name))('finds what the gate has chosen the route by', async () => {
    const gate = await startGate(await startPeer(name, FILES));
    const answers = await askAll(gate.port, paths());
    const found = answers.filter(({ status }) => status === 200);
    const wrong = found.filter(({ path, body }) => {
      const seen = Buffer.from(parseTarget(path, 'GET')?.path ?? '', 'latin1').toString('utf8');
      const file = Buffer.from(body, 'latin1').toString('utf8');
      // Some servers take what stands behind a file for path information. Routes know segments only, so they agree.
      return seen !== file && !seen.startsWith(`${file}/`);
    });
    expect(wrong).toEqual([]);
    // The judge is awake: it has found files by plain names and by others.
    expect(new Set(found.map(({ body }) => body)).size).toBeGreaterThan(5);
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThan(500);
    expect(answers.some(({ status }) => status === 502)).toBe(false);
  });
});

describe('A25 haproxy behind the gate', () => {
  it.skipIf(!hasPeer('haproxy'))('gets the bytes the client sent', async () => {
    const gate = await startGate(await startPeer('haproxy', []));
    const answers = await askAll(gate.port, paths());
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed.length).toBeGreaterThan(500);
    expect(passed.filter(({ path, body }) => path !== body)).toEqual([]);
  });
});
