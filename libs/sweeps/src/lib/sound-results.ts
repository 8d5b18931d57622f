import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import { modelFilesHash, recordState, runFolder, setRecordAside } from '@tsarank/runs';

/** A file that is not what was written, and where it lies now. */
export interface DamagedFile {
  file: string;
  why: string;
}

/**
 * Tells which runs have a result that can be trusted: a done record with its own hash and, for stage one, a model folder
 * with the hash that the record names. A damaged record is put aside and told of.
 */
export function resultChecker(
  runsDir: string,
  onDamage: (run: PlannedRun, damage: DamagedFile) => void,
): (run: PlannedRun) => boolean {
  return (run) => {
    const found = recordState(runsDir, run.runId);
    if (found.state === 'damaged') {
      onDamage(run, { file: setRecordAside(runsDir, run.runId), why: found.why });
      return false;
    }
    if (found.state === 'none' || found.record.status !== 'done') return false;
    if (run.kind === 'run') return true;
    const { model } = runFolder(runsDir, run.runId);
    if (!existsSync(model)) return false;
    const hash = modelFilesHash(model);
    if (hash === found.record.result?.modelHash) return true;
    onDamage(run, { file: model, why: `${model}: its files do not have the hash that the record names` });
    return false;
  };
}
