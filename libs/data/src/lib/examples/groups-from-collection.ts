import { InputError } from '@tsarank/io';
import type { Collection, Split } from '../readers/beir-folder';
import { documentText } from '../document';
import type { RankingGroup } from '../readers/groups/ranking-group';
import type { TrecRun } from '../readers/trec-run';

/**
 * Training groups of a split: the positives of a query are its documents of the highest grade, the negatives its
 * candidates that are not judged relevant (in the candidates' order). Documents of a lower positive grade are
 * neither. A query without a positive, a candidate list or a negative gives no group.
 *
 * @returns Groups in the order of the judgments; texts are title, space, text.
 * @throws {InputError} when the collection has no such split, or a candidate is not one of its documents.
 */
export function groupsFromCollection(collection: Collection, split: Split, candidates: TrecRun): RankingGroup[] {
  const { documents, queries } = collection;
  const judged = collection.qrels.get(split);
  if (judged === undefined) {
    const expected = `one of ${[...collection.qrels.keys()].join(', ')}`;
    throw new InputError({ message: `collection ${collection.name}`, field: 'split', found: split, expected });
  }
  const groups: RankingGroup[] = [];
  for (const [queryId, grades] of judged) {
    const query = queries.get(queryId);
    const relevant = [...grades].filter(([docId, grade]) => grade > 0 && documents.has(docId));
    const highest = relevant.reduce((most, [, grade]) => Math.max(most, grade), 0);
    const positives = relevant.filter(([, grade]) => grade === highest).map(([docId]) => docId);
    const negatives = (candidates.get(queryId) ?? [])
      .map(({ docId }) => docId)
      .filter((docId) => (grades.get(docId) ?? 0) <= 0);
    if (query === undefined || positives.length === 0 || negatives.length === 0) continue;
    const text = (docId: string): string => {
      const document = documents.get(docId);
      if (document !== undefined) return documentText(document);
      throw new InputError({
        field: 'candidates',
        found: `document "${docId}"`,
        expected: `one of ${collection.name}`,
      });
    };
    groups.push({ queryId, query, positives: positives.map(text), negatives: negatives.map(text) });
  }
  return groups;
}
