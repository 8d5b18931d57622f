import type { PlannedRun } from '@tsarank/ablation';
import type { RunProgress } from './run-cost';
import type { ProcessEnd } from './run-failure';

/** What is known of a submitted run. */
export type JobState = { state: 'running'; progress?: RunProgress } | { state: 'ended'; end: ProcessEnd };

/**
 * Starts runs somewhere; the run's folder is where its truth lies, wherever it ran. `Job` is the executor's own way to
 * name a submitted run.
 */
export interface Executor<Job = unknown> {
  /** Runs at a time. */
  readonly slots: number;
  /** The run's `planned.json` is written already. */
  submit(run: PlannedRun, runsDir: string): Job;
  poll(job: Job): JobState;
  /** Ends it and everything it started. */
  cancel(job: Job): void;
  /** The file its output goes to. */
  logs(job: Job): string;
}
