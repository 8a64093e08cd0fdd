/** `routes[].inspect`: what the rules get to see of a request and its answer. */
import { choice, flag, size, type Table } from '../field.ts';

export interface InspectConfig {
  readonly requestBody: boolean;
  readonly responseBody: boolean;
  /** What becomes of request bodies in a content coding. */
  readonly encodedBodies: 'refuse' | 'pass';
  /** Bytes of request body rules get to see; the rule set's own limit when absent. */
  readonly requestBodyLimit?: number;
}

export const inspect: Table<InspectConfig> = {
  requestBody: {
    type: flag(),
    default: true,
    summary: 'Show request bodies to the rules. When off, bodies stream to the upstream unseen.',
  },
  responseBody: {
    type: flag(),
    default: true,
    summary: 'Show response bodies to the rules, where the rule set asks for them.',
  },
  encodedBodies: {
    type: choice('refuse', 'pass'),
    default: 'refuse',
    summary:
      'Request bodies with a `Content-Encoding` (gzip, br …), in which rules would find nothing, where rules are to read them. `pass` lets them through unread.',
  },
  requestBodyLimit: {
    type: size(),
    isOptional: true,
    summary:
      'Rules see this much of a request body, then decide, and the rest streams on unseen. When absent the limit and the action of the rule set apply (`SecRequestBodyLimit`, `SecRequestBodyLimitAction`).',
  },
};
