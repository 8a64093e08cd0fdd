import { readFileSync } from 'node:fs';
import { nodeFiles } from '../../packages/engine/src/node/index.ts';
import type { Seeded } from '../regex/seeded.ts';
import { type Exchange, exchange } from './exchange.ts';

/** Pieces of ordinary pages; some begin as the texts of rules do. */
const ORDINARY = [
  '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Garden</title>\n',
  '<p class="item">A rain barrel holds two hundred litres and stands beside the shed.</p>\n',
  '<a href="/shop/list.php?page=3">Exception to the rule</a> &middot; ',
  '<pre>at com.example.Main.run(Main.java:12)\r\n\tat org.example</pre>',
  '<script>window.data = {"query": "select", "error": null};</script>\n\n',
  'Warning: do not pour \xc3\xbcber the line.  \xa0 \t',
  '<form method="POST" action="/login"><input type="hidden" name="token" value="0a1b2c"></form>\0',
];

/** Texts on which rules for pages turn: the phrases of their lists, and what the patterns of our own look for. */
export function pageMaterial(rules: string): readonly string[] {
  const lists = nodeFiles.list(`${rules}/*.data`).map((file) => readFileSync(file, 'latin1'));
  const phrases = lists.flatMap((text) => text.split('\n')).filter((line) => line !== '' && !line.startsWith('#'));
  return [
    ...phrases,
    'ORA-01 error at Main.java:12',
    'nested stack',
    'a whole sentence on errors',
    'Server Error in /x Application',
  ];
}

/** An answer with a long page, in which there may be texts of rules: as they are, in pieces, or pulled apart. */
export function pageExchange(material: readonly string[], random: Seeded): Exchange {
  let page = '';
  const length = 1500 + random.below(5000);
  while (page.length < length) {
    page += random.oneIn(12) ? disguised(random.pick(material), random) : random.pick(ORDINARY);
    if (random.oneIn(6)) page = page.slice(0, page.length - random.below(40));
  }
  const one = exchange({ method: 'GET', uri: '/page', headers: [['Host', 'www.example.test']] }, '', page);
  return { ...one, response: { ...one.response, status: random.oneIn(4) ? 404 : 200 } };
}

function disguised(text: string, random: Seeded): string {
  switch (random.below(6)) {
    case 0:
      return text.toUpperCase();
    case 1:
      return text.slice(random.below(text.length + 1));
    case 2:
      return text.slice(0, random.below(text.length + 1));
    case 3:
      return [...text].join(random.pick([' ', '\n', '\0', '\xa0 ', '\t\t']));
    default:
      return text;
  }
}
