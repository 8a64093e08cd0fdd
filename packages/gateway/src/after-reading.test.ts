import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { AfterReading } from './after-reading.ts';
import { eventRound } from './round.ts';

let server: Server;
const accepted: ((socket: Socket) => void)[] = [];
beforeAll(async () => {
  server = createServer((socket) => accepted.shift()?.(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** Both ends of a connection within this process; what one writes has come at the other before `write` returns. */
async function connection(): Promise<readonly [near: Socket, far: Socket]> {
  const { port } = server.address() as { readonly port: number };
  const opening = new Promise<Socket>((resolve) => accepted.push(resolve));
  const near = connect(port, '127.0.0.1');
  const far = await opening;
  onTestFinished(() => void near.destroy());
  return [near, far];
}

/** Whether what had come when an item was added had been read when it was handed out. */
async function isReadFirst(addBesides: (add: () => void, wake: () => void) => void): Promise<boolean> {
  const [near, far] = await connection();
  let hasRead = false;
  far.on('data', () => {
    hasRead = true;
  });
  return new Promise((resolve) => {
    const after = new AfterReading<'other' | 'watched'>((item) => {
      if (item === 'watched') resolve(hasRead);
    });
    addBesides(
      () => {
        near.write('come');
        after.add('watched');
      },
      () => after.add('other'),
    );
  });
}

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('hands an item out when what had come has been read', async () => {
  expect(await isReadFirst((add) => add())).toBe(true);
});

it('does so after a lot of work', async () => {
  const added = isReadFirst((add) => {
    add();
    work(50);
  });
  expect(await added).toBe(true);
});

it('does so for an item added behind the reading of a round, and in the very next one', async () => {
  let isLater = false;
  const added = isReadFirst((add) => {
    eventRound.behindReading(() => {
      add();
      setImmediate(() => {
        isLater = true;
      });
    });
  });
  expect(await added).toBe(true);
  expect(isLater).toBe(false);
});

it('does so for an item that joins others that wait already', async () => {
  const [near, far] = await connection();
  const joined = isReadFirst((add, addOther) => {
    // Read in the round that the others wait for.
    far.once('data', add);
    near.write('wake');
    addOther();
  });
  expect(await joined).toBe(true);
});

it('keeps the order, also of what is added meanwhile', async () => {
  const order: number[] = [];
  await new Promise<void>((resolve) => {
    const after = new AfterReading<number>((item) => {
      order.push(item);
      if (item === 1) after.add(4);
      if (item === 4) resolve();
    });
    after.add(1);
    after.add(2);
    setImmediate(() => after.add(3));
  });
  expect(order).toEqual([1, 2, 3, 4]);
});

it('waits for no more than a few rounds when none is short', async () => {
  let rounds = 0;
  let isOver = false;
  const busy = (): void => {
    rounds++;
    work(10);
    if (!isOver) setImmediate(busy);
  };
  await new Promise<void>((resolve) => {
    const after = new AfterReading<void>(() => {
      isOver = true;
      resolve();
    });
    after.add();
    setImmediate(busy);
  });
  expect(rounds).toBeLessThanOrEqual(5);
});
