import { InputError, readJsonLines } from '@tsarank/io';
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
 * Pairs from a JSON lines file: `{"query", "document", …}`, or the published stage-one form
 * `{"query": "Document: … Query:", "response": "…"}`, which is taken apart into document and query.
 *
 * @throws {InputError} naming file, line and field on the first line that is neither.
 *
 * Source: RankingGPT's text_pairs.json for the second form.
 */
export function readWeakPairs(file: string): WeakPairRecord[] {
  return readPlacedPairs(file).map(({ record }) => record);
}

/** The same, with the line that each stands in. */
export function readPlacedPairs(file: string): PlacedPair[] {
  return readJsonLines(file).map(({ value, line }) => {
    const place = { file, line };
    const object = requireObject(value, place);
    if (object['document'] === undefined && object['response'] !== undefined)
      return { ...place, record: publishedPair(object, place) };
    requireText(object, 'query', place);
    requireString(object, 'document', place);
    return { ...place, record: object as WeakPairRecord };
  });
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
