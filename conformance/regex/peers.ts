import { it } from 'vitest';

/** Whether an absent peer (a program or data these tests compare with) is a failure instead of a skip. */
const mustHavePeers = process.env['CI'] === 'true' || process.env['SALLYPORT_REQUIRE_PEERS'] === '1';

/** Stands for tests that cannot run: a skip that says why, or a failure where nothing may be skipped. */
export function missing(what: string): void {
  if (mustHavePeers) {
    it(what, () => {
      throw new Error(what);
    });
  } else {
    it.skip(`SKIPPED: ${what}`, () => {});
  }
}

/** How much to compare: `SALLYPORT_CONFORMANCE=long` takes minutes instead of seconds. */
export const isLongRun: boolean = process.env['SALLYPORT_CONFORMANCE'] === 'long';
