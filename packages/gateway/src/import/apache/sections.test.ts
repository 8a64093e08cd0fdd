import { describe, it } from 'vitest';
import { expectLeftOut } from '../../../test/support/apache-php-site.ts';

describe('sections', () => {
  it.each<[text: string, line: string, reason: string]>([
    ['<DirectoryMatch x>\nRequire all denied\n</DirectoryMatch>', '<DirectoryMatch', 'WARNING: what it guards'],
  ])('is not without a word: %s', expectLeftOut);
});
