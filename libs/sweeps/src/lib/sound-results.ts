import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import { modelFilesHash, rankingProblem, recordState, runFolder, setRecordAside } from '@tsarank/runs';
import type { ResultState } from './sweep-queue';

/** A file that is not what was written, and where it lies now. */
export interface DamagedFile {
  file: string;
  why: string;
}

/**
 * Tells which runs have a result that can be trusted: a done record with its own hash; for a run that trains, the model
 * folder with the hash that the record names, or none any more; for a scoring run, the ranking likewise. A damaged record
 * is put aside and told of.
 */
export function resultChecker(
  runsDir: string,
  onDamage: (run: PlannedRun, damage: DamagedFile) => void,
): (run: PlannedRun) => ResultState {
  return (run) => {
    const found = recordState(runsDir, run.runId);
    if (found.state === 'damaged') {
      onDamage(run, { file: setRecordAside(runsDir, run.runId), why: found.why });
      return 'missing';
    }
    if (found.state === 'none' || found.record.status !== 'done') return 'missing';
    if (run.kind === 'score') {
      const why = rankingProblem(runsDir, found.record);
      if (why === undefined) return 'done';
      onDamage(run, { file: runFolder(runsDir, run.runId).ranking, why });
      return 'missing';
    }
    const { model } = runFolder(runsDir, run.runId);
    if (!existsSync(model)) return 'done without its model';
    const hash = modelFilesHash(model);
    if (hash === found.record.result?.modelHash) return 'done';
    onDamage(run, { file: model, why: `${model}: its files do not have the hash that the record names` });
    return 'missing';
  };
}
