import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError, readJson } from '@tsarank/io';
import type { TrecRun } from './trec-run';

/** How a published collection is evaluated, where that differs from others. */
export interface CollectionEvaluation {
  /** Queries are documents themselves: the one with a query's own id is no candidate for it. */
  dropsOwnDocument?: boolean;
  /** Tokens that the published evaluation cuts documents and queries to. */
  maxDocumentTokens?: number;
  maxQueryTokens?: number;
}

const FILE = 'dataset.json';
const IS_LIMIT = (value: unknown): boolean => value === undefined || (Number.isSafeInteger(value) && Number(value) > 0);

/**
 * What the `dataset.json` of a folder says of its evaluation, which `tsarank fetch` leaves there; undefined where it says nothing.
 *
 * @throws {InputError} naming file and field.
 */
export function readCollectionEvaluation(folder: string): CollectionEvaluation | undefined {
  const file = path.join(folder, FILE);
  if (!existsSync(file)) return undefined;
  const { evaluation } = (readJson(file) ?? {}) as { evaluation?: Record<string, unknown> };
  if (evaluation === undefined) return undefined;
  const { dropsOwnDocument, maxDocumentTokens, maxQueryTokens } = evaluation;
  if (dropsOwnDocument !== undefined && typeof dropsOwnDocument !== 'boolean') {
    throw wrong(file, 'dropsOwnDocument', dropsOwnDocument, 'true or false');
  }
  for (const [field, value] of Object.entries({ maxDocumentTokens, maxQueryTokens })) {
    if (!IS_LIMIT(value)) throw wrong(file, field, value, 'a whole number of 1 or more');
  }
  return evaluation as CollectionEvaluation;
}

/** The lists without the documents whose id is that of the query, each of at most `limit` documents. */
export function withoutOwnDocuments(run: TrecRun, limit = Infinity): TrecRun {
  const lists = [...run].map(
    ([queryId, list]) => [queryId, list.filter(({ docId }) => docId !== queryId).slice(0, limit)] as const,
  );
  return new Map(lists.filter(([, list]) => list.length > 0));
}

function wrong(file: string, field: string, found: unknown, expected: string): InputError {
  return new InputError({ file, field: `evaluation.${field}`, found: JSON.stringify(found), expected });
}
