import { isLower, upperCase } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const uppercase: Transformation = defineTransformation({
  name: 'uppercase',
  summary: 'a-z become A-Z; all other bytes stay.',
  examples: [
    { input: 'select 1', output: 'SELECT 1' },
    { input: '\xe4\xff', output: '\xe4\xff' },
  ],
  apply: upperCase,
  triggers: isLower,
});
