/** A name server for A and SRV records, with as much of RFC 1035 as resolvers need. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

export interface NameServer {
  readonly port: number;
  readonly records: Map<string, { readonly ttl: number; readonly addresses: readonly string[] }>;
  readonly services: Map<string, readonly Service[]>;
}

interface Service {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}

const TYPE_A = 1;
const TYPE_SRV = 33;
const RESPONSE = 0x8180;
const NO_SUCH_NAME = 3;

export async function startNameServer(): Promise<NameServer> {
  const records: NameServer['records'] = new Map();
  const services: NameServer['services'] = new Map();
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const { name, type, end } = question(query);
    const answers =
      type === TYPE_SRV
        ? (services.get(name) ?? []).map((one) => answer(type, 1, serviceData(one)))
        : (records.get(name)?.addresses ?? [])
            .filter(() => type === TYPE_A)
            .map((one) => answer(type, records.get(name)?.ttl ?? 0, Buffer.from(one.split('.').map(Number))));
    const isKnown = records.has(name) || services.has(name);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(RESPONSE | (isKnown ? 0 : NO_SUCH_NAME), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...answers]), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, records, services };
}

function question(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The name is a pointer to the question. */
function answer(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function serviceData({ priority, weight, port, name }: Service): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(priority, 0);
  numbers.writeUInt16BE(weight, 2);
  numbers.writeUInt16BE(port, 4);
  const labels = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}
