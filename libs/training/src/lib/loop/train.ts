import { WorkError } from '@tsarank/io';
import { adapterWeights, addAdapters, removeAdapters, trainableWeights } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { tf } from '@tsarank/tensor';
import { AdamW } from '../optimizer/adam-w';
import { loadCheckpoint, restoreTraining, saveCheckpoint, trainingTensors } from './checkpoint';
import { clipFactor, globalNorm } from '../optimizer/gradient-norm';
import { learningRateAt } from '../optimizer/learning-rate';
import { samplingOrder } from './batch-order';
import { gradientsOfStep } from './step-gradients';
import type { Stage } from './step-gradients';
import { checkTrainingOptions, resultOptions } from './training-options';
import type { CheckpointOptions, LogRow, TrainingOptions, TrainingResult } from './training-options';

/** Seconds between checkpoints where no interval is given. */
const DEFAULT_CHECKPOINT_SECONDS = 60;

/**
 * The loop of both stages: gradients of the trainable weights, their norm, clipping, AdamW at the scheduled rate, a
 * log row, now and then a checkpoint. Frozen weights are never written. A training that was stopped at any point and
 * goes on from its checkpoint ends with the same bytes as an undisturbed one. No tensor is left behind but the adapters
 * that were asked for, which the model owns; after an error not even those.
 *
 * @throws {InputError} for options that make no sense, or a checkpoint of another training.
 * @throws {WorkError} naming the step at which the loss or the gradient was no longer a number.
 */
export async function train(stage: Stage, options: TrainingOptions): Promise<TrainingResult> {
  checkTrainingOptions(options);
  const weights = trainableByName(stage, options);
  try {
    return await trainWeights(stage, options, weights);
  } catch (error) {
    if (options.lora) removeAdapters(options.model);
    throw error;
  }
}

async function trainWeights(
  stage: Stage,
  options: TrainingOptions,
  weights: ReadonlyMap<string, tf.Variable>,
): Promise<TrainingResult> {
  const { steps, checkpoint, signal, onWarning = console.warn } = options;
  const identity = { stage: stage.name, engine: tf.getBackend(), ...resultOptions(options), ...stage.options };
  const saved = checkpoint && (await loadCheckpoint(checkpoint.dir, identity, onWarning));
  const optimizer = new AdamW(weights);
  try {
    const rows: LogRow[] = [...(saved?.rows ?? [])];
    let step = saved?.step ?? 0;
    if (saved !== undefined) {
      restoreTraining(saved.tensors, step, weights, optimizer);
      options.onResume?.([...rows]);
    }
    let savedStep = step;
    let savedAt = performance.now();
    const save = async (): Promise<void> => {
      if (checkpoint === undefined || savedStep === step) return;
      const tensors = await trainingTensors(weights, optimizer);
      await saveCheckpoint(checkpoint.dir, identity, { step, rows, tensors });
      [savedStep, savedAt] = [step, performance.now()];
    };
    while (step < steps && signal?.aborted !== true) {
      const row = await takeStep(stage, options, weights, optimizer, step);
      step += 1;
      rows.push(row);
      options.onStep?.(row);
      if (checkpoint !== undefined && isDue(checkpoint, step, (performance.now() - savedAt) / 1000)) await save();
      await eventLoopTurn();
    }
    await save();
    const order = samplingOrder(stage, options);
    return {
      steps: step,
      finished: step >= steps,
      rows,
      ...(order && { order }),
      ...(saved && { resumedFrom: saved.step }),
    };
  } finally {
    optimizer.dispose();
  }
}

/** The weights that train, by their names in the model; those of new adapters by PEFT's. */
function trainableByName(stage: Stage, { model, topLayers, lora, seed }: TrainingOptions): Map<string, tf.Variable> {
  if (lora) {
    addAdapters(model, lora, topLayers, (module) => Random.fromSeed(seed, stage.name, 'lora', module));
    return adapterWeights(model);
  }
  const training = new Set(trainableWeights(model, topLayers));
  return new Map([...model.weights].filter(([, weight]) => training.has(weight)));
}

async function takeStep(
  stage: Stage,
  options: TrainingOptions,
  weights: ReadonlyMap<string, tf.Variable>,
  optimizer: AdamW,
  step: number,
): Promise<LogRow> {
  const start = performance.now();
  const { gradients, losses, tokens } = await gradientsOfStep(stage, options, weights, step);
  try {
    const gradNorm = await globalNorm([...gradients.values()]);
    requireNumbers(step, { ...losses, gradNorm });
    optimizer.apply(gradients, {
      learningRate: learningRateAt(options, step),
      factor: clipFactor(gradNorm, options.clipNorm),
    });
    return { step, ...losses, gradNorm, tokens, seconds: (performance.now() - start) / 1000 };
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

function requireNumbers(step: number, values: Record<string, number>): void {
  const wrong = Object.entries(values).find(([, value]) => !Number.isFinite(value));
  if (wrong === undefined) return;
  const all = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  throw new WorkError(
    `${wrong[0]} is ${wrong[1]} at step ${step} (${all.join(', ')}); ` +
      'a smaller learning rate, a warm-up or clipping may mend it',
  );
}

function isDue({ everySteps, everySeconds }: CheckpointOptions, step: number, seconds: number): boolean {
  if (everySteps !== undefined && step % everySteps === 0) return true;
  if (everySeconds === undefined && everySteps !== undefined) return false;
  return seconds >= (everySeconds ?? DEFAULT_CHECKPOINT_SECONDS);
}

/** Lets timers, signals and other work of the process have their turn. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
