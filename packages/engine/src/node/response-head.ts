import type { ServerResponse } from 'node:http';
import type { HeaderList, ResponseHead } from '../contract.ts';
import { pairs } from './request-head.ts';

/**
 * The head that `writeHead(...args)` would send: `(status, reason?, headers?)`, the headers as an object, a flat list or a list
 * of pairs, over those set before. What Node adds by itself (Date, Connection, framing) is not in it.
 */
export function responseHeadOf(response: ServerResponse, args: readonly unknown[]): ResponseHead {
  const [status, second, third] = args;
  const hasReason = typeof second === 'string';
  const given = givenHeaders(hasReason ? third : (second ?? third));
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const headers: [name: string, value: string][] = [];
  for (const name of rawNames(response)) {
    if (!names.has(name.toLowerCase())) add(headers, name, response.getHeader(name));
  }
  const reason = hasReason ? second : response.statusMessage;
  return { status: Number(status), protocol: 'HTTP/1.1', headers: [...headers, ...given], ...(reason && { reason }) };
}

function givenHeaders(argument: unknown): HeaderList {
  const headers: [name: string, value: string][] = [];
  if (Array.isArray(argument)) {
    const isFlat = !Array.isArray(argument[0]);
    if (isFlat && argument.every((item) => typeof item === 'string')) return pairs(argument);
    const list: readonly unknown[] = isFlat ? argument : argument.flat(1);
    for (let at = 0; at + 1 < list.length; at += 2) add(headers, String(list[at]), list[at + 1]);
  } else if (typeof argument === 'object' && argument !== null) {
    for (const [name, value] of Object.entries(argument)) add(headers, name, value);
  }
  return headers;
}

/** A header with a list of values is sent once for each. */
function add(headers: [name: string, value: string][], name: string, value: unknown): void {
  for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.push([name, String(one)]);
}

/** Names as the application spelt them. Node has the method on every outgoing message, its types only on requests. */
function rawNames(response: ServerResponse & { getRawHeaderNames?(): string[] }): readonly string[] {
  return response.getRawHeaderNames?.() ?? response.getHeaderNames();
}
