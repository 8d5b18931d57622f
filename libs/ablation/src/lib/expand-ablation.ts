import {
  applyPatch,
  BEHAVIOUR_VERSION,
  evaluationSets,
  parseRunConfig,
  type ConfigPatch,
  type RunConfig,
} from '@tsarank/config';
import { InputError } from '@tsarank/io';
import { variantNames, type AblationSpec } from './ablation-spec';
import { finetuneId, pretrainId, scoreId, setId, setKey, type DataHashes } from './run-id';
import type { PlannedCell, PlannedRun, PlannedSet, SweepPlan } from './sweep-plan';
import { variantLabel } from './variant-label';

export interface ExpandOptions {
  /** Hashes of what a configuration reads (see `DataHashes`). */
  hashesOf: (config: RunConfig) => DataHashes;
  /** What the engine `auto` stands for on this machine. */
  engine?: Exclude<RunConfig['engine'], 'auto'>;
  behaviourVersion?: number;
  /** Blocks of a model, for labels and for the check of `topLayers`; absent: not known. */
  blocksOf?: (model: string) => number;
}

/**
 * Every run of an ablation: for each variant and seed its stages and its scores over every test set, equal ones once.
 *
 * @throws {InputError} for a variant that makes an invalid configuration (the variant and the field are named), that trains
 *   more blocks than its model has or takes more negatives than it keeps candidates; for a label that its configuration
 *   belies; for an engine `auto` with no `engine` to stand for it.
 */
export function expandAblation(
  spec: AblationSpec,
  { hashesOf, engine, behaviourVersion = BEHAVIOUR_VERSION, blocksOf }: ExpandOptions,
): SweepPlan {
  const runs = {
    pretrain: new Map<string, PlannedRun>(),
    finetune: new Map<string, PlannedRun>(),
    score: new Map<string, PlannedRun>(),
  };
  const cells: PlannedCell[] = [];
  const [firstSeed] = spec.seeds;
  // Checked once a variant: seeds change nothing else.
  const configs = variantNames(spec).map(
    (variant) => [variant, variantConfig(spec, variant, firstSeed!, { engine, blocksOf })] as const,
  );
  const labels = configs.map(([variant, config]) => {
    const blocks = blocksOf?.(config.model);
    checkSizes(config, blocks, `${spec.name}: variants.${variant}`);
    return [variant, variantLabel(spec.labels?.[variant] ?? spec.label, variant, { config, blocks })] as const;
  });
  for (const seed of spec.seeds) {
    for (const [variant, ofFirstSeed] of configs) {
      const config = seed === firstSeed ? ofFirstSeed : { ...ofFirstSeed, seed };
      const dataHashes = hashesOf(config);
      const shared = { variant, seed, behaviourVersion };
      const plan = (run: PlannedRun): string => {
        if (!runs[run.kind].has(run.runId)) runs[run.kind].set(run.runId, run);
        return run.runId;
      };
      const identified = { config, dataHashes, behaviourVersion };
      let model: string | undefined;
      if (config.pretrain) {
        model = plan({
          kind: 'pretrain',
          runId: pretrainId(identified),
          ...shared,
          config: { ...config, finetune: null },
          dataHashes: pick(dataHashes, ['model', 'pairs']),
        });
      }
      if (config.finetune) {
        const parent = model === undefined ? {} : { parent: model };
        model = plan({
          kind: 'finetune',
          runId: finetuneId({ ...identified, ...parent }),
          ...shared,
          config,
          dataHashes: pick(dataHashes, ['model', 'pairs', 'collection', 'groups']),
          ...parent,
        });
      }
      const parent = model === undefined ? {} : { parent: model };
      // Of a model without stage two, all scores are shown under the first.
      let shownUnder = config.finetune ? model : undefined;
      const scores = setsOf(config, dataHashes, behaviourVersion).map((set) => {
        const runId = scoreId({ ...identified, ...parent, set });
        shownUnder ??= runId;
        const hashes = pick(dataHashes, ['model', 'pairs', 'collection', 'groups', setKey(set.name)]);
        const shown = shownUnder === runId ? {} : { shownUnder };
        plan({ kind: 'score', runId, ...shared, config, dataHashes: hashes, ...parent, set, ...shown });
        return [set.name, runId] as const;
      });
      cells.push({
        variant,
        seed,
        runId: model ?? scores[0]![1],
        ...(model === undefined ? {} : { model }),
        scores: Object.fromEntries(scores),
      });
    }
  }
  return {
    spec,
    labels: Object.fromEntries(labels),
    runs: [...runs.pretrain.values(), ...runs.finetune.values(), ...runs.score.values()],
    cells,
  };
}

function setsOf(config: RunConfig, dataHashes: DataHashes, behaviourVersion: number): PlannedSet[] {
  return evaluationSets(config).map((set) => ({ ...set, id: setId(set, dataHashes, behaviourVersion) }));
}

/** A variant's complete configuration. */
export function variantConfig(
  spec: AblationSpec,
  variant: string,
  seed: number,
  { engine, blocksOf }: Pick<ExpandOptions, 'engine' | 'blocksOf'> = {},
): RunConfig {
  const field = `${spec.name}: variants.${variant}`;
  const patched = applyPatch(spec.base, spec.variants[variant] ?? {});
  const given = parseRunConfig({ ...patched, seed, measures: [...spec.measures] }, { field });
  const config = withTopLayers(given, spec.variants[variant] ?? {}, { field, blocksOf });
  if (config.engine !== 'auto') return config;
  if (!engine) throw new InputError({ field: 'engine', found: 'auto', expected: 'the engine that it stands for' });
  return { ...config, engine };
}

/** Blocks that are said to be frozen, as those above them that train: one configuration, one id. */
function withTopLayers(
  config: RunConfig,
  patch: ConfigPatch,
  { field, blocksOf }: { field: string; blocksOf?: (model: string) => number },
): RunConfig {
  const { finetune } = config;
  if (finetune?.frozenLayers === undefined) return config;
  const { frozenLayers, ...others } = finetune;
  const own = patch.finetune ?? {};
  if (own.topLayers !== undefined && own.frozenLayers !== undefined) {
    const found = `frozenLayers ${String(frozenLayers)} and topLayers ${String(finetune.topLayers)}`;
    throw new InputError({ field: `${field}.finetune`, found, expected: 'one of them' });
  }
  // The variant's own say is later than the base's.
  if (own.topLayers !== undefined) return { ...config, finetune: others };
  const blocks = blocksOf?.(config.model);
  if (blocks === undefined || frozenLayers >= blocks) {
    const expected =
      blocks === undefined
        ? 'a model whose blocks are known'
        : `at most ${blocks - 1} of the ${blocks} blocks of ${config.model}`;
    throw new InputError({ field: `${field}.finetune.frozenLayers`, found: String(frozenLayers), expected });
  }
  return { ...config, finetune: { ...others, topLayers: blocks - frozenLayers } };
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
  if (finetune && finetune.groups === undefined && finetune.negatives > data.negativePool) {
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
