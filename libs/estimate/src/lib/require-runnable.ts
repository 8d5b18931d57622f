import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { HubSettings } from '@tsarank/hub';
import { InputError } from '@tsarank/io';
import { adapterWeights } from './adapter-weights';
import { modelPath } from '@tsarank/runs';
import { modelShape } from './model-shape';

/**
 * Refuses what would fail in every run, before anything is spent on one: a model that is no causal language model, adapters of
 * modules that it lacks. Loads the tensor code only for models other than the embedded one.
 *
 * @throws {InputError} naming the model, or the stage's setting.
 */
export async function requireRunnable(runs: readonly PlannedRun[], hub?: () => HubSettings): Promise<void> {
  for (const model of new Set(runs.map(({ config }) => config.model))) await requireCausalLm(model, hub);
  for (const run of runs) requireTargets(run, hub);
}

async function requireCausalLm(model: string, hub: (() => HubSettings) | undefined): Promise<void> {
  const place = modelPath(model, hub);
  if (model === 'tiny' || !existsSync(place)) return;
  const { modelSupport } = require('@tsarank/model') as typeof import('@tsarank/model');
  const { kind, problem } = await modelSupport(place);
  if (kind === 'causal-lm' && problem !== undefined) throw new InputError({ field: 'model', message: problem });
  if (kind === 'causal-lm') return;
  const found = `${model}, ${kind === 'classifier' ? 'a classifier' : 'an encoder-decoder model'}`;
  throw new InputError({
    field: 'model',
    found,
    expected: 'a causal language model; `tsarank score` and `rerank` take others',
  });
}

function requireTargets({ kind, config }: PlannedRun, hub: (() => HubSettings) | undefined): void {
  if (kind === 'score') return;
  const stage = kind;
  const settings = config[stage];
  if (!settings?.lora) return;
  try {
    adapterWeights(modelShape(config.model, hub), settings.lora, settings.topLayers);
  } catch (error) {
    if (!(error instanceof InputError) || !error.problem.field?.startsWith('lora.')) throw error;
    throw new InputError({ ...error.problem, field: `${stage}.${error.problem.field}` });
  }
}
