/** One value of a variable: a collection member, or the only value of a scalar. */
export interface Member {
  /** Name inside the collection in its original spelling; undefined for scalars. */
  readonly key: string | undefined;
  readonly value: string;
  /** Full name where it differs from `VARIABLE:key`, as in MATCHED_VARS. */
  readonly name?: string;
}

/** A value of a scalar variable. */
export function scalar(value: string): readonly Member[] {
  return [{ key: undefined, value }];
}

export const NO_MEMBERS: readonly Member[] = [];
