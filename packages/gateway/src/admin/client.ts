/** The other end of the admin API, for commands. */
import { request } from '../node-http.ts';

export interface AdminReply {
  readonly status: number;
  /** The JSON body, or its text where it is something else. */
  readonly body: unknown;
}

/** Time for an answer; a reload loads all rules, in milliseconds. */
const PATIENCE = 120_000;

/** Asks the gate behind a control socket. Rejects with one sentence when nobody answers. */
export function askGate(socketPath: string, method: string, path: string, body?: unknown): Promise<AdminReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: PATIENCE }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', reject);
      response.on('end', () => {
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', (cause: NodeJS.ErrnoException) => reject(new Error(explain(cause, socketPath), { cause })));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function explain({ code, message }: NodeJS.ErrnoException, socketPath: string): string {
  switch (code) {
    case 'ENOENT':
      return `no gate is running here: there is no ${socketPath}`;
    case 'ECONNREFUSED':
      return `no gate is running: nobody listens on ${socketPath}`;
    case 'EACCES':
      return `no permission to open ${socketPath}; only the user the gate was started by may`;
    default:
      return `${socketPath}: ${message}`;
  }
}
