import type { PlannedRun } from '@tsarank/ablation';
import { applyPatch, BEHAVIOUR_VERSION, evaluationSets, published } from '@tsarank/config';
import type { ConfigPatch, RunConfig } from '@tsarank/config';
import type { ModelShape } from './model-shape';
import { runMemory } from './run-memory';
import { mostTokens } from './run-tokens';

/** Peak resident bytes of a process that does one thing with a model. */
export interface ModelMemory {
  scoring: number;
  training: {
    /** Blocks that train, from the top; 0: all weights. */
    topLayers: number;
    pretrain: number;
    finetune: number;
  }[];
}

/** What the commands take where nothing else is said: pairs of a step of stage one, groups and negatives of one of stage two. */
const DEFAULTS: ConfigPatch = { pretrain: { batchSize: 16 }, finetune: { batchSize: 1, negatives: 47 } };

/**
 * Memory that a model needs, by its sizes alone: for texts as long as the published limits allow (documents of 128 tokens,
 * queries of 32), and the batches that the commands take by default. Formulas: `runMemory`.
 */
export function modelMemory(
  shape: ModelShape,
  { engine, topLayers }: { engine: RunConfig['engine']; topLayers: readonly number[] },
): ModelMemory {
  const needs = (kind: PlannedRun['kind'], patch: ConfigPatch): number => {
    const config = applyPatch<RunConfig>(applyPatch<RunConfig>({ ...published, engine }, DEFAULTS), patch);
    const [set] = evaluationSets(config);
    const run: PlannedRun = {
      ...{ kind, runId: '', variant: '', seed: 0, config, dataHashes: {}, behaviourVersion: BEHAVIOUR_VERSION },
      ...(kind === 'score' ? { set: { ...set!, id: '' } } : {}),
    };
    return runMemory(run, shape, mostTokens(config));
  };
  return {
    scoring: needs('score', { pretrain: null, finetune: null }),
    training: topLayers.map((blocks) => ({
      topLayers: blocks,
      pretrain: needs('pretrain', { pretrain: { topLayers: blocks } }),
      finetune: needs('finetune', { finetune: { topLayers: blocks } }),
    })),
  };
}
