import { z } from 'zod';

/** Engines that can be asked for; `auto` is resolved to one of the others before a run gets its id. */
export const ENGINE_NAMES = ['tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type RunEngine = (typeof ENGINE_NAMES)[number] | 'auto';

const count = z.int().positive();
const countOrNone = z.int().nonnegative();
const positive = z.number().positive();
const nonNegative = z.number().nonnegative();
const ratio = z.number().min(0).max(1);

const SPLIT =
  'Split that the in-domain numbers come from; dev is for choosing settings. Out of domain it is always test.';

/** Low-rank adapters (LoRA), which train in the place of the weights. */
const loraSchema = z.strictObject({
  rank: count.describe('Rank of the adapters.'),
  alpha: positive.default(16).describe("The adapters' products are multiplied by alpha / rank."),
  targetModules: z
    .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)], {
      error: '"all-linear", a list of names of modules, or null',
    })
    .nullable()
    .default(null)
    .describe(
      'Modules that have adapters, by the ends of their names, or "all-linear"; null: PEFT\'s choice for the family.',
    ),
});

/** What both training stages set. */
const trainingShape = {
  steps: count.describe('Optimizer steps.'),
  batchSize: count.describe('Stage one: pairs a step. Stage two: groups a step.'),
  learningRate: positive.describe('Highest learning rate.'),
  schedule: z.enum(['constant', 'cosine']).describe('Course of the learning rate after the warm-up.'),
  warmupRatio: ratio.describe('Share of the steps over which the learning rate rises from 0.'),
  clipNorm: nonNegative.describe('Largest norm of the whole gradient; 0 turns clipping off.'),
  topLayers: countOrNone.describe(
    'Blocks that train, counted from the top; 0 trains every weight, or with adapters those of every block.',
  ),
  lora: loraSchema
    .nullable()
    .optional()
    .describe("Adapters train instead of the blocks' weights; absent or null: none."),
};

const pretrainSchema = z.strictObject({
  pairs: z.string().min(1).describe('embedded, or a file of weak pairs.'),
  pairsLimit: count.optional().describe('Pairs used, drawn with the seed; absent: all.'),
  ...trainingShape,
});

const weightsSchema = z.strictObject({
  rank: nonNegative.describe('Weight of the rank loss.'),
  nextToken: nonNegative.describe('Weight of the next-token loss.'),
  differencePenalty: nonNegative.describe('Weight of the KL penalty towards the stage-one model.'),
});

const finetuneSchema = z.strictObject({
  groups: z
    .string()
    .min(1)
    .optional()
    .describe('mined (by BM25 from the training split of data.collection), or a file of groups; absent: mined.'),
  ...trainingShape,
  frozenLayers: countOrNone
    .optional()
    .describe('Blocks that stay as they are, counted from below, instead of topLayers; a plan shows both.'),
  negatives: count.describe('Negatives beside the one positive of a group.'),
  temperature: positive.describe('Divides the transformed score before the softmax over the group.'),
  klRows: z.enum(['all', 'real', 'query']).describe('Rows that the difference penalty averages over.'),
  scoreTransform: z
    .enum(['exp', 'identity'])
    .describe('Applied to the mean log-probability before the rank loss; the published code takes exp.'),
  weights: weightsSchema,
});

const dataSchema = z.strictObject({
  collection: z
    .string()
    .min(1)
    .describe('cwe (embedded), dataset:NAME (see docs/datasets.md), or a folder in BEIR layout.'),
  outOfDomain: z
    .string()
    .min(1)
    .nullable()
    .describe('factbook (embedded), dataset:NAME, a folder in BEIR layout, or null for no out-of-domain check.'),
  split: z.enum(['test', 'dev']).describe(SPLIT),
  candidates: count.describe('Documents a query that BM25 hands to the model.'),
  negativePool: count.describe('Depth of the BM25 list from which stage two draws its negatives.'),
  testQueries: count.optional().describe('Queries of the split used, drawn with a fixed seed; absent: all.'),
  outOfDomainQueries: count.optional().describe('Out-of-domain queries used, drawn with a fixed seed; absent: all.'),
  trainQueries: count
    .optional()
    .describe(
      "Training queries used, of the collection or of a file of groups, drawn with the run's seed; absent: all.",
    ),
});

/** How texts are read: by both stages and by scoring, or by the scoring of one test set. */
const textSchema = z.strictObject({
  maxDocumentTokens: count.describe('Tokens that a document is cut to.'),
  maxQueryTokens: count.describe('Tokens that a query is cut to.'),
  specialTokensInText: z
    .literal(true)
    .optional()
    .describe('true: special tokens in documents and queries are read as such; absent: they are text.'),
});

const SET_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._+-]*$/u;

/** One test set: the queries of a split, each with its candidates. */
const evaluationSetSchema = z.strictObject({
  name: z.string().regex(SET_NAME, 'a name of letters, digits, spaces, dots, dashes').describe('As columns name it.'),
  collection: z.string().min(1),
  split: z.enum(['test', 'dev', 'train']).default('test'),
  /** `bm25`: our own first stage over the collection; else a file of anybody's ranking. */
  candidates: z.string().min(1).default('bm25'),
  /** Candidates a query, from the top; absent: `data.candidates`. */
  depth: count.optional(),
  /** Queries used, drawn with a fixed seed; absent: all. */
  queries: count.optional(),
  domain: z.enum(['in', 'out']).default('in'),
  /** Lists scored: all, or those with a relevant document: every order of another measures 0. */
  score: z.enum(['all', 'relevant']).default('all'),
  /** Text limits that differ from `text`. */
  text: textSchema.partial().optional(),
});

const evaluationSchema = z.strictObject({
  sets: z
    .array(evaluationSetSchema)
    .min(1)
    .optional()
    .describe(
      'Test sets, each { name, collection, split?, candidates?, depth?, queries?, domain?, text? }; absent: data.collection and data.outOfDomain.',
    ),
  averages: z
    .record(z.string().min(1), z.array(z.string().min(1)).min(2))
    .optional()
    .describe('Columns that average the first measure over named sets: { label: [set, set] }.'),
});

/** Everything that decides a run's result. Unknown keys are errors. */
export const runConfigSchema = z.strictObject({
  seed: countOrNone.describe('Seed of every draw. In an ablation: --seeds.'),
  model: z.string().min(1).describe('tiny (embedded), a Hugging Face folder, a .gguf file or hf:org/name@revision.'),
  engine: z.enum([...ENGINE_NAMES, 'auto']).describe('Where tensors are computed.'),
  precision: z.enum(['float32', 'bfloat16']).describe('Number format of the computation.'),
  data: dataSchema,
  text: textSchema,
  pretrain: pretrainSchema.nullable().describe('Stage one; null leaves it out.'),
  finetune: finetuneSchema.nullable().describe('Stage two; null leaves it out.'),
  evaluation: evaluationSchema.optional().describe('Test sets; absent: those of data.'),
  measures: z.array(z.string().min(1)).min(1).describe('Ranking measures: nDCG@10, RR@10, AP, R@100, P@10 and others.'),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type PretrainConfig = z.infer<typeof pretrainSchema>;
export type FinetuneConfig = z.infer<typeof finetuneSchema>;
export type LoraConfig = z.infer<typeof loraSchema>;
export type RunDataConfig = z.infer<typeof dataSchema>;
export type TextConfig = z.infer<typeof textSchema>;
export type EvaluationSetConfig = z.infer<typeof evaluationSetSchema>;
