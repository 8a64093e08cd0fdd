import { expect, it } from 'vitest';
import { parseGroupFile } from './group-file.ts';

it('members of groups, over several lines', () => {
  const text = '# groups\nstaff: alice bob\n\nadmins:alice\r\nstaff:\tcarol alice\nnobody:\n';
  expect([...parseGroupFile(text, 'f')]).toEqual([
    ['alice', ['staff', 'admins']],
    ['bob', ['staff']],
    ['carol', ['staff']],
  ]);
});

it('names every line that is none', () => {
  expect(() => parseGroupFile('staff: a\nalice bob\n: x\n', 'groups')).toThrow(
    'groups:2:1 expected a group, a colon and its members\ngroups:3:1 expected a group, a colon and its members',
  );
});
