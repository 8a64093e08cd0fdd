/**
 * What we use of `node:http`, without its price: an import statement reads all that a module exports, and reading some of what this one
 * does loads Node's own fetch and WebSocket, 45 ms of processor time at each start of a process. Types cost nothing.
 */
const http: typeof import('node:http') = process.getBuiltinModule('node:http');

export const createServer: typeof http.createServer = http.createServer;
export const request: typeof http.request = http.request;
export const IncomingMessage: typeof http.IncomingMessage = http.IncomingMessage;
export const ServerResponse: typeof http.ServerResponse = http.ServerResponse;
export const STATUS_CODES: typeof http.STATUS_CODES = http.STATUS_CODES;
export const METHODS: readonly string[] = http.METHODS;
