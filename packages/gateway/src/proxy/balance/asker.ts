import type { Head } from '../../listener/strict-http.ts';

/** What of a request says where it should go. */
export interface Asker {
  readonly head: Head;
  readonly client: { readonly address: string };
  readonly scheme: 'http' | 'https';
}
