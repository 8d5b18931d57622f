import { resolve } from 'node:path';
import type { EncodedPair } from '@tsarank/data';
import { loadModel } from '@tsarank/model';
import { Random } from '@tsarank/random';
import { selectEngine } from '@tsarank/tensor';
import { sequenceLogProbs } from './sequence-log-probs';
import type { SequenceLogProb } from './sequence-log-probs';
import { sharedStemLogProbs } from './shared-prefix-log-probs';

const reference = resolve(__dirname, '../../../../../test/reference');
const random = Random.fromSeed(11, 'stems');
const tokens = (length: number) => Array.from({ length }, () => 3 + random.nextInt(290));

beforeAll(() => selectEngine('cpu'));

// Windows and dynamic scaling go by where a token lies in its own sequence, not in the row that it shares.
describe.each([
  'qwen2-sliding',
  'qwen3-bias-sliding',
  'mistral-sliding',
  'smollm3-sliding',
  'llama-yarn',
  'llama-dynamic',
])('%s', (name) => {
  it('gives branches of one stem what they have alone', async () => {
    const { model } = await loadModel(resolve(reference, name));
    const stems = [1, 4, 11].map(tokens);
    const sequences = Array.from({ length: 15 }, (_, index): EncodedPair => {
      const stem = stems[index % 3]!;
      return { ids: [...stem, ...tokens(1 + random.nextInt(6))], promptLength: stem.length };
    });
    const alone: SequenceLogProb[] = [];
    for (const sequence of sequences) alone.push(...(await sequenceLogProbs(model, [sequence])));
    const shared = await sharedStemLogProbs(model, sequences);
    model.dispose();
    shared.forEach(({ sum }, index) => expect(sum).toBeCloseTo(alone[index]!.sum, 3));
  });
});
