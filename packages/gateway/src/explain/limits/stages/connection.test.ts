import { expect, it } from 'vitest';
import { limitsMet } from '../../../../test/support/limits-met.ts';
import { limitsOfConnection } from './connection.ts';

it('lists what a connection meets, and where it is written', () => {
  const yaml = `limits: { connections: 500, requests_per_connection: 0 }
connections: { per_address: 0, keep_alive_below: 80 }
timeouts: { keep_alive: 90 s }
slow_clients: { response: { minimum_rate: 100 } }`;
  expect(limitsMet(limitsOfConnection, yaml)).toEqual([
    'limits.connections: 500: the connection idle for longest makes room; else closed (gate.yaml:1:24)',
    'connections.per_address: no limit: closed (gate.yaml:2:29)',
    'connections.keep_alive_below: 80 %: closed after the answer (gate.yaml:2:50)',
    'timeouts.keep_alive: 1.5 m: idle connections are closed (gate.yaml:3:25)',
    'limits.requests_per_connection: no limit: closed after the answer (gate.yaml:1:54)',
    expect.stringMatching(/^slow_clients\.header: .*: 408 \(default\)$/),
    expect.stringMatching(/^slow_clients\.body: .*: 408 \(default\)$/),
    'timeouts.body_idle: 30 s: 408 after silence (default)',
    expect.stringMatching(/^slow_clients\.response: .*, longer at 100 B\/s.*: cut \(gate\.yaml:4:43\)$/),
  ]);
});

it('begins with the handshake where the address is one of TLS', () => {
  const [first] = limitsMet(limitsOfConnection, 'slow_clients: { handshake: 7 s }', { isSecure: true });
  expect(first).toMatch(/^slow_clients\.handshake: 7 s.*: closed \(gate\.yaml:1:28\)$/);
});
