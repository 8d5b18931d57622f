import { contentsOf, readWandbLog } from './read-wandb-log';
import { wandbLogs } from './log-folder';

/**
 * The first `count` rows of a run as its logs hold them: each attempt's rows stand from its starting step on and replace
 * those of attempts before it. Fewer where the logs hold fewer.
 */
export function earlierRows(dir: string, runId: string, count: number): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  if (count === 0) return rows;
  for (const log of wandbLogs(dir)) {
    if (log.runId !== runId) continue;
    const { startingStep, rows: own } = contentsOf(readWandbLog(log.file).records);
    own.forEach((row, index) => (rows[startingStep + index] = row));
  }
  return rows.slice(0, count).filter((row) => row !== undefined);
}
