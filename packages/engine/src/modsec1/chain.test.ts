import { describe, expect, it } from 'vitest';
import { brief, load, translate } from '../../test/support/modsec1.ts';

describe('chain and skipnext', () => {
  it('keeps the links together and moves what belongs to the first rule', () => {
    const { text, lines } = translate(
      `SecFilterSelective ARG_a x chain\n# why\nSecFilterSelective ARG_b y "id:9,msg:'no',deny,status:404,setenv:z"`,
    );
    expect(brief(text)).toEqual([
      '# why',
      `SecRule ARGS:a "@rx (?i)x" "id:9,phase:2,deny,status:404,msg:'no',T,chain"`,
      'SecRule ARGS:b "@rx (?i)y" "T,setenv:z"',
    ]);
    expect(lines[0]?.notes).toEqual(['what the chain does and is called stands in its first rule today']);
    expect(lines[1]).toMatchObject({ outcome: 'translated', result: [] });
  });

  it.each([
    ['skipnext:2', 'a b c', 2],
    ['skipnext', 'a b', 1],
    ['skip:2', 'a b', 2],
    ['skipnext:9', 'a b', 2],
    // Two filters that are one rule.
    ['skipnext:3', 'a+b c d', 2],
    // One filter that is two rules.
    ['skipnext:2', '^$ c d', 3],
    // Filters of the response are of another phase.
    ['skipnext:2', '>x c', 1],
  ])('%s in front of %s', (skip, following, count) => {
    const filters = following.split(' ').flatMap((group) => {
      if (group.startsWith('>')) return [`SecFilterSelective OUTPUT ${group.slice(1)}`];
      const links = group.split('+');
      return links.map((link, index) => `SecFilterSelective HTTP_H ${link}${index < links.length - 1 ? ' chain' : ''}`);
    });
    const old = [`SecFilterSelective REMOTE_ADDR ^10 pass,${skip}`, ...filters].join('\n');
    expect(brief(translate(old).text)[0]).toContain(`T,skip:${count}"`);
    expect(() => load(old)).not.toThrow();
  });

  it('does not pass over half a chain', () => {
    const { text, lines } = translate('SecFilter a pass,skipnext:2\nSecFilter b\nSecFilter c chain\nSecFilter d');
    expect(brief(text)[0]).toContain('skip:1"');
    expect(lines[0]?.notes.join()).toContain('in the middle of a chain');
  });

  it('passes over the second rule of its own filter too', () => {
    const { text } = translate('SecFilterSelective HTTP_H ^$ pass,skipnext:1\nSecFilter b');
    expect(
      brief(text)
        .slice(0, 2)
        .map((line) => /skip:\d/.exec(line)?.[0]),
    ).toEqual(['skip:2', 'skip:1']);
  });

  it('writes every way a chain with missing values can match, but not too many', () => {
    const chained = (words: string): string => `SecFilterSelective HTTP_${words.replace(/^./, '$& ^$$')}`;
    const two = translate(['A chain', 'B'].map(chained).join('\n'));
    expect(two.text.match(/phase:2,/g)).toHaveLength(1 + 4);
    const many = translate(['A chain', 'B chain', 'C chain', 'D chain', 'E'].map(chained).join('\n'));
    expect(brief(many.text)).toHaveLength(5);
    expect(many.lines[0]?.notes.join()).toContain('too many rules');
  });

  it('leaves a chain without end out', () => {
    expect(translate('SecFilter a chain').lines[0]).toMatchObject({ outcome: 'left out', isProtection: true });
  });
});
