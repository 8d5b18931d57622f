import { applyPatch } from './config-patch';
import type { RunConfig } from './run-config';

/**
 * The default: the embedded model on the embedded collections, sized so that the default sweep takes minutes on two
 * cores with the wasm engine. The score is the mean log-probability itself at temperature 0.25; the published code takes
 * its exponential at 0.001, which suits models whose perplexity is far lower.
 */
export const tiny: RunConfig = {
  seed: 0,
  model: 'tiny',
  engine: 'auto',
  precision: 'float32',
  data: {
    collection: 'cwe',
    outOfDomain: 'factbook',
    split: 'test',
    candidates: 20,
    negativePool: 20,
    testQueries: 200,
    outOfDomainQueries: 50,
  },
  text: { maxDocumentTokens: 32, maxQueryTokens: 32 },
  pretrain: {
    pairs: 'embedded',
    steps: 80,
    batchSize: 16,
    learningRate: 6e-4,
    schedule: 'cosine',
    warmupRatio: 0.1,
    clipNorm: 1,
    topLayers: 0,
  },
  finetune: {
    steps: 150,
    batchSize: 1,
    negatives: 1,
    learningRate: 1e-3,
    schedule: 'cosine',
    warmupRatio: 0.03,
    clipNorm: 1,
    topLayers: 2,
    temperature: 0.25,
    klRows: 'real',
    scoreTransform: 'identity',
    weights: { rank: 1, nextToken: 1, differencePenalty: 1 },
  },
  measures: ['nDCG@10', 'RR@10'],
};

/** Seconds, for tests: a few steps, a few queries, nothing to be learned from its numbers. */
export const quick: RunConfig = applyPatch(tiny, {
  data: { candidates: 5, testQueries: 4, outOfDomainQueries: 2, trainQueries: 8 },
  text: { maxDocumentTokens: 24, maxQueryTokens: 12 },
  pretrain: { pairsLimit: 8, steps: 2, batchSize: 2 },
  finetune: { steps: 2, negatives: 2 },
});

/**
 * The published settings (one epoch there, a fixed number of steps here); for `--model` with a real checkpoint. Text lengths, rates, group size and temperature are the published ones.
 */
export const published: RunConfig = applyPatch(tiny, {
  data: { candidates: 100, negativePool: 200 },
  text: { maxDocumentTokens: 128, maxQueryTokens: 32 },
  pretrain: { steps: 1000, batchSize: 64, learningRate: 5e-5 },
  finetune: {
    steps: 400,
    batchSize: 4,
    negatives: 47,
    learningRate: 3e-5,
    topLayers: 16,
    temperature: 0.001,
    klRows: 'all',
    scoreTransform: 'exp',
  },
});

/** By name, as `--preset` takes them. */
export const presets = { published, quick, tiny } as const;
export type PresetName = keyof typeof presets;
