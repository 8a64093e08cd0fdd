import type { LintCheck } from '../check.ts';
import { missingCapture, unusedCapture } from './captures.ts';
import { scoreBeforeTheEnd } from './chains.ts';
import { emptyCtl, emptyExclusion, emptyUpdate } from './exclusions.ts';
import { jumpBack, unusedMarker } from './flow.ts';
import { foreignId, missingMessage, missingSeverity } from './metadata.ts';
import { macroInPattern, needsBacktracking, simplerOperator, unescapedDot } from './patterns.ts';
import { tooEarly, tooLate } from './phases.ts';
import { absentPasses, broadSelector, repeatedTarget } from './targets.ts';
import { capitalsAfterLowercase, inheritedTransformations, repeatedDecoding } from './transformations.ts';
import { neverRead, neverSet } from './variables.ts';

/** Every check, in order of its code. */
export const lintChecks: readonly LintCheck[] = [
  missingMessage,
  missingSeverity,
  foreignId,
  tooEarly,
  tooLate,
  inheritedTransformations,
  repeatedDecoding,
  capitalsAfterLowercase,
  simplerOperator,
  needsBacktracking,
  unescapedDot,
  macroInPattern,
  scoreBeforeTheEnd,
  unusedCapture,
  missingCapture,
  neverRead,
  neverSet,
  jumpBack,
  unusedMarker,
  repeatedTarget,
  broadSelector,
  emptyExclusion,
  emptyUpdate,
  emptyCtl,
  absentPasses,
];
