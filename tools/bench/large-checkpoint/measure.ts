/**
 * One engine's part of `large-checkpoint.ts`, in a process of its own: loads a checkpoint, scores pairs, prints JSON.
 *
 *   npx tsx tools/bench/large-checkpoint/measure.ts MODEL ENGINE THREADS ROUNDS [PAIRS]
 */
import { readFileSync } from 'node:fs';
import { loadModel } from '@tsarank/model';
import { scorePairs } from '@tsarank/ranking';
import { selectEngine, tf, type EngineName } from '@tsarank/tensor';
import { forgetPeak, residentMemory } from './resident-memory';

async function main([folder, engine, threads, rounds, pairsFile]: string[]): Promise<void> {
  await selectEngine(engine as EngineName, { threads: Number(threads) });
  tf.tidy(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync());
  forgetPeak();
  const base = residentMemory().now;
  const start = performance.now();
  const { model, tokenizer } = await loadModel(folder!);
  const loadSeconds = (performance.now() - start) / 1000;
  const peak = residentMemory().peak - base;
  const weightBytes = 4 * [...model.weights.values()].reduce((sum, { size }) => sum + size, 0);
  const seconds: number[] = [];
  let scores: number[] = [];
  if (pairsFile) {
    const pairs = JSON.parse(readFileSync(pairsFile, 'utf8')) as { query: string; document: string }[];
    for (let round = 0; round < Number(rounds); round += 1) {
      const begin = performance.now();
      scores = [...(await scorePairs({ model, tokenizer, pairs, limits: {} }))];
      seconds.push((performance.now() - begin) / 1000);
    }
  }
  const scoringPeak = residentMemory().peak - base;
  process.stdout.write(`${JSON.stringify({ loadSeconds, peak, scoringPeak, weightBytes, seconds, scores })}\n`);
}

void main(process.argv.slice(2));
