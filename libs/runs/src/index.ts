export { executePlannedRun } from './lib/execute-planned-run';
export type { Execute, ExecuteOptions } from './lib/execution';
export { contentHasher, modelFilesHash, setContentHash } from './lib/inputs/content-hashes';
export { isJudgments } from './lib/inputs/judgments-file';
export { fetchedModelPath, modelPath } from './lib/inputs/model-path';
export type { LossRow } from './lib/loss-rows';
export {
  ATTEMPT_MARK,
  EXIT,
  failedRecord,
  failureOf,
  failureOfProcess,
  isOrphan,
  isTransient,
  lastReason,
  orphanRecord,
} from './lib/run-failure';
export type { ProcessEnd } from './lib/run-failure';
export {
  forgetRecord,
  readRecord,
  readRecords,
  recordState,
  runFolder,
  setRecordAside,
  writePlannedRun,
  writeRecord,
} from './lib/run-folder';
export type { RunFolder } from './lib/run-folder';
export { measuredRuns } from './lib/measured-runs';
export { PHASE_NAMES, PHASES, readProgress } from './lib/run-progress';
export type { Phase, RunProgress } from './lib/run-progress';
export { rankingProblem, writeRanking } from './lib/scoring/ranking-file';
export type { RankedList } from './lib/scoring/ranking-file';
export { preparedSet } from './lib/scoring/test-set';
export { completeWandbLog } from './lib/tracking/complete-wandb-log';
export type { TrackingRequest } from './lib/tracking/tracked-run';
