import { InputError } from '@tsarank/io';

/** One line of a ranked list: what was found, and how strongly. */
export interface ScoredDocument {
  readonly docId: string;
  readonly score: number;
}

/**
 * How scores are compared. trec_eval held them as 32-bit floats up to release 9.0.8 (pytrec_eval, pyserini), and holds
 * them as doubles since 10.0: scores closer than a float's step tie in the one and not in the other.
 */
export type ScorePrecision = 'double' | 'float';

/**
 * The order in which trec_eval reads a ranked list: score descending, ties by document id descending (bytes of UTF-8,
 * as strcmp compares). The written rank plays no part.
 *
 * @param documents One query's list, in any order; left as it is.
 * @param precision How scores are compared; default 'double'.
 * @returns A new, sorted array.
 * @throws {InputError} on a score that is not a number, and on a document listed twice.
 *
 * Source: trec_eval, form_res_rels.c, comp_sim_docno.
 *
 * @example
 * rankByScore([{ docId: 'a', score: 1 }, { docId: 'b', score: 1 }])[0].docId; // 'b'
 */
export function rankByScore<T extends ScoredDocument>(
  documents: readonly T[],
  precision: ScorePrecision = 'double',
): T[] {
  const seen = new Set<string>();
  for (const { docId, score } of documents) {
    if (Number.isNaN(score)) {
      throw new InputError({ message: `score of document "${docId}"`, found: 'NaN', expected: 'a number' });
    }
    if (seen.has(docId)) throw new InputError({ message: `document "${docId}" stands twice in a ranked list` });
    seen.add(docId);
  }
  const value = precision === 'float' ? Math.fround : (score: number) => score;
  return [...documents].sort((a, b) => {
    const left = value(a.score);
    const right = value(b.score);
    if (left !== right) return left > right ? -1 : 1;
    return compareBytes(b.docId, a.docId);
  });
}

/** Order of two texts by their UTF-8 bytes, as C's strcmp has it: negative, 0 or positive. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
