import { expect, it } from 'vitest';
import { inheritedSockets } from './inherited-sockets.ts';

const LISTENERS = [
  { address: '127.0.0.1', port: 80, http2: false },
  { address: '::1', port: 443, http2: false },
];
const handed = { wanted: '127.0.0.1|80', descriptor: 4, address: '127.0.0.1', port: 80 };

it.each([
  ['nothing', {}, { sockets: [], isTakingOver: false }],
  [
    'systemd, in the order of the listeners',
    { LISTEN_FDS: '2', LISTEN_PID: '7' },
    {
      sockets: [
        { wanted: '127.0.0.1|80', descriptor: 3, address: '127.0.0.1', port: 80 },
        { wanted: '::1|443', descriptor: 4, address: '::1', port: 443 },
      ],
      isTakingOver: false,
    },
  ],
  ['systemd, for another process', { LISTEN_FDS: '2', LISTEN_PID: '8' }, { sockets: [], isTakingOver: false }],
  ['an earlier supervisor', { SALLYPORT_SOCKETS: JSON.stringify([handed]) }, { sockets: [handed], isTakingOver: true }],
])('%s', (_name, environment, inheritance) => {
  expect(inheritedSockets(LISTENERS, environment, 7)).toEqual(inheritance);
});

it('refuses sockets of systemd that are not as many as the listeners', () => {
  expect(() => inheritedSockets(LISTENERS, { LISTEN_FDS: '1', LISTEN_PID: '7' }, 7)).toThrow(
    'systemd hands over 1 sockets, and the configuration has 2 listeners',
  );
});
