import { z } from 'zod';

/** Engines that can be asked for; `auto` is resolved to one of the others before a run gets its id. */
export const ENGINE_NAMES = ['tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type RunEngine = (typeof ENGINE_NAMES)[number] | 'auto';

const count = z.int().positive();
const countOrNone = z.int().nonnegative();
const positive = z.number().positive();
const nonNegative = z.number().nonnegative();
const ratio = z.number().min(0).max(1);

/** Low-rank adapters (LoRA), which train in the place of the weights. */
const loraSchema = z.strictObject({
  rank: count,
  /** The adapters' products are multiplied by alpha / rank. */
  alpha: positive.default(16),
  /** Modules that have adapters, by the ends of their names; null: those that PEFT takes for the family. */
  targetModules: z
    .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)], {
      error: '"all-linear", a list of names of modules, or null',
    })
    .nullable()
    .default(null),
});

/** What both training stages set. */
const trainingShape = {
  /** Optimizer steps. */
  steps: count,
  /** Stage one: pairs a step. Stage two: groups a step. */
  batchSize: count,
  learningRate: positive,
  schedule: z.enum(['constant', 'cosine']),
  /** Share of the steps over which the learning rate rises from 0. */
  warmupRatio: ratio,
  /** Largest norm of the whole gradient; 0 turns clipping off. */
  clipNorm: nonNegative,
  /** Blocks that train, counted from the top; 0 trains every weight, or with adapters those of every block. */
  topLayers: countOrNone,
  /** Adapters train instead of the blocks' weights; absent (or null, which is taken away when it is read): none. */
  lora: loraSchema.nullable().optional(),
};

const pretrainSchema = z.strictObject({
  /** `embedded`, or a file of weak pairs. */
  pairs: z.string().min(1),
  /** Uses this many pairs, drawn with the seed; absent: all. */
  pairsLimit: count.optional(),
  ...trainingShape,
});

const weightsSchema = z.strictObject({ rank: nonNegative, nextToken: nonNegative, differencePenalty: nonNegative });

const finetuneSchema = z.strictObject({
  ...trainingShape,
  /** Negatives beside the one positive of a group. */
  negatives: count,
  /** Divides the transformed score before the softmax over the group. */
  temperature: positive,
  /** Rows the difference penalty averages over. */
  klRows: z.enum(['all', 'real', 'query']),
  /** Applied to the mean log-probability before the rank loss; the published code takes `exp`. */
  scoreTransform: z.enum(['exp', 'identity']),
  weights: weightsSchema,
});

const dataSchema = z.strictObject({
  /** `cwe` (embedded), or a folder in BEIR layout. */
  collection: z.string().min(1),
  /** `factbook` (embedded), a folder in BEIR layout, or null for no out-of-domain check. */
  outOfDomain: z.string().min(1).nullable(),
  /** Split that the in-domain numbers come from; `dev` is for choosing settings. Out of domain it is always `test`. */
  split: z.enum(['test', 'dev']),
  /** Documents a query that BM25 hands to the model. */
  candidates: count,
  /** Depth of the BM25 list from which stage two draws its negatives. */
  negativePool: count,
  /** Queries of the split used, drawn with a fixed seed; absent: all. */
  testQueries: count.optional(),
  /** Out-of-domain queries used, drawn with a fixed seed; absent: all. */
  outOfDomainQueries: count.optional(),
  /** Training queries used, drawn with the run's seed; absent: all. */
  trainQueries: count.optional(),
});

/** How texts are read by both stages and by scoring. */
const textSchema = z.strictObject({
  maxDocumentTokens: count,
  maxQueryTokens: count,
  /** Special tokens inside documents and queries are read as such, not as text; absent: as text. */
  specialTokensInText: z.literal(true).optional(),
});

/** Everything that decides a run's result. Unknown keys are errors. */
export const runConfigSchema = z.strictObject({
  seed: countOrNone,
  /** `tiny` (embedded), a Hugging Face folder or a `.gguf` file. */
  model: z.string().min(1),
  engine: z.enum([...ENGINE_NAMES, 'auto']),
  precision: z.enum(['float32', 'bfloat16']),
  data: dataSchema,
  text: textSchema,
  /** Stage one; null leaves it out. */
  pretrain: pretrainSchema.nullable(),
  /** Stage two; null leaves it out. */
  finetune: finetuneSchema.nullable(),
  /** As the field prints them: nDCG@10, RR@10, AP, R@100, P@10. */
  measures: z.array(z.string().min(1)).min(1),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type PretrainConfig = z.infer<typeof pretrainSchema>;
export type FinetuneConfig = z.infer<typeof finetuneSchema>;
export type LoraConfig = z.infer<typeof loraSchema>;
export type RunDataConfig = z.infer<typeof dataSchema>;
