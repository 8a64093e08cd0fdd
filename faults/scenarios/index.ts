import type { Scenario } from '../support/scenario.ts';
import { corruptFiles } from './f20-corrupt-files.ts';

/** Every fault there is a run for. */
export const SCENARIOS: readonly Scenario[] = [corruptFiles];
