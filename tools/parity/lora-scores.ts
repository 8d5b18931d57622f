import { join } from 'node:path';
import { loadModel } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { openAdapterFolder } from '@tsarank/model/containers';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine, tf } from '@tsarank/tensor';
import type { EngineName } from '@tsarank/tensor';
import { readLines } from './inputs';

export interface AdapterScores {
  /** With the adapters beside the weights. */
  apart: number[];
  /** With the adapters in the weights, as a folder is loaded. */
  merged: number[];
  /** Without them. */
  base: number[];
}

/** Scores of pairs by a model with an adapter that was saved here, by each of the ways to compute them. */
export async function scoresApartAndMerged({
  model: base,
  adapter,
  pairs,
  engine,
}: {
  model: string;
  adapter: string;
  pairs: string;
  engine: string;
}): Promise<AdapterScores> {
  await selectEngine(engine as EngineName);
  const texts = readLines<{ query: string; document: string }>(pairs);
  const { model, tokenizer } = await loadModel(base);
  const score = async (scorer: CausalLm): Promise<number[]> => [
    ...(await scorePairs({
      model: scorer,
      tokenizer,
      pairs: texts,
      limits: { maxDocumentTokens: 128, maxQueryTokens: 32 },
    })),
  ];
  const plain = await score(model);
  addSaved(model, adapter);
  const apart = await score(model);
  model.dispose();
  const { model: whole } = await loadModel(join(adapter));
  const merged = await score(whole);
  whole.dispose();
  return { apart, merged, base: plain };
}

function addSaved(model: CausalLm, folder: string): void {
  const { config, weights } = openAdapterFolder(folder);
  const variable = (name: string): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor2d(weights.read(name), weights.entries.get(name)!.shape as [number, number])));
  for (const name of weights.entries.keys()) {
    const [, module] = /^base_model\.model\.(.*)\.lora_A\.weight$/.exec(name) ?? [];
    if (module === undefined) continue;
    model.adapters.set(module, {
      down: variable(name),
      up: variable(name.replace('lora_A', 'lora_B')),
      scale: config.alpha / config.rank,
    });
  }
  weights.close();
}
