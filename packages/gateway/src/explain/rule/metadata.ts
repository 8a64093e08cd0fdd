import type { InspectedRule } from '@sallyport/engine/language';

const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'] as const;

/** The word for a severity, 0 being the worst. */
export function severityName({ severity }: InspectedRule): string | undefined {
  return severity === undefined ? undefined : SEVERITIES[severity];
}

/** The number in `paranoia-level/2`, the tag by which the Core Rule Set says it. */
export function paranoiaLevel({ tags }: InspectedRule): number | undefined {
  const level = tags.map((tag) => /^paranoia-level\/(\d)$/.exec(tag)?.[1]).find((one) => one !== undefined);
  return level === undefined ? undefined : Number(level);
}
