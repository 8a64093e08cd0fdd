import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Gate } from '../gate.ts';
import type { Exchange, GateResponse } from '../proxy/exchange.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { ConnectionStates } from './connection-states.ts';
import type { Head } from './strict-http.ts';
import type { WireWatch } from './wire-watch.ts';

/** The socket remembers what is under way on it, for errors that Node reports by socket. */
export const running = Symbol('running exchange');
export const isRefused = Symbol('refused');
/** Set where connections are counted. */
export const states = Symbol('states of connections');
/** Reads along what the parser reads. */
export const watch = Symbol('watch');
/** Who the client is by its certificate. */
export const identity = Symbol('client identity');
/** Requests that came before the one ahead of them was answered. */
export const waiting = Symbol('waiting requests');

/** A request whose turn has not come, its head read. */
export interface Waiting {
  readonly request: IncomingMessage;
  readonly response: GateResponse;
  readonly head: Head;
  readonly gate: Gate;
}

/**
 * A client's connection, with what the gate knows of it. What no longer holds is set to undefined: an object that has properties
 * deleted becomes a hash table, and every look at the socket slower.
 */
export type FrontSocket = Socket & {
  [identity]?: ClientIdentity;
  [watch]?: WireWatch;
  [waiting]?: Waiting[] | undefined;
  [running]?: Exchange | undefined;
  [isRefused]?: true;
  [states]?: ConnectionStates;
  readonly encrypted?: boolean;
};
