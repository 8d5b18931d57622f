/**
 * Fine-tunes the embedded model for many steps and prints, now and then, the tensors held and the resident memory.
 *
 *   npx tsx tools/bench/training-memory.ts [--engine wasm] [--steps 1000]
 *
 * Exits with 1 if the number of tensors is not the same at every step.
 */
import { parseArgs } from 'node:util';
import { tiny } from '@tsarank/config';
import { groupsFromCollection, resolveCollection } from '@tsarank/data';
import { loadModel } from '@tsarank/model';
import { buildBm25Index, searchQueries } from '@tsarank/ranking';
import { selectEngine, tf, type EngineName } from '@tsarank/tensor';
import { finetune } from '@tsarank/training';

const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'wasm' }, steps: { type: 'string', default: '1000' } },
});

async function main(): Promise<void> {
  const engine = await selectEngine(values.engine as EngineName, { threads: 1 });
  const collection = resolveCollection('cwe');
  const asked = [...collection.qrels.get('train')!.keys()].map((id) => [id, collection.queries.get(id)!] as const);
  const lists = searchQueries(buildBm25Index(collection.documents), new Map(asked), tiny.data.negativePool);
  const { model, tokenizer } = await loadModel('tiny');
  const steps = Number(values.steps);
  const tensors = new Set<number>();
  await finetune({
    ...tiny.finetune!,
    ...tiny.text,
    steps,
    seed: 0,
    order: 'shuffled',
    model,
    reference: (await loadModel('tiny')).model,
    tokenizer,
    groups: groupsFromCollection(collection, 'train', lists),
    onStep: ({ step }) => {
      const { numTensors } = tf.memory();
      tensors.add(numTensors);
      if ((step + 1) % Math.max(1, steps / 10) !== 0) return;
      const mebibytes = process.memoryUsage().rss / 2 ** 20;
      process.stdout.write(
        `${engine.name} step ${step + 1}: ${numTensors} tensors, ${mebibytes.toFixed(0)} MiB resident\n`,
      );
    },
  });
  process.exitCode = tensors.size === 1 ? 0 : 1;
}

void main();
