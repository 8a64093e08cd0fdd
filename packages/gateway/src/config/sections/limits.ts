/** `limits`: how much a client may send, and how much of it is held at once. */
import { integer, size, type Table } from '../field.ts';

export interface LimitsConfig {
  readonly targetLength: number;
  readonly headerSize: number;
  readonly headerCount: number;
  readonly body: number;
  readonly bodyInMemory: number;
  readonly bodiesInMemory: number;
  readonly parts: number;
  readonly connections: number;
  readonly requestsPerConnection: number;
  readonly upstreamQueue: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits: Table<LimitsConfig> = {
  targetLength: { type: size(), default: 8 * KiB, summary: 'Longest request target; then 414.' },
  headerSize: { type: size(), default: 32 * KiB, summary: 'Request line and headers together; then 431.' },
  headerCount: { type: integer(1, 2000), default: 100, summary: 'Header lines; then 431.' },
  body: { type: size(), default: 1024 * MiB, summary: 'Largest request body; then 413. 0 means no limit.' },
  bodyInMemory: {
    type: size(),
    default: 2 * MiB,
    summary:
      'Bytes of a request body held in memory until the rules have decided; more goes to a file in `tmp_dir`. `SecRequestBodyInMemoryLimit` takes its place.',
  },
  bodiesInMemory: {
    type: size(),
    default: 8 * MiB,
    summary:
      'Bytes of all request bodies of one process that are held in memory at once; where that is used up, a body goes to a file from its first byte. A body over 128 KiB may have as much of it as it leaves free, and goes to a file beyond that; where it announces its length it has all of it before its first byte, and waits for others to be done: up to 50 ms while none is and the processor has time to spare, and up to half a second in all.',
  },
  parts: {
    type: integer(1, 1_000_000),
    default: 200,
    summary:
      'Parts of a multipart body that rules look at; then 413. `SecRequestBodyPartsLimit` in a file of rules counts more.',
  },
  connections: {
    type: integer(1, 1_000_000),
    default: 10_000,
    summary:
      'Client connections per listener at once, of all workers together. When all are in use the one idle for longest makes room; where none is idle, the new one is closed.',
  },
  requestsPerConnection: {
    type: integer(0, 1_000_000),
    default: 1000,
    summary: 'Requests on one connection before it is closed; 0 means no limit.',
  },
  upstreamQueue: {
    type: integer(0, 1_000_000),
    default: 1000,
    summary: 'Requests that wait in each worker for a connection to an upstream; more are answered with 503 at once.',
  },
};
