import { readPlacedPairs } from '@tsarank/data';
import { writeFileAtomic } from '@tsarank/io';
import type { Log } from '../log';
import { openScorer } from './open-scorer';
import type { ScorerValues } from './open-scorer';

/** Scores a file of pairs: the same lines in the same order, with the score in the document's stead. */
export async function scoreFile(values: ScorerValues & { pairs: string; out: string }, log: Log): Promise<void> {
  const placed = readPlacedPairs(values.pairs);
  const pairs = placed.map(({ record }) => record);
  const { scorer, dispose } = await openScorer(values, log);
  const scores = await scorer(pairs, placed);
  const lines = pairs.map((pair, index) => {
    const others = Object.entries(pair).filter(([key]) => key !== 'document');
    return JSON.stringify({ ...Object.fromEntries(others), score: scores[index]! });
  });
  writeFileAtomic(values.out, `${lines.join('\n')}\n`);
  dispose();
}
