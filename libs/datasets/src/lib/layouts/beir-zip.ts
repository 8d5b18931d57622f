import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, WorkError } from '@tsarank/io';
import { fileLines } from '../archives/lines';
import { extractZipMembers, listZip } from '../archives/zip';
import { writeQrels, type Judgment } from './beir-files';
import type { Layout } from './layout';

const WANTED = /^(?:[^/]+\/)?(corpus\.jsonl|queries\.jsonl|qrels\/(?:train|dev|test)\.tsv)$/;

/** BEIR's own archives: the files in a folder of the collection's name. */
export const layOutBeirZip: Layout = async ({ files, folder }) => {
  const archive = files['archive']!;
  const members = (await listZip(archive)).flatMap(({ name, size }) => {
    const place = WANTED.exec(name)?.[1];
    return place === undefined ? [] : [{ place, size }];
  });
  const places = members.map(({ place }) => place);
  const missing = ['corpus.jsonl', 'queries.jsonl'].filter((place) => !places.includes(place));
  if (!places.some((place) => place.startsWith('qrels/'))) missing.push('qrels');
  if (missing.length > 0) {
    throw new InputError({ file: archive, message: `lacks ${missing.join(', ')}`, expected: "BEIR's layout" });
  }
  requireRoom(
    folder,
    members.reduce((sum, { size }) => sum + size, 0),
  );
  await extractZipMembers(archive, folder, (name) => {
    const place = WANTED.exec(name)?.[1];
    return place?.startsWith('qrels/') ? `published-${place}` : place;
  });
  for (const place of places.filter((each) => each.startsWith('qrels/'))) {
    const split = place.slice('qrels/'.length, -'.tsv'.length);
    await writeQrels(folder, split, beirJudgments(join(folder, `published-${place}`)));
  }
  rmSync(join(folder, 'published-qrels'), { recursive: true });
};

async function* beirJudgments(file: string): AsyncGenerator<Judgment> {
  for await (const lines of fileLines(file)) {
    for (const { text, line } of lines) {
      const [queryId, docId, grade, ...more] = text.split('\t').map((column) => column.trim());
      if (line === 1 && queryId === 'query-id') continue;
      if (!queryId || !docId || !/^[+-]?\d+$/.test(grade ?? '') || more.length > 0) {
        throw new InputError({
          file,
          line,
          found: JSON.stringify(text.slice(0, 80)),
          expected: 'query-id, corpus-id, score',
        });
      }
      yield { queryId, docId, grade: grade! };
    }
  }
}

function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bytes <= bavail * bsize) return;
  const gigabytes = (count: number): string => `${(count / 1e9).toFixed(2)} GB`;
  throw new WorkError(
    `unpacking needs ${gigabytes(bytes)}, and ${gigabytes(bavail * bsize)} are free; make room, then run the same command again`,
  );
}
