import type { RunRecord } from '@tsarank/config';
import type { LossRow } from '../loss-rows';

/** One training step as trackers see it. */
export interface TrackedStep extends LossRow {
  /** Pairs or groups taken so far, this step's among them. */
  examples: number;
  learningRate: number;
}

/** What a run tells its trackers, in this order. They decide nothing, and none of them makes a run fail. */
export interface RunLog {
  /** So many steps of an earlier attempt stand. */
  resume(steps: number): void;
  step(step: TrackedStep): void;
  result(record: RunRecord): void;
  finish(exitCode: number): void;
}

/** Of a run that nobody tracks. */
export const silentRunLog: RunLog = {
  resume: () => undefined,
  step: () => undefined,
  result: () => undefined,
  finish: () => undefined,
};
