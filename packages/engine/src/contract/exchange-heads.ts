/** What the server tells of an exchange: who is connected, and the heads of request and response. */

/** The connection an exchange belongs to, and what else is known before its head is read. */
export interface ConnectionInfo {
  /** UNIQUE_ID. */
  readonly id: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Milliseconds since the epoch when the request began; now by default. */
  readonly startedAt?: number;
  /**
   * Anything of the caller's that belongs to the exchange, for `onMatch`, `onMessage` and `yieldControl` to find at the transaction; the engine
   * does not look at it.
   */
  readonly context?: unknown;
}

/** Header names and values as received, in order, repeated names kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Request line and headers, with what the server has found out about them. */
export interface RequestHead {
  readonly method: string;
  /** The request target as sent, absolute form included. */
  readonly uri: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** First line as received, without line end; put together from the three above when absent. */
  readonly line?: string;
  readonly headers: HeaderList;
  /** SERVER_NAME: host the server resolved for the request; the Host header without port by default. */
  readonly serverName?: string;
  /** REMOTE_USER: whom the server knows the client to be; what an Authorization header claims by default. */
  readonly user?: string;
  /** AUTH_TYPE: how it knows that; the scheme of the Authorization header by default. */
  readonly authType?: string;
  /** Credentials the server has looked at: no log shows their values. */
  readonly secrets?: {
    readonly headers: readonly string[];
    readonly cookies: readonly string[];
  };
}

/** Status line and headers of an answer. */
export interface ResponseHead {
  readonly status: number;
  readonly reason?: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  readonly headers: HeaderList;
}
