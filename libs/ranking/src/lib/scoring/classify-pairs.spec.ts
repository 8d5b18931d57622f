import { resolve } from 'node:path';
import { InputError, readJson, WorkError } from '@tsarank/io';
import { loadReranker } from '@tsarank/model';
import type { LoadedReranker, SequenceClassifier } from '@tsarank/model';
import { selectEngine, tf } from '@tsarank/tensor';
import { loadTokenizer } from '@tsarank/tokenizer';
import { classifyPairs } from './classify-pairs';

const reference = resolve(__dirname, '../../../../../test/reference');
beforeAll(() => selectEngine('cpu'));

async function load(name: string): Promise<LoadedReranker & { kind: 'classifier' }> {
  const loaded = await loadReranker(resolve(reference, name));
  if (loaded.kind !== 'classifier') throw new Error(loaded.kind);
  return loaded;
}

it.each(['bert-one-label', 'xlm-roberta-two-labels', 'llama-one-label'])(
  'gives the scores of transformers, however batched: %s',
  async (name) => {
    const { model, tokenizer } = await load(name);
    const wanted = readJson(resolve(reference, name, 'scores.json')) as {
      query: string;
      document: string;
      score: number;
    }[];
    for (const batchTokens of [1, 2048]) {
      const scores = await classifyPairs({ model, tokenizer, pairs: wanted, batchTokens });
      wanted.forEach(({ score }, index) => expect(scores[index]).toBeCloseTo(score, 4));
    }
    model.dispose();
  },
);

describe('a classifier that is looked at', () => {
  const tokenizer = loadTokenizer(resolve(reference, 'tokenizers/bert-uncased'));
  const seen: number[][] = [];
  /** Gives every sequence the sum of its ids, and notes what it was given. */
  const sumModel = (config: Record<string, unknown> = {}, logits?: number[]) =>
    ({
      architecture: 'SumForSequenceClassification',
      config: {
        labels: 1,
        maxTokens: 100,
        padTokenId: 0,
        vocabularySize: 1000,
        prefixes: { query: '', document: '' },
        ...config,
      },
      classify: (inputIds: tf.Tensor2D, mask: tf.Tensor2D, types: tf.Tensor2D) => {
        seen.push(...inputIds.arraySync().map((ids, row) => ids.filter((_, at) => mask.arraySync()[row]![at] === 1)));
        expect(types.shape).toEqual(inputIds.shape);
        return logits
          ? tf.tensor2d(inputIds.arraySync().map(() => logits))
          : tf.sum(tf.cast(inputIds, 'float32'), 1, true);
      },
    }) as unknown as SequenceClassifier;
  const ids = (text: string) => tokenizer.encode(text, { addSpecialTokens: false });
  const [cls, sep] = tokenizer.encode('');
  beforeEach(() => seen.splice(0));

  it('is given each different pair once, and progress counts all', async () => {
    const pair = { query: 'the fox', document: 'lazy dog' };
    const progress: number[] = [];
    const scores = await classifyPairs({
      model: sumModel(),
      tokenizer,
      pairs: [pair, { query: 'dog', document: 'x' }, pair],
      onProgress: (done) => progress.push(done),
    });
    expect(seen).toHaveLength(2);
    expect(scores[0]).toBe(scores[2]);
    expect(progress.at(-1)).toBe(3);
  });

  it('is given its own texts before query and document, and special tokens as text', async () => {
    const prefixes = { query: 'query: ', document: 'document: ' };
    await classifyPairs({ model: sumModel({ prefixes }), tokenizer, pairs: [{ query: 'fox', document: 'a [SEP] b' }] });
    expect(seen[0]!.filter((id) => id === sep)).toHaveLength(2);
    expect(seen[0]!.slice(0, 1 + ids('query: fox').length)).toEqual([cls, ...ids('query: fox')]);
  });

  it('has the document cut, never the query: by limits, by the model, at 512 where nothing is said', async () => {
    const long = 'dog '.repeat(900);
    const pairs = [{ query: 'the fox', document: long }];
    const lengthOf = async (options: object, config: object = { maxTokens: 5000 }, made = tokenizer) => {
      seen.splice(0);
      await classifyPairs({ model: sumModel({ ...config }), tokenizer: made, pairs, ...options });
      return seen[0]!.length;
    };
    const query = ids('the fox').length;
    expect(await lengthOf({})).toBe(512);
    expect(await lengthOf({}, { maxTokens: 300 })).toBe(300);
    expect(await lengthOf({}, { maxTokens: 5000 }, { ...tokenizer, maxTokens: 700 })).toBe(700);
    expect(await lengthOf({ limits: { maxDocumentTokens: 800 } })).toBe(800 + query + 3);
    expect(await lengthOf({ limits: { maxDocumentTokens: 7, maxQueryTokens: 1 } })).toBe(7 + 1 + 3);
    const places = [{ file: 'pairs.jsonl', line: 4 }];
    const tooLong = classifyPairs({ model: sumModel({ maxTokens: 4 }), tokenizer, pairs, places });
    await expect(tooLong).rejects.toThrow(/pairs\.jsonl:4.*field "query".*leave no room for a document/);
  });

  it('has one label or two', async () => {
    const pairs = [{ query: 'a', document: 'b' }];
    expect(await classifyPairs({ model: sumModel({ labels: 1 }, [3]), tokenizer, pairs })).toEqual(Float64Array.of(3));
    const [two] = await classifyPairs({ model: sumModel({ labels: 2 }, [1, 2]), tokenizer, pairs });
    expect(two).toBeCloseTo(2 - Math.log(Math.exp(1) + Math.exp(2)), 6);
    expect((await classifyPairs({ model: sumModel({ labels: 2 }, [500, -500]), tokenizer, pairs }))[0]).toBe(-1000);
    await expect(classifyPairs({ model: sumModel({ labels: 3 }), tokenizer, pairs })).rejects.toThrow(
      /field "id2label": found 3 labels of SumForSequenceClassification/,
    );
  });

  it('must know the tokens and give numbers', async () => {
    const pairs = [{ query: 'a', document: 'b' }];
    await expect(classifyPairs({ model: sumModel({ vocabularySize: 4 }), tokenizer, pairs })).rejects.toThrow(
      InputError,
    );
    await expect(classifyPairs({ model: sumModel({}, [NaN]), tokenizer, pairs })).rejects.toThrow(WorkError);
    await expect(classifyPairs({ model: sumModel({}, [NaN]), tokenizer, pairs })).rejects.toThrow(
      /pair 1 a score of NaN/,
    );
  });
});
