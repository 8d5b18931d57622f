export { AdamW } from './lib/optimizer/adam-w';
export type { AdamWOptions, Moments } from './lib/optimizer/adam-w';
export { turnsOfStep } from './lib/loop/batch-order';
export type { Turn } from './lib/loop/batch-order';
export { loadCheckpoint, saveCheckpoint } from './lib/loop/checkpoint';
export type { Checkpoint, SavedTensor } from './lib/loop/checkpoint';
export { documentsOfTurn, finetune } from './lib/stages/finetune';
export type { FinetuneOptions } from './lib/stages/finetune';
export { clipFactor, globalNorm } from './lib/optimizer/gradient-norm';
export { groupBatch } from './lib/stages/group-batch';
export type { GroupBatch, KlRows } from './lib/stages/group-batch';
export { groupObjective } from './lib/stages/group-objective';
export type { GroupObjectiveOptions } from './lib/stages/group-objective';
export { learningRateAt } from './lib/optimizer/learning-rate';
export type { Schedule, ScheduleOptions } from './lib/optimizer/learning-rate';
export { pretrain } from './lib/stages/pretrain';
export type { PretrainOptions, PretrainRows } from './lib/stages/pretrain';
export { gradientsOfStep } from './lib/loop/step-gradients';
export type { LossParts, MicroBatch, PlannedBatch, Stage, StepGradients } from './lib/loop/step-gradients';
export { train } from './lib/loop/train';
export { stepsPerEpoch } from './lib/loop/training-options';
export type {
  BatchOrder,
  CheckpointOptions,
  LogRow,
  TrainingOptions,
  TrainingResult,
} from './lib/loop/training-options';
