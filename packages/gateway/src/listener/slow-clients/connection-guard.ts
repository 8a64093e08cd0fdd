import type { Socket } from 'node:net';
import type { ConnectionsConfig } from '../../config/sections/connections.ts';
import type { SlowClientsConfig } from '../../config/sections/slow-clients.ts';
import type { Tally } from '../../stages/tally/tally.ts';
import { clientNetwork } from '../client-network.ts';
import { plainAddress } from '../networks.ts';
import { GuardedConnection, type TooSlow } from './guarded-connection.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** Milliseconds: how old the number of all connections may be where it decides nothing but how they end. */
const COUNT_EVERY = 250;

export interface GuardSettings {
  readonly slowClients: SlowClientsConfig;
  readonly connections: ConnectionsConfig;
  /** Connections at once. */
  readonly limit: number;
  /** Where connections are counted: in the processes of a gate together. */
  readonly tally: Tally;
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
  /** In the order in which they may have become idle: the first is the oldest. */
  readonly #idle = new Set<GuardedConnection>();
  /** Those that turned out to have begun something when a place was looked for, in that order. */
  readonly #beginning = new Set<GuardedConnection>();
  readonly #tally: Tally;
  readonly #door: () => string;
  /** Connections of all processes when it was last looked, and when that was. */
  #open = 0;
  #openAt = 0;

  /** `door`: the address of the listener, the same in all processes; known once there are connections. */
  constructor(wheel: TimerWheel, settings: () => GuardSettings, door: () => string, listener: GuardListener) {
    this.#wheel = wheel;
    this.#settings = settings;
    this.#tally = settings().tally;
    this.#door = door;
    this.#listener = listener;
  }

  /** Connections should be closed after their answer. */
  get isCrowded(): boolean {
    const { limit, connections } = this.#settings();
    const { now } = this.#wheel;
    if (this.#tally.isShared && now > this.#openAt + COUNT_EVERY) this.#note(this.#tally.count(this.#key()));
    return this.#open * 100 > limit * connections.keepAliveBelow;
  }

  /**
   * Takes a new connection in hand, or closes it. When all places are taken the connection idle for longest gives its own, or one
   * that is still at its handshake or head after seconds. Whether it was let in.
   */
  opened(socket: Socket, isSecure: boolean): boolean {
    const settings = this.#settings();
    const address = plainAddress(socket.remoteAddress);
    const network = clientNetwork(address);
    this.#note(this.#tally.add(this.#key()));
    const ofNetwork = this.#tally.add(this.#key(network));
    const refuse = (why: string): false => {
      this.#uncount(network);
      this.#listener.onRefused(address, why);
      socket.destroy();
      return false;
    };
    const { perAddress, perAddressAbove } = settings.connections;
    const isLimited = perAddress > 0 && (this.#open - 1) * 100 >= settings.limit * perAddressAbove;
    if (isLimited && ofNetwork > perAddress && !settings.isExempt(address)) {
      return refuse(`${network} has ${perAddress} connections (connections.per_address)`);
    }
    if (this.#open > settings.limit && !this.#makeRoom()) {
      return refuse(`all ${settings.limit} connections are in use (limits.connections)`);
    }
    const connection = new GuardedConnection({
      socket,
      network,
      isSecure,
      now: this.#wheel.now,
      limits: () => this.#settings().slowClients,
      onTooSlow: (one, why) => this.#listener.onTooSlow(one, why),
    });
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
    return true;
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
    this.#beginning.delete(connection);
  }

  requestOver(socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    connection.requestOver(this.#wheel.now);
    if (connection.isIdle) this.#idle.add(connection);
  }

  /** The connection speaks HTTP/2. */
  multiplexed(socket: Socket): void {
    this.#bySocket.get(socket)?.multiplexed();
  }

  #makeRoom(): boolean {
    const { now } = this.#wheel;
    const idle = this.#longestIdle();
    const [beginning] = this.#beginning;
    // A client that has just come is no better than one that dawdles, and must not go in its place.
    if (idle === undefined || idle.isFresh(now)) {
      if (beginning?.isDawdling(now) === true) {
        this.#evict(beginning, 'closed for a new connection before its request had come');
        return true;
      }
    }
    if (idle === undefined) return false;
    this.#evict(idle, 'idle for longest, closed for a new connection');
    return true;
  }

  #longestIdle(): GuardedConnection | undefined {
    for (const connection of this.#idle) {
      if (connection.isIdle) return connection;
      this.#idle.delete(connection);
      this.#beginning.add(connection);
    }
    return undefined;
  }

  #evict(connection: GuardedConnection, why: string): void {
    const { socket } = connection;
    this.#listener.onRefused(plainAddress(socket.remoteAddress), why);
    socket.destroy();
    // Its end is told later; its place is free now.
    this.#forget(connection);
  }

  #forget(connection: GuardedConnection): void {
    this.#idle.delete(connection);
    this.#beginning.delete(connection);
    if (connection.isForgotten) return;
    connection.isForgotten = true;
    this.#uncount(connection.network);
  }

  #uncount(network: string): void {
    this.#tally.remove(this.#key());
    this.#tally.remove(this.#key(network));
    this.#open--;
  }

  #note(open: number): void {
    this.#open = open;
    this.#openAt = this.#wheel.now;
  }

  /** Under which connections are counted, those of a network or all. */
  #key(network = ''): string {
    return `connections ${this.#door()} ${network}`;
  }
}

/** A connection is known by its two ends. */
function endOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress}|${remotePort}|${localPort}`;
}
