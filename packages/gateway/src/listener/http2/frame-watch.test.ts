import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameWatch } from './frame-watch.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const LIMITS = { headerBlock: 1000, resets: 3, controlFrames: 10 };
/** A whole GET: four indexed fields. */
const GET = [0x82, 0x84, 0x87, 0x81];

function frame(type: number, flags: number, stream: number, payload: readonly number[] = []): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}

function watchOf(...frames: readonly Buffer[]): FrameWatch {
  const watch = new FrameWatch(LIMITS, () => 0);
  watch.read(Buffer.concat([PREFACE, ...frames]));
  return watch;
}

describe('fields', () => {
  it.each([
    ['of one frame', [frame(1, 5, 1, GET)]],
    ['of several', [frame(1, 1, 1, GET.slice(0, 2)), frame(9, 0, 1, [GET[2] as number]), frame(9, 4, 1, GET.slice(3))]],
    ['behind a priority', [frame(1, 0x25, 1, [0, 0, 0, 0, 9, ...GET])]],
    ['within padding', [frame(1, 0x0d, 1, [2, ...GET, 0, 0])]],
    ['with both', [frame(1, 0x2d, 1, [1, 0, 0, 0, 0, 9, ...GET, 0])]],
  ])('%s are counted', (_name, frames) => expect(watchOf(...frames).fieldsOf(1)).toBe(4));

  it('of trailers are not those of the head', () => {
    expect(watchOf(frame(1, 4, 1, GET), frame(1, 5, 1, [0x40, 1, 0x61, 0])).fieldsOf(1)).toBe(4);
  });

  it('are asked for once', () => {
    const watch = watchOf(frame(1, 5, 1, GET), frame(1, 5, 3, GET));
    expect(watch.fieldsOf(3)).toBe(4);
    expect(watch.fieldsOf(1)).toBeUndefined();
  });
});

describe('complaints', () => {
  const many = (count: number, one: Buffer): readonly Buffer[] => Array.from({ length: count }, () => one);

  it.each([
    ['resets', many(4, frame(3, 0, 1, [0, 0, 0, 8])), 'more than 3 resets in 10 s'],
    ['settings', many(11, frame(4, 0, 0)), 'more than 10 control frames in 10 s'],
    ['pings', many(11, frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])), 'more than 10 control frames in 10 s'],
    ['empty data', many(11, frame(0, 0, 1)), 'more than 10 control frames in 10 s'],
    ['continuations', [frame(1, 0, 1), ...many(17, frame(9, 0, 1))], 'a header block in too many frames'],
    [
      'large blocks',
      [
        frame(
          1,
          4,
          1,
          Array.from({ length: 1001 }, () => 0x82),
        ),
      ],
      'a header block of more than 1000 bytes',
    ],
    ['broken blocks', [frame(1, 4, 1, [0x40])], 'a header block that ends within a field'],
  ])('%s', (_name, frames, complaint) => expect(watchOf(...frames).complaint).toBe(complaint));

  it('none about as much as is allowed, and about data', () => {
    const frames = [
      ...many(3, frame(3, 0, 1, [0, 0, 0, 8])),
      ...many(10, frame(4, 0, 0)),
      ...many(50, frame(0, 0, 1, [1])),
    ];
    expect(watchOf(...frames).complaint).toBeUndefined();
  });

  it('the count begins anew after ten seconds', () => {
    let now = 0;
    const watch = new FrameWatch(LIMITS, () => now);
    watch.read(PREFACE);
    for (let at = 0; at < 40; at++, now += 4000) watch.read(frame(3, 0, 1, [0, 0, 0, 8]));
    expect(watch.complaint).toBeUndefined();
  });

  it('whoever is sent a body may open its windows', () => {
    const watch = new FrameWatch(LIMITS, () => 0);
    watch.read(PREFACE);
    for (let at = 0; at < 50; at++) {
      watch.earn(16_384);
      for (const one of many(4, frame(8, 0, 0, [0, 0, 64, 0]))) watch.read(one);
    }
    expect(watch.complaint).toBeUndefined();
  });
});

it('comes to the same however the bytes are cut', () => {
  const frames = [
    frame(1, 5, 1, GET),
    frame(1, 0, 3, GET),
    frame(9, 4, 3, GET),
    frame(3, 0, 1, [0, 0, 0, 8]),
    frame(6, 0, 0),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...frames), { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (all, size) => {
        const bytes = Buffer.concat([PREFACE, ...all]);
        const whole = watchOf(...all);
        const cut = new FrameWatch(LIMITS, () => 0);
        for (let at = 0; at < bytes.length; at += size) cut.read(bytes.subarray(at, at + size));
        expect([cut.complaint, cut.fieldsOf(3)]).toEqual([whole.complaint, whole.fieldsOf(3)]);
      },
    ),
  );
});
