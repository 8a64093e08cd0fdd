/**
 * Why a program is not started. The checks are those of suEXEC of Apache, in its order, and some of our own; each has a code.
 */

export interface Refusal {
  /** Stable, never reused. */
  readonly code: string;
  readonly text: string;
  /** Whether the configuration may leave the check out. */
  readonly canBeSkipped: boolean;
}

const always = (code: string, text: string): Refusal => ({ code, text, canBeSkipped: false });
const skippable = (code: string, text: string): Refusal => ({ code, text, canBeSkipped: true });

export const REFUSALS = {
  noUser: always('SP4001', 'there is no such user'),
  noGroup: always('SP4002', 'there is no such group'),
  userIsRoot: always('SP4003', 'the user is root'),
  userTooLow: always('SP4004', 'the number of the user is below min_uid'),
  groupIsRoot: always('SP4005', 'the group is that of root'),
  groupTooLow: always('SP4006', 'the number of the group is below min_gid'),
  notAllowed: always('SP4007', 'only root can start programs as another user'),
  isGate: skippable('SP4008', 'the user is that of the workers'),
  noRoot: always('SP4010', 'the root is not there'),
  directoryOutside: skippable('SP4011', 'the working directory is outside of the root'),
  directoryNone: always('SP4012', 'the working directory is no folder'),
  directoryWritable: skippable('SP4013', 'others may write in the working directory'),
  directoryOwner: skippable('SP4014', 'the working directory belongs to somebody else'),
  programRelative: always('SP4020', 'the program is not an absolute path, or climbs with ".."'),
  programMissing: always('SP4021', 'the program is not there'),
  programIsLink: skippable('SP4022', 'the program is a symbolic link'),
  programNoFile: always('SP4023', 'the program is no file'),
  programWritable: skippable('SP4024', 'others may write the program'),
  programSetId: skippable('SP4025', 'the program has a set-user-id or set-group-id bit'),
  programOwner: skippable('SP4026', 'the program belongs to somebody else'),
  programNotExecutable: always('SP4027', 'its owner may not execute the program'),
  parentWritable: skippable('SP4028', 'others may write in a folder on the way to the program'),
  parentOwner: skippable('SP4029', 'a folder on the way to the program belongs to somebody else'),
  systemProgram: skippable('SP4030', 'a program outside of the root must be one that only root can change'),
} as const satisfies Record<string, Refusal>;

/** A program that is not started. */
export class ApplicationRefused extends Error {
  readonly code: string;

  /** `name`: of the application; `detail`: what it is about, a path for example. */
  constructor(name: string, { code, text }: Refusal, detail: string) {
    super(`application ${name}: ${code} ${text}: ${detail}`);
    this.name = 'ApplicationRefused';
    this.code = code;
  }
}
