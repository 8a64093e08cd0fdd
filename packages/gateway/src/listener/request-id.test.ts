import { expect, it } from 'vitest';
import { newRequestId } from './request-id.ts';

it('ids are words no program takes for an option, and none comes twice', () => {
  const ids = new Set(Array.from({ length: 5000 }, newRequestId));
  expect(ids.size).toBe(5000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-f][\w-]{23}$/);
});
