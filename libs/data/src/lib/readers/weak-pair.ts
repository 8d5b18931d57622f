import { InputError, openRecords } from '@tsarank/io';
import { hashRows } from '../content-hash';
import { kindOf, requireObject, requireString, requireText } from './line-fields';
import type { JsonObject, LinePlace } from './line-fields';

/** A document and a text that it would answer to; what stage one trains on and what scoring reads. */
export interface WeakPair {
  document: string;
  query: string;
}

/** A pair with whatever other members its line had (ids, scores), in the line's order. */
export type WeakPairRecord = WeakPair & { readonly [member: string]: unknown };

/** A pair of a file, and where it stands. */
export interface PlacedPair extends LinePlace {
  record: WeakPairRecord;
}

const PUBLISHED_PROMPT = /^Document: ([\s\S]*) Query:$/;

/**
 * Pairs of a file of JSON lines, one JSON list or Parquet, of any size, one by one: `{"query", "document", …}`, or the published
 * stage-one form `{"query": "Document: … Query:", "response": "…"}`, which is taken apart into document and query. Plain, `.gz`
 * or `.zst`.
 *
 * @throws {InputError} naming file, line and field on the first line that is neither.
 *
 * Source: RankingGPT's text_pairs.json for the second form.
 */
export function* placedPairs(file: string): Generator<PlacedPair, void> {
  let isEmpty = true;
  for (const { value, line } of openRecords(file).values()) {
    isEmpty = false;
    const place = { file, line };
    const object = requireObject(value, place);
    if (object['document'] === undefined && object['response'] !== undefined) {
      yield { ...place, record: publishedPair(object, place) };
      continue;
    }
    requireText(object, 'query', place);
    requireString(object, 'document', place);
    yield { ...place, record: object as WeakPairRecord };
  }
  if (isEmpty) throw new InputError({ file, found: 'an empty file', expected: 'one JSON object a line' });
}

/** Every pair of a file. */
export function readWeakPairs(file: string): WeakPairRecord[] {
  return Array.from(placedPairs(file), ({ record }) => record);
}

/** The same, with the line that each stands in. */
export function readPlacedPairs(file: string): PlacedPair[] {
  return [...placedPairs(file)];
}

/** SHA-256 of a file's pairs, whatever form and archive they are in; members other than query and document don't count. */
export function hashPairs(file: string): string {
  const rows = function* (): Iterable<readonly string[]> {
    for (const { record } of placedPairs(file)) yield [record.query, record.document];
  };
  return hashRows(rows());
}

function publishedPair(object: JsonObject, place: LinePlace): WeakPairRecord {
  const prompt = requireString(object, 'query', place);
  const query = requireText(object, 'response', place);
  const match = PUBLISHED_PROMPT.exec(prompt);
  if (match === null) {
    throw new InputError({
      ...place,
      field: 'query',
      found: `${kindOf(prompt)} ${JSON.stringify(prompt.slice(0, 40))}`,
      expected: 'a prompt of the form "Document: … Query:" beside "response"',
    });
  }
  const others = Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'response'));
  return { ...others, query, document: match[1]! };
}
