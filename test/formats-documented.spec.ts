import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CANDIDATES_FORMATS,
  CORPUS_FORMATS,
  GROUPS_FORMATS,
  QRELS_FORMATS,
  QUERIES_FORMATS,
} from '@tsarank/data/formats';

/** Names in the first column of each section's table. */
function documented(): Map<string, string[]> {
  const text = readFileSync(path.resolve(__dirname, '../docs/formats.md'), 'utf8');
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [
        /^\w+/.exec(section)![0],
        [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name!).sort(),
      ]),
  );
}

it.each<[string, readonly string[]]>([
  ['Corpora', CORPUS_FORMATS],
  ['Queries', QUERIES_FORMATS],
  ['Judgments', QRELS_FORMATS],
  ['Candidates', CANDIDATES_FORMATS],
  ['Groups', GROUPS_FORMATS],
])('docs/formats.md lists every format of %s, and no other', (section, formats) => {
  expect(documented().get(section)).toEqual([...formats].sort());
});
