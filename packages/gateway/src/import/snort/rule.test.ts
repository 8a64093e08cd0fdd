import { describe, it } from 'vitest';
import { expectNotConverted } from '../../../test/support/snort-rules.ts';

describe('what is no rule', () => {
  it.each([
    ['alert tcp any any -> any 80 content:"x"; sid:1;', 'the options do not stand between ( and )'],
    ['alert tcp any any -> any (content:"x"; sid:1;)', 'the header is not'],
    ['alert tcp any any -> any 80 (msg:"x; sid:1;)', 'a quote is never closed'],
    ['alert tcp any any -> any 80 (uricontent:"x"; sid:1)', 'does not end in ;'],
    ['sometimes tcp any any -> any 80 (uricontent:"x"; sid:1;)', 'is not the action of a rule'],
  ])('%s', expectNotConverted);
});
