import { variantNames, type AblationSpec } from '@tsarank/ablation';
import { parseSetting, type ConfigPatch } from '@tsarank/config';

export interface FitToModelOptions {
  blocksOf: (model: string) => number;
  /** A line for people. */
  onNotice: (text: string) => void;
}

/**
 * A preset is made for models of a certain depth. Where it trains more top blocks than the model has, all blocks train;
 * the levels that an experiment declares for the preset and that are deeper than the model are left out. Both are said.
 * What the user sets is never changed: too many blocks are an error there.
 *
 * @param options.set Settings as given on the command line.
 */
export function fitToModel(
  spec: AblationSpec,
  { preset, set = [] }: { preset?: string; set?: readonly (string | number)[] },
  { blocksOf, onNotice }: FitToModelOptions,
): AblationSpec {
  const { base } = spec;
  const blocks = blocksOf(base.model);
  const isDeeper = (layers: unknown): boolean => typeof layers === 'number' && layers > blocks;
  const isSet = set.some((setting) => parseSetting(String(setting)).finetune?.topLayers !== undefined);
  const { finetune } = base;
  const cut = finetune !== null && finetune.frozenLayers === undefined && !isSet && isDeeper(finetune.topLayers);
  if (cut)
    onNotice(
      `preset ${preset} trains the top ${finetune.topLayers} blocks; ${base.model} has ${blocks}, which all train`,
    );
  const tooDeep = (patch: ConfigPatch): boolean => isDeeper(patch.finetune?.topLayers);
  const declared = Object.hasOwn(spec.presets ?? {}, preset ?? '');
  const left = declared ? variantNames(spec).filter((name) => tooDeep(spec.variants[name]!)) : [];
  if (left.length > 0) onNotice(`left out, for ${base.model} has ${blocks} blocks: ${left.join(', ')}`);
  const variants = Object.fromEntries(Object.entries(spec.variants).filter(([name]) => !left.includes(name)));
  return { ...spec, variants, base: cut ? { ...base, finetune: { ...finetune, topLayers: blocks } } : base };
}
