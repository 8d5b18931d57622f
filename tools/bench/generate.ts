/**
 * Tokens a second of greedy generation with cached keys and values, and by whole passes over all that is there so far; both have
 * to give the same tokens. Takes turns, so that both meet the same machine, and prints the medians and their ratio.
 *
 *   npx tsx tools/bench/generate.ts [--model tiny] [--engine auto] [--tokens 64] [--rounds 3] [--prompt TEXT]
 *
 * Exits with 1 if the tokens differ.
 */
import { parseArgs } from 'node:util';
import { generate, loadModel } from '@tsarank/model';
import type { CausalLm } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import type { EngineName } from '@tsarank/tensor';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'tiny' },
    engine: { type: 'string', default: 'auto' },
    tokens: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
    prompt: {
      type: 'string',
      default: 'Document: Cross-site scripting lets an attacker run scripts in the browser of a victim. Query:',
    },
  },
});

async function main(): Promise<void> {
  const engine = await selectEngine(values.engine as EngineName);
  const { model, tokenizer } = await loadModel(values.model);
  const prompt = tokenizer.encode(values.prompt);
  const maxNewTokens = Number(values.tokens);
  const cached = async () => (await generate({ model, prompts: [prompt], maxNewTokens }))[0]!.ids;
  const ways = { cached, whole: () => wholePasses(model, prompt, maxNewTokens) };
  const seconds = { cached: [] as number[], whole: [] as number[] };
  const found: string[] = [];
  // The first round warms up.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const way of ['cached', 'whole'] as const) {
      const start = performance.now();
      found.push(String(await ways[way]()));
      if (round > 0) seconds[way].push((performance.now() - start) / 1000);
    }
  }
  const rate = (way: keyof typeof ways) => maxNewTokens / median(seconds[way]);
  const [one, other] = [rate('cached'), rate('whole')];
  process.stdout.write(
    `${engine.name}, ${values.model}, ${prompt.length} + ${maxNewTokens} tokens: cached ${one.toFixed(1)} tokens/s, ` +
      `whole passes ${other.toFixed(1)} tokens/s, ratio ${(one / other).toFixed(2)}\n`,
  );
  if (new Set(found).size === 1) return;
  process.stdout.write('the tokens differ\n');
  process.exitCode = 1;
}

/** Greedy by the definition: every token by a pass over all tokens before it, the output layer on the last row only. */
function wholePasses(model: CausalLm, prompt: readonly number[], maxNewTokens: number): number[] {
  const ids = [...prompt];
  while (ids.length < prompt.length + maxNewTokens) {
    const next = tf.tidy(() => {
      const length = ids.length;
      const states = model.hiddenStates(tf.tensor2d(ids, [1, length], 'int32'), tf.ones([1, length]));
      const last = tf.reshape(tf.slice(states, [0, length - 1, 0], [1, 1, -1]), [1, -1]) as tf.Tensor2D;
      return tf.argMax(model.logits(last), 1).dataSync()[0]!;
    });
    ids.push(next);
  }
  return ids.slice(prompt.length);
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
}

void main();
