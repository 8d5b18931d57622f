import { existsSync } from 'node:fs';
import { setKey } from '@tsarank/ablation';
import { evaluationSets, type RunRecord } from '@tsarank/config';
import type { Collection } from '@tsarank/data';
import { InputError, readText } from '@tsarank/io';
import type { Attempt, CollectionTexts, LossCurve } from '@tsarank/report';
import { isJudgments, type LossRow, runFolder, setContentHash } from '@tsarank/runs';

/** The logged steps of every run that has some. */
export function lossCurves(runsDir: string, records: readonly RunRecord[]): LossCurve[] {
  return records.flatMap(({ runId, kind }) => {
    const rows = readableLines<LossRow>(runFolder(runsDir, runId).losses);
    return rows.length === 0 ? [] : [{ runId, stage: kind === 'pretrain' ? 'pretrain' : 'finetune', rows } as const];
  });
}

/** How often each run was tried, for those whose folder says so. */
export function runAttempts(runsDir: string, records: readonly RunRecord[]): Map<string, Attempt[]> {
  const found = records.map(
    ({ runId }) => [runId, readableLines<Attempt>(runFolder(runsDir, runId).attempts)] as const,
  );
  return new Map(found.filter(([, attempts]) => attempts.length > 0));
}

/**
 * The texts behind the queries that records measure, of the first test set, or why they can't be
 * shown: it is not there any more, or holds something else than the runs read.
 */
export function collectionTexts(records: readonly RunRecord[]): CollectionTexts | { missing: string } | undefined {
  const record = records.find(({ result }) => Object.keys(result?.systems.model ?? {}).length > 0);
  if (!record) return undefined;
  const [first] = evaluationSets(record.config);
  const { collection: name, split } = first!;
  if (isJudgments(name))
    return { missing: `the texts of ${first!.name} lie in its candidates (${first!.candidates}).` };
  const { resolveCollection } = require('@tsarank/data') as typeof import('@tsarank/data');
  try {
    const collection = resolveCollection(name);
    if (setContentHash(first!, collection.hash) !== record.dataHashes[setKey(first!.name)])
      return { missing: `collection ${name} is not what the runs read any more.` };
    return textsOf(collection, split);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { missing: `collection ${name} cannot be read (${error.message}).` };
  }
}

function textsOf({ documents, queries, qrels }: Collection, split: string): CollectionTexts {
  const judged = [...(qrels.get(split) ?? [])].map(([queryId, grades]) => {
    const relevant = [...grades].filter(([, grade]) => grade > 0).sort(([, a], [, b]) => b - a);
    return [queryId, relevant.map(([docId]) => docId)] as const;
  });
  return { documents, queries, relevant: new Map(judged) };
}

/** The values of a JSON lines file as far as they can be read: a killed run may have left its last line unfinished. */
function readableLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  return readText(file)
    .split('\n')
    .flatMap((line) => {
      try {
        return line.trim() === '' ? [] : [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}
