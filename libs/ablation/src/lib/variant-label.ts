import type { RunConfig } from '@tsarank/config';
import { InputError, nearestName } from '@tsarank/io';

/** What a label is made from. */
export interface LabelledVariant {
  /** The variant's complete configuration. */
  config: RunConfig;
  /** Blocks of its model, where that is known. */
  blocks?: number;
}

const WEIGHT_NAMES = { rank: 'rank loss', nextToken: 'next-token loss', differencePenalty: 'difference penalty' };

/** Phrases that a label may name in braces; each says what the configuration has, whatever the base was. */
const PHRASES: Readonly<Record<string, (variant: LabelledVariant) => string>> = {
  recipe: ({ config }) => {
    const { pretrain, finetune } = config;
    if (!finetune) return stages(config);
    const off = Object.entries(WEIGHT_NAMES).filter(
      ([key]) => finetune.weights[key as keyof typeof WEIGHT_NAMES] === 0,
    );
    const missing = [...(pretrain ? [] : ['stage one']), ...off.map(([, name]) => name)];
    return missing.length === 0 ? 'Full recipe' : `Recipe without ${missing.join(' and ')}`;
  },
  stages: ({ config }) => stages(config),
  stageOne: ({ config }) => {
    const steps = config.pretrain?.steps ?? 0;
    return `${steps} ${steps === 1 ? 'step' : 'steps'} of stage one`;
  },
  negatives: ({ config }) => {
    if (!config.finetune) return 'no stage two';
    const { negatives } = config.finetune;
    return `${negatives} ${negatives === 1 ? 'negative' : 'negatives'} (groups of ${negatives + 1})`;
  },
  trainable: (variant) => {
    if (!variant.config.finetune) return 'No stage two';
    const { topLayers } = variant.config.finetune;
    if (topLayers === 0) return 'Every weight trains';
    const { blocks } = variant;
    if (topLayers === blocks) return `All ${blocks} blocks train`;
    const which = topLayers === 1 ? 'Top block trains' : `Top ${topLayers} blocks train`;
    return blocks === undefined ? which : `${which}, ${blocks - topLayers} of ${blocks} frozen`;
  },
  adapters: (variant) => {
    const { finetune } = variant.config;
    if (!finetune?.lora) return PHRASES['trainable']!(variant);
    const { rank, targetModules } = finetune.lora;
    const modules = Array.isArray(targetModules) ? `, modules ${targetModules.join(', ')}` : '';
    const blocks = finetune.topLayers === 0 ? 'every block' : topBlocks(variant);
    return `Adapters of rank ${rank}, ${blocks}${modules}`;
  },
  losses: ({ config }) => {
    if (!config.finetune) return 'No stage two';
    const { weights } = config.finetune;
    const entries = Object.entries(WEIGHT_NAMES).map(([key, name]) => ({
      name,
      weight: weights[key as keyof typeof WEIGHT_NAMES],
    }));
    if (entries.every(({ weight }) => weight === 1)) return 'All losses of weight 1';
    const on = entries.filter(({ weight }) => weight > 0);
    if (on.length === 1 && on[0]!.weight === 1) return `${capitalized(on[0]!.name)} alone`;
    const others = entries.filter(({ weight }) => weight !== 1);
    return capitalized(
      others.map(({ name, weight }) => (weight === 0 ? `${name} off` : `${name} × ${weight}`)).join(', '),
    );
  },
};

/** Names of the phrases that labels may use. */
export const PHRASE_NAMES = Object.keys(PHRASES);

/**
 * How tables name a variant: its label with every `{phrase}` and `{path.of.setting}` filled in from its own configuration,
 * so that a label stays true when the base changes. Without a label, the variant's name.
 *
 * @throws {InputError} for a name in braces that is neither phrase nor setting, and for plain text that says another number
 *   of negatives, blocks or ranks than the configuration has.
 *
 * @example
 * variantLabel('{negatives}', 'n-7', { config }); // 7 negatives (groups of 8)
 */
export function variantLabel(label: string | undefined, variant: string, labelled: LabelledVariant): string {
  if (label === undefined) return variant;
  const field = `labels.${variant}`;
  const text = label.replaceAll(/\{([\w.]+)\}/g, (_, name: string) => {
    const phrase = Object.hasOwn(PHRASES, name) ? PHRASES[name] : undefined;
    if (phrase) return phrase(labelled);
    const value = name.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), labelled.config);
    if (value === undefined || isRecord(value)) {
      const near = nearestName(name, PHRASE_NAMES);
      const expected = near ? `{${near}}` : `{${PHRASE_NAMES.join('}, {')}} or the path of a setting`;
      throw new InputError({ field, found: `{${name}}`, expected });
    }
    return String(value);
  });
  requireTrue(text, field, labelled.config);
  return text;
}

/** What plain labels are known to say of a configuration. */
function requireTrue(text: string, field: string, { finetune }: RunConfig): void {
  if (!finetune) return;
  const claims = [
    { pattern: /(\d+) negatives?\b/i, value: finetune.negatives, phrase: '{negatives}' },
    {
      pattern: /\btop (?:(\d+) )?(?:of \d+ )?(?:blocks?|layers?)\b/i,
      value: finetune.topLayers,
      phrase: '{trainable}',
    },
    { pattern: /\brank (\d+)\b/i, value: finetune.lora?.rank, phrase: '{adapters}' },
  ];
  for (const { pattern, value, phrase } of claims) {
    const match = pattern.exec(text);
    if (!match || value === undefined || Number(match[1] ?? 1) === value) continue;
    throw new InputError({
      field,
      found: `"${text}", where the configuration has ${value}`,
      expected: `${phrase}, which is filled in from the configuration`,
    });
  }
}

function stages({ pretrain, finetune }: RunConfig): string {
  if (pretrain) return finetune ? 'Both stages' : 'Stage one only';
  return finetune ? 'Stage two only' : 'Zero-shot';
}

function topBlocks({ config, blocks }: LabelledVariant): string {
  const { topLayers } = config.finetune!;
  if (blocks === undefined) return topLayers === 1 ? 'top block' : `top ${topLayers} blocks`;
  if (topLayers === blocks) return `all ${blocks} blocks`;
  return `top ${topLayers} of ${blocks} blocks`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
