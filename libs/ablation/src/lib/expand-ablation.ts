import { applyPatch, BEHAVIOUR_VERSION, parseRunConfig, type RunConfig } from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { variantNames, type AblationSpec } from './ablation-spec';
import { runId, stageId, type DataHashes } from './run-id';
import type { PlannedCell, PlannedRun, SweepPlan } from './sweep-plan';
import { variantLabel } from './variant-label';

export interface ExpandOptions {
  /** Hashes of what a configuration reads. Only `model`, the collections and, with stage one, `pairs`. */
  hashesOf: (config: RunConfig) => DataHashes;
  /** What the engine `auto` stands for on this machine. */
  engine?: Exclude<RunConfig['engine'], 'auto'>;
  behaviourVersion?: number;
  /** Blocks of a model, for labels and for the check of `topLayers`; absent: not known. */
  blocksOf?: (model: string) => number;
}

/**
 * Every run of an ablation: one for each variant and seed, equal ones once, with the stage-one runs they start from.
 *
 * @throws {InputError} for a variant that makes an invalid configuration (the variant and the field are named), that trains
 *   more blocks than its model has or takes more negatives than it keeps candidates; for a label that its configuration
 *   belies; for an engine `auto` with no `engine` to stand for it.
 */
export function expandAblation(
  spec: AblationSpec,
  { hashesOf, engine, behaviourVersion = BEHAVIOUR_VERSION, blocksOf }: ExpandOptions,
): SweepPlan {
  const stages = new Map<string, PlannedRun>();
  const runs = new Map<string, PlannedRun>();
  const cells: PlannedCell[] = [];
  const [firstSeed] = spec.seeds;
  // Checked once a variant: seeds change nothing else.
  const configs = variantNames(spec).map(
    (variant) => [variant, variantConfig(spec, variant, firstSeed!, engine)] as const,
  );
  const labels = configs.map(([variant, config]) => {
    const blocks = blocksOf?.(config.model);
    checkSizes(config, blocks, `${spec.name}: variants.${variant}`);
    return [variant, variantLabel(spec.labels?.[variant] ?? spec.label, variant, { config, blocks })] as const;
  });
  for (const seed of spec.seeds) {
    for (const [variant, ofFirstSeed] of configs) {
      const config = seed === firstSeed ? ofFirstSeed : { ...ofFirstSeed, seed };
      const shared = { variant, seed, behaviourVersion };
      const dataHashes = hashesOf(config);
      let parent: string | undefined;
      if (config.pretrain) {
        parent = stageId({ config, dataHashes, behaviourVersion });
        const stageConfig = { ...config, finetune: null };
        const stageHashes = pick(dataHashes, ['model', 'pairs']);
        const stage: PlannedRun = {
          kind: 'pretrain',
          runId: parent,
          ...shared,
          config: stageConfig,
          dataHashes: stageHashes,
        };
        if (!stages.has(parent)) stages.set(parent, stage);
      }
      const id = runId({ config, dataHashes, stageId: parent, behaviourVersion });
      cells.push({ variant, seed, runId: id });
      if (runs.has(id)) continue;
      runs.set(id, { kind: 'run', runId: id, ...shared, config, dataHashes, ...(parent ? { stageId: parent } : {}) });
    }
  }
  return { spec, labels: Object.fromEntries(labels), runs: [...stages.values(), ...runs.values()], cells };
}

/** A variant's complete configuration. */
export function variantConfig(
  spec: AblationSpec,
  variant: string,
  seed: number,
  engine?: Exclude<RunConfig['engine'], 'auto'>,
): RunConfig {
  const patched = applyPatch(spec.base, spec.variants[variant] ?? {});
  const config = parseRunConfig(
    { ...patched, seed, measures: [...spec.measures] },
    { field: `${spec.name}: variants.${variant}` },
  );
  if (config.engine !== 'auto') return config;
  if (!engine) throw new InputError({ field: 'engine', found: 'auto', expected: 'the engine that it stands for' });
  return { ...config, engine };
}

/** Refuses sizes that would be cut down in silence: the label would then say more than was done. */
function checkSizes({ model, data, pretrain, finetune }: RunConfig, blocks: number | undefined, field: string): void {
  for (const [stage, settings] of Object.entries({ pretrain, finetune })) {
    if (!settings || blocks === undefined || settings.topLayers <= blocks) continue;
    throw new InputError({
      field: `${field}.${stage}.topLayers`,
      found: String(settings.topLayers),
      expected: `at most ${blocks}, the blocks of ${model}; 0 trains every weight`,
    });
  }
  if (finetune && finetune.negatives > data.negativePool) {
    throw new InputError({
      field: `${field}.finetune.negatives`,
      found: String(finetune.negatives),
      expected: `at most data.negativePool (${data.negativePool}), the candidates that negatives are drawn from`,
    });
  }
}

function pick(hashes: DataHashes, keys: readonly string[]): DataHashes {
  return Object.fromEntries(Object.entries(hashes).filter(([key]) => keys.includes(key)));
}
