import type { PlannedRun } from '@tsarank/ablation';
import type { HubSettings } from '@tsarank/hub';
import type { RunProgress } from './run-progress';
import type { RunLog } from './tracking/run-log';

/** How a run is done; `executeRun`, or a stand-in in specs. */
export type Execute = (planned: PlannedRun, options: ExecuteOptions) => Promise<unknown>;

export interface ExecuteOptions {
  /** Folder of all runs. */
  runsDir: string;
  onProgress: (progress: RunProgress) => void;
  /** Asks the run to save and to throw an InterruptedError. */
  signal: AbortSignal;
  /** What trackers are told. */
  runLog: RunLog;
  checkpointSeconds?: number;
  threads?: number;
  /** Where models named `hf:` come from and are kept; asked when there is one. */
  hub?: () => HubSettings;
}

/** A run was asked to stop and has saved what it had; started again, it goes on. */
export class InterruptedError extends Error {
  constructor() {
    super('stopped; started again, the run goes on from its checkpoint');
    this.name = 'InterruptedError';
  }
}
