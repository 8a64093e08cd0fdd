import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { SyslogDestination } from './destination.ts';
import type { ServerTls } from './server-tls.ts';

/** Time to connect and to hand over a batch, in milliseconds. */
const TIMEOUT = 10_000;
/** Receivers take 2048 bytes at least (RFC 5426 §3.2), and most of them no more than 8 KiB. */
const LONGEST_DATAGRAM = 8192;

/** A way to a syslog server. Made anew after a failure. */
export interface SyslogConnection {
  /** Rejects when not everything was handed over; then some of it may have arrived. */
  send(messages: readonly string[], signal: AbortSignal): Promise<void>;
  close(): void;
}

/** `tls` is for `syslog+tls` only. */
export async function connectSyslog(
  destination: SyslogDestination,
  tls: ServerTls,
  signal: AbortSignal,
): Promise<SyslogConnection> {
  if (destination.transport === 'udp') return datagrams(destination);
  const { host, port, path } = destination;
  const socket =
    destination.transport === 'tls'
      ? connectSecurely({ host, port, ...(tls.serverName ? { servername: tls.serverName } : {}), ...tls.options })
      : connect(destination.transport === 'unix' ? { path } : { host, port });
  await opened(socket, destination.transport === 'tls' ? 'secureConnect' : 'connect', signal);
  return stream(socket);
}

/** One message per datagram (RFC 5426). Whether they arrive, nobody knows. */
function datagrams({ host, port }: SyslogDestination): SyslogConnection {
  const socket: DatagramSocket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('error', () => {});
  socket.unref();
  return {
    async send(messages) {
      for (const message of messages) {
        const bytes = Buffer.from(message, 'latin1').subarray(0, LONGEST_DATAGRAM);
        await new Promise<void>((resolve, reject) => {
          socket.send(bytes, port, host, (error) => (error === null ? resolve() : reject(error)));
        });
      }
    },
    close: () => socket.close(),
  };
}

/** Messages behind their length (octet counting, RFC 6587 §3.4.1 and RFC 5425 §4.3): no byte in a message can end it. */
function stream(socket: Socket): SyslogConnection {
  let failure: Error | undefined;
  let onFailure: (error: Error) => void = () => {};
  socket.on('error', (error) => {
    failure = error;
  });
  // The server has nothing to say; reading tells when it leaves.
  socket.resume();
  socket.once('close', () => {
    failure ??= new Error('the log server has closed the connection');
    onFailure(failure);
  });
  socket.unref();
  return {
    send(messages, signal) {
      if (failure !== undefined) return Promise.reject(failure);
      let text = '';
      for (const message of messages) text += `${message.length} ${message}`;
      return within(signal, (resolve, reject) => {
        onFailure = reject;
        socket.write(text, 'latin1', (error) => (error == null ? resolve() : reject(error)));
        return () => socket.destroy();
      });
    },
    close() {
      socket.end();
      socket.destroySoon();
    },
  };
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return within(signal, (resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    return () => socket.destroy();
  });
}

/** Runs something that may hang; gives it up, by what it has returned, when it takes too long or is no longer wanted. */
function within(
  signal: AbortSignal,
  start: (resolve: () => void, reject: (error: Error) => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: Error): void => {
      settle();
      stop();
      reject(why);
    };
    const onAbort = (): void => giveUp(signal.reason as Error);
    const timer = setTimeout(() => giveUp(new Error('the log server does not answer')), TIMEOUT);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const stop = start(
      () => {
        settle();
        resolve();
      },
      (error) => {
        settle();
        reject(error);
      },
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
