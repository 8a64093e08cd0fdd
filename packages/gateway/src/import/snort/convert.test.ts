import { describe, expect, it } from 'vitest';
import { expectNotConverted, REQUEST, snortRule } from '../../../test/support/snort-rules.ts';
import { convertSnort } from '../snort.ts';

describe('the action of a rule', () => {
  it.each([
    ['alert', 'block'],
    ['log', 'pass,log'],
    ['drop', 'deny'],
    ['sdrop', 'deny'],
    ['reject', 'deny'],
    ['block', 'deny'],
  ])('%s does %s', (action, verdict) => {
    const text = snortRule('uricontent:"x";', REQUEST.replace('alert', action));
    expect(convertSnort([{ file: 'a', text }]).text.replace(/\\\n\s*/g, '')).toContain(`phase:1,${verdict},msg`);
  });

  it.each([
    [snortRule('content:"x"; byte_test:4,>,1,0;'), 'the option byte_test has no counterpart'],
    [snortRule('content:"x"; dsize:>100;'), 'the option dsize has no counterpart'],
    [snortRule('flow:established;'), 'it looks for nothing in HTTP'],
    [snortRule('content:"x";', 'alert udp any any -> any 53'), 'it is not about HTTP'],
    [snortRule('content:"x";', 'alert tcp any any -> any 25'), 'it is not about HTTP'],
    [snortRule('content:"x";', 'pass tcp any any -> any 80'), 'a pass rule turns off or changes others'],
  ])('%s', expectNotConverted);
});
