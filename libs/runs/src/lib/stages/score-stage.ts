import { existsSync } from 'node:fs';
import { scorerId, type PlannedRun } from '@tsarank/ablation';
import { readJson, writeFileAtomic } from '@tsarank/io';
import { loadModel } from '@tsarank/model';
import { runFolder } from '../run-folder';
import { announceScores, runsOfScorer } from '../scoring/pair-scores';
import { writeRanking } from '../scoring/ranking-file';
import { scoreSet } from '../scoring/score-set';
import { preparedSet } from '../scoring/test-set';
import { loadProgress, startingPlace, type StageOptions, type StageResult } from './starting-model';

/** One model's scores over one test set, kept as a full ranking. */
export async function scoreStage(planned: PlannedRun, options: StageOptions): Promise<StageResult> {
  const { runId, set } = planned;
  const { runsDir } = options;
  const folder = runFolder(runsDir, runId);
  const prepared = await preparedSet(runsDir, set!);
  const { model, tokenizer } = await loadModel(await startingPlace(planned, options), loadProgress(options));
  const scorer = scorerId({ ...planned, text: set!.text });
  const began = performance.now();
  const { lists, pairs, reused, perplexity } = await scoreSet({
    ...{ model, tokenizer, prepared },
    set: set!,
    file: folder.scores,
    earlier: earlierRuns(runsDir, scorer, runId).map((other) => runFolder(runsDir, other).scores),
    onProgress: (done, total) => options.report({ phase: 'evaluate', done, total }),
  });
  model.dispose();
  const sha256 = writeRanking(folder.ranking, lists);
  announceScores(runsDir, scorer, runId);
  const seconds = (performance.now() - began) / 1000;
  return {
    result: { systems: {}, perplexity, losses: {}, ranking: { sha256, queries: lists.length, pairs, reused } },
    timings: { evaluate: seconds, total: seconds },
  };
}

/** The runs whose scores this one takes over: those that were there at its first attempt, and are at every later one. */
function earlierRuns(runsDir: string, scorer: string, runId: string): string[] {
  const { reuse, scores } = runFolder(runsDir, runId);
  if (existsSync(reuse) && existsSync(scores)) return readJson(reuse) as string[];
  const runs = runsOfScorer(runsDir, scorer, runId);
  writeFileAtomic(reuse, `${JSON.stringify(runs)}\n`);
  return runs;
}
