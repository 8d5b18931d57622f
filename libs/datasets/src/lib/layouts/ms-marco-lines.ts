import { InputError } from '@tsarank/io';
import { fileLines, type PlacedLine } from '../archives/lines';
import type { Judgment } from './beir-files';

/** A row of id, tab, text. @throws {InputError} for any other. */
export function idAndText({ text, line }: PlacedLine, file: string): [string, string] {
  const tab = text.indexOf('\t');
  if (tab > 0) return [text.slice(0, tab), text.slice(tab + 1)];
  throw new InputError({ file, line, found: JSON.stringify(text.slice(0, 80)), expected: 'id, tab, text' });
}

/** Judgments in TREC's four columns. @throws {InputError} for any other line. */
export async function* trecJudgments(batches: AsyncIterable<PlacedLine[]>, file: string): AsyncGenerator<Judgment> {
  for await (const lines of batches) {
    for (const { text, line } of lines) {
      const [queryId, , docId, grade, ...more] = text.trim().split(/\s+/);
      if (!queryId || !docId || !/^[+-]?\d+$/.test(grade ?? '') || more.length > 0) {
        const found = JSON.stringify(text.slice(0, 80));
        throw new InputError({ file, line, found, expected: 'query, iteration, document, grade' });
      }
      yield { queryId, docId, grade: grade! };
    }
  }
}

/** Topics of a track: id, tab, text. */
export async function readTopics(file: string): Promise<Map<string, string>> {
  const topics = new Map<string, string>();
  for await (const lines of fileLines(file)) {
    for (const line of lines) topics.set(...idAndText(line, file));
  }
  return topics;
}
