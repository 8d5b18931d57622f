import path from 'node:path';
import { runFolder } from '@tsarank/runs';
import type { SweepEvent } from '@tsarank/sweeps';
import { startLiveMirror, wandbLogs } from '@tsarank/tracking';
import { wandbClient } from '../sync/wandb-client';

const COMMAND_FILE = path.resolve(__dirname, '../../../bin/ablate.mjs');
/** How long the uploads may lag behind the last run. */
const GRACE_MS = 20_000;

/** Mirrors runs to W&B while they go on. */
export interface RunFollower {
  take(event: SweepEvent): void;
  /** Mirrors the logs below a `wandb` folder. */
  follow(dir: string): void;
  /** Waits for what is under way; what is left over is uploaded by `ablate sync`. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Starts the mirror: one process of its own that follows each run's log with the official client, or with @wandb/sdk where
 * there is none. Neither it nor the server can hold up a run: they read files that the runs write anyway.
 *
 * @param runsDir Folder of all runs.
 */
export function followRuns(runsDir: string, onNotice: (text: string) => void): RunFollower {
  const client = wandbClient();
  const mirror = startLiveMirror([process.execPath, COMMAND_FILE, 'mirror', ...(client ? ['--client', client] : [])], {
    onLine: (line: string) => onNotice(`wandb-live: ${line}`),
  });
  const followed = new Set<string>();
  const follow = (dir: string): void => {
    for (const { folder } of wandbLogs(dir)) {
      if (followed.has(folder)) continue;
      followed.add(folder);
      mirror.follow(path.resolve(folder));
    }
  };
  return {
    follow,
    take(event) {
      if (event.type !== 'run-progress' && event.type !== 'run-retry' && event.type !== 'run-end') return;
      follow(runFolder(runsDir, event.run.shownUnder ?? event.run.runId).wandb);
    },
    close: (graceMs = GRACE_MS) => mirror.close(graceMs),
  };
}
