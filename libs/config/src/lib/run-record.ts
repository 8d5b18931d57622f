import { z } from 'zod';
import { runConfigSchema } from './run-config';

/** What a run ranks with: the model alone, the model fused with BM25 by reciprocal rank, BM25 alone. */
export const SYSTEM_NAMES = ['model', 'fused', 'bm25'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];

/** query id -> value; most of a record, so that it is checked by one loop and not by a schema an entry. */
const perQuery = z.custom<Record<string, number>>(isNumberMap, 'expected query ids and numbers');
/** collection -> measure -> query id -> value */
const systemSchema = z.record(z.string(), z.record(z.string(), perQuery));

const lossSummarySchema = z.strictObject({
  steps: z.int(),
  /** Mean of the objective over the first and over the last tenth of the steps. */
  first: z.number(),
  last: z.number(),
  /** Means over the last tenth of the steps, of the terms that were computed. */
  terms: z.record(z.string(), z.number()),
});

/** What a run found; `systems` are measured from rankings when a table is made, and are in no record on the disk. */
const resultSchema = z.strictObject({
  systems: z.partialRecord(z.enum(SYSTEM_NAMES), systemSchema),
  perplexity: z.strictObject({ positives: z.number().nullable(), heldOut: z.number().nullable() }),
  losses: z.partialRecord(z.enum(['pretrain', 'finetune']), lossSummarySchema),
  /**
   * Stage -> hash of the training examples in the order they were taken; equal for variants of one seed whose stage reads
   * the same data for as many steps: seeds are paired.
   */
  order: z.partialRecord(z.enum(['pretrain', 'finetune']), z.string()).optional(),
  /** Of a run that trains: hash of the model folder that it left. */
  modelHash: z.string().optional(),
  /** Of a scoring run. */
  ranking: z
    .strictObject({
      /** SHA-256 of `ranking.jsonl.gz`. */
      sha256: z.string(),
      /** Queries ranked, and pairs in all. */
      queries: z.int(),
      pairs: z.int(),
      /** Different pairs that an earlier run had scored with the same weights and text settings. */
      reused: z.int(),
    })
    .optional(),
});

/** Stage one; stage two; one model's scores over one test set. */
export const RUN_KINDS = ['pretrain', 'finetune', 'score'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Causes of a failure: what the run itself did wrong, and what was done to it. */
export const FAILURE_KINDS = [
  'nan',
  'error',
  'out-of-memory',
  'killed',
  'preempted',
  'timeout',
  'cancelled',
  'storage',
] as const;

const failureSchema = z.strictObject({
  kind: z.enum(FAILURE_KINDS),
  message: z.string(),
  stack: z.string().optional(),
});

/** What a finished or failed run leaves behind. Everything but `timings` is deterministic. */
export const runRecordSchema = z.strictObject({
  runId: z.string(),
  kind: z.enum(RUN_KINDS),
  status: z.enum(['done', 'failed']),
  error: failureSchema.optional(),
  config: runConfigSchema,
  behaviourVersion: z.int(),
  /** What was read -> hash of its content. */
  dataHashes: z.record(z.string(), z.string()),
  /** The run whose model this one starts from, or scores with. */
  parent: z.string().optional(),
  /** Of a scoring run: the name of its test set. */
  set: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  result: resultSchema.optional(),
  /** Seconds by phase. */
  timings: z.record(z.string(), z.number()),
});

export type RunRecord = z.infer<typeof runRecordSchema>;
export type RunResult = z.infer<typeof resultSchema>;
export type RunFailure = z.infer<typeof failureSchema>;
export type LossSummary = z.infer<typeof lossSummarySchema>;
export type SystemResult = z.infer<typeof systemSchema>;

function isNumberMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) {
    if (!Number.isFinite((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}
