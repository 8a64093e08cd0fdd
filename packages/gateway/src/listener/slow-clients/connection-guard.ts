import type { Socket } from 'node:net';
import type { ConnectionsConfig } from '../../config/sections/connections.ts';
import type { SlowClientsConfig } from '../../config/sections/slow-clients.ts';
import { clientNetwork } from '../client-network.ts';
import { plainAddress } from '../networks.ts';
import { GuardedConnection, type TooSlow } from './guarded-connection.ts';
import type { TimerWheel } from './timer-wheel.ts';

export interface GuardSettings {
  readonly slowClients: SlowClientsConfig;
  readonly connections: ConnectionsConfig;
  /** Connections at once. */
  readonly limit: number;
  /** Whether the limit per address does not apply to an address. */
  isExempt(address: string): boolean;
}

export interface GuardListener {
  /** A connection is not let in, or has to make room. */
  onRefused(address: string, why: string): void;
  onTooSlow(connection: GuardedConnection, why: TooSlow): void;
}

/** The connections of one listener: how many there are, of whom, and how long each may take. */
export class ConnectionGuard {
  readonly #wheel: TimerWheel;
  readonly #settings: () => GuardSettings;
  readonly #listener: GuardListener;
  readonly #bySocket = new Map<Socket, GuardedConnection>();
  /** Handshakes under way, by the client's end: the raw socket and the decrypted one share nothing else in public. */
  readonly #handshakes = new Map<string, GuardedConnection>();
  readonly #perNetwork = new Map<string, number>();
  /** In the order in which they may have become idle: the first is the oldest. */
  readonly #idle = new Set<GuardedConnection>();
  #open = 0;

  constructor(wheel: TimerWheel, settings: () => GuardSettings, listener: GuardListener) {
    this.#wheel = wheel;
    this.#settings = settings;
    this.#listener = listener;
  }

  get open(): number {
    return this.#open;
  }

  /** Connections should be closed after their answer. */
  get isCrowded(): boolean {
    const { limit, connections } = this.#settings();
    return this.#open * 100 > limit * connections.keepAliveBelow;
  }

  /** Takes a new connection in hand, or closes it. When all places are taken the connection idle for longest gives its own. */
  opened(socket: Socket, isSecure: boolean): void {
    const settings = this.#settings();
    const address = plainAddress(socket.remoteAddress);
    const network = clientNetwork(address);
    const ofNetwork = (this.#perNetwork.get(network) ?? 0) + 1;
    const { perAddress, perAddressAbove } = settings.connections;
    const isLimited = perAddress > 0 && this.#open * 100 >= settings.limit * perAddressAbove;
    if (isLimited && ofNetwork > perAddress && !settings.isExempt(address)) {
      this.#listener.onRefused(address, `${network} has ${perAddress} connections (connections.per_address)`);
      socket.destroy();
      return;
    }
    if (this.#open >= settings.limit && !this.#makeRoom()) {
      this.#listener.onRefused(address, `all ${settings.limit} connections are in use (limits.connections)`);
      socket.destroy();
      return;
    }
    const connection = new GuardedConnection({
      socket,
      network,
      isSecure,
      now: this.#wheel.now,
      limits: () => this.#settings().slowClients,
      onTooSlow: (one, why) => this.#listener.onTooSlow(one, why),
    });
    this.#open++;
    this.#perNetwork.set(network, ofNetwork);
    if (isSecure) this.#handshakes.set(endOf(socket), connection);
    else this.#bySocket.set(socket, connection);
    this.#idle.add(connection);
    const end = isSecure ? endOf(socket) : '';
    const stopWatching = this.#wheel.watch(connection, this.#wheel.now);
    socket.once('close', () => {
      stopWatching();
      connection.closed();
      if (this.#handshakes.get(end) === connection) this.#handshakes.delete(end);
      this.#bySocket.delete(connection.socket);
      this.#forget(connection);
    });
  }

  /** TLS is agreed on: `socket` is the decrypted side of a connection that was opened. */
  secured(socket: Socket): void {
    const end = endOf(socket);
    const connection = this.#handshakes.get(end);
    if (connection === undefined) return;
    this.#handshakes.delete(end);
    connection.secured(socket, this.#wheel.now);
    this.#bySocket.set(socket, connection);
  }

  requestBegun(socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    connection.requestBegun();
    this.#idle.delete(connection);
  }

  requestOver(socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    connection.requestOver();
    if (connection.isIdle) this.#idle.add(connection);
  }

  /** The connection speaks HTTP/2. */
  multiplexed(socket: Socket): void {
    this.#bySocket.get(socket)?.multiplexed();
  }

  #makeRoom(): boolean {
    for (const connection of this.#idle) {
      this.#idle.delete(connection);
      if (!connection.isIdle) continue;
      const { socket } = connection;
      this.#listener.onRefused(plainAddress(socket.remoteAddress), 'idle for longest, closed for a new connection');
      socket.destroy();
      // Its end is told later; its place is free now.
      this.#forget(connection);
      return true;
    }
    return false;
  }

  #forget(connection: GuardedConnection): void {
    this.#idle.delete(connection);
    if (connection.isForgotten) return;
    connection.isForgotten = true;
    this.#open--;
    const left = (this.#perNetwork.get(connection.network) ?? 1) - 1;
    if (left > 0) this.#perNetwork.set(connection.network, left);
    else this.#perNetwork.delete(connection.network);
  }
}

/** A connection is known by its two ends. */
function endOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress}|${remotePort}|${localPort}`;
}
