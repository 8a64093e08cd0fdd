import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { AnswerBody } from './answer-body.ts';

/** A body of a client that takes `window` bytes before it wants a pause, and what happens to it in order. */
function body(
  length: number | undefined,
  window = Number.POSITIVE_INFINITY,
): { one: AnswerBody; told: string[]; drain: () => void } {
  const told: string[] = [];
  const text = (chunk: Buffer | string | undefined): string => (chunk === undefined ? '' : chunk.toString());
  let room = window;
  const response = Object.assign(new EventEmitter(), {
    write(chunk: Buffer): boolean {
      told.push(`write ${text(chunk)}`);
      room -= chunk.length;
      return room > 0;
    },
    end: (chunk?: Buffer | string) => told.push(`end ${text(chunk)}`.trim()),
  });
  // Only what a body needs of its exchange.
  const exchange = {
    response,
    request: {},
    head: { expectsContinue: false },
    isFinished: true,
    sentTrailers: [],
    isRequestPending: false,
    responseBytes: 0,
    gate: { departures: { assembled: () => undefined } },
  } as unknown as Exchange;
  const owner = {
    run: (work: () => unknown): void => void work(),
    leave: (): void => void told.push('leave'),
    carryOut: (): Promise<void> => Promise.resolve(),
  };
  const controller = { pause: () => told.push('pause'), resume: () => told.push('resume') };
  return {
    one: new AnswerBody(exchange, owner, controller as never, length),
    told,
    drain: () => response.emit('drain'),
  };
}

it('passes chunks as they come, and the last one with the end', () => {
  const { one, told } = body(6);
  one.take(Buffer.from('abc'));
  one.take(Buffer.from('def'));
  one.end();
  expect(told).toEqual(['write abc', 'leave', 'end def']);
});

it('knows no last one where the upstream does not say how much there is', () => {
  const { one, told } = body(undefined);
  one.take(Buffer.from('abc'));
  one.end();
  expect(told).toEqual(['write abc', 'leave', 'end']);
});

it('lets the upstream wait for a client that takes no more', () => {
  const { one, told, drain } = body(undefined, 3);
  one.take(Buffer.from('abc'));
  expect(told).toEqual(['write abc', 'pause']);
  drain();
  expect(told).toEqual(['write abc', 'pause', 'resume']);
});

it('goes on behind what was held back, and puts what rules add behind all', () => {
  const { one, told } = body(6);
  one.begin([Buffer.from('a'), Buffer.from('bc')], 3, Buffer.from('!'), false);
  one.take(Buffer.from('def'));
  one.end();
  expect(told).toEqual(['write a', 'write bc', 'resume', 'leave', 'end def!']);
});

it('does not go on before the client has taken what was held back', () => {
  const { one, told, drain } = body(6, 3);
  one.begin([Buffer.from('abc')], 3, undefined, false);
  expect(told).toEqual(['write abc']);
  drain();
  expect(told).toEqual(['write abc', 'resume']);
});

it('sends what was held back to its end', () => {
  const { one, told } = body(4);
  one.begin([Buffer.from('ab'), Buffer.from('cd')], 4, undefined, true);
  expect(told).toEqual(['write ab', 'leave', 'end cd']);
});
