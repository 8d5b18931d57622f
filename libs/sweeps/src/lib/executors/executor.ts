import type { PlannedRun } from '@tsarank/ablation';
import type { ProcessEnd } from '@tsarank/runs';

/** What is known of a submitted run. */
export type JobState = { state: 'queued' } | { state: 'running' } | { state: 'ended'; end: ProcessEnd };

/** Whether a run may start beside those in flight: now, once others have ended, or never, and why. */
export type Admission = { may: 'start' } | { may: 'wait' } | { may: 'never'; why: string };

/**
 * Starts runs somewhere and says how their processes ended. It decides nothing else: the run's folder is where the truth
 * lies, wherever the run was. `Job` is the executor's own way to name a submitted run.
 */
export interface Executor<Job = unknown> {
  readonly name: 'local' | 'slurm' | 'bullmq';
  /** Runs in flight at a time. */
  readonly slots: number;
  /** Milliseconds between looks. */
  readonly pollMs: number;
  /** True where runs go on without the process that submitted them. */
  readonly outlives: boolean;
  /** Absent: any run may start when there is a slot. */
  admit?(run: PlannedRun, inFlight: readonly PlannedRun[]): Admission;
  /**
   * Starts runs, whose `planned.json` is written already; a run that an earlier runner has submitted and that is still
   * under way is taken up, not started twice.
   *
   * @returns Their jobs, in the order of the runs.
   */
  submit(runs: readonly PlannedRun[], runsDir: string): Promise<Job[]>;
  /** States in the order of the jobs, by one look. */
  poll(jobs: readonly Job[]): Promise<JobState[]>;
  /** Asks them to save and end; ends them and everything they started after `graceMs`. */
  cancel(jobs: readonly Job[], graceMs: number): Promise<void>;
  /** The file its output goes to. */
  logs(job: Job): string;
  /** In a few characters, for people. */
  describe(job: Job): string;
  /** Lets go of connections. */
  close?(): Promise<void>;
}
