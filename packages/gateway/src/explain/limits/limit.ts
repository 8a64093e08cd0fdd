/** A limit on the way of a request, and what it does to an upload. */
import type { ExplainedAccess } from './access.ts';

export interface Upload {
  /** Bytes of the body. */
  readonly size: number;
  /** Bytes per second. */
  readonly rate: number;
}

export interface Bite {
  /** Seconds from the start of the body. */
  readonly after: number;
  /** What the client gets. */
  readonly outcome: string;
  /** Not always, but when this is so. */
  readonly when?: string;
}

export interface Limit {
  /** As the stages of a request are called in the logs. */
  readonly stage: 'tls' | 'http' | 'limits' | 'flood' | 'route' | 'auth' | 'waf' | 'upstream' | 'process';
  /** The setting: a key of the configuration, or a directive of the rules. */
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** `sallyport.yaml:3:5`, `rules.conf:7`, `default`. */
  readonly from: string;
  /** What happens beyond it. */
  readonly effect: string;
  /** When it ends the upload in question. */
  readonly bite?: Bite;
}

export interface ExplainedRequest {
  readonly method: string;
  readonly url: string;
  /** Route and upstream in words. */
  readonly route: string;
  /** Who may have it; undefined: everybody. */
  readonly access: ExplainedAccess | undefined;
  readonly upload: Upload | undefined;
  readonly limits: readonly Limit[];
  /** The limit that ends the upload, if any does without a condition. */
  readonly first: Limit | undefined;
  readonly warnings: readonly string[];
}
