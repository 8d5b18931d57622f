import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { selectEngine } from '@tsarank/tensor';
import { openFolderWeights } from '../containers/folder-weights';
import { loadReranker } from '../loading/load-reranker';

const reference = resolve(__dirname, '../../../../../test/reference');
let folder: string;

beforeAll(() => selectEngine('cpu'));
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 't5-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A copy of a checkpoint whose config says something else. */
function changed(checkpoint: string, options: Record<string, unknown>): string {
  cpSync(join(reference, checkpoint), folder, { recursive: true });
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...options }));
  return folder;
}

it('takes a file with copies of the embedding', async () => {
  const place = join(reference, 't5-tied');
  const source = openFolderWeights(place);
  source.close();
  const copies = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'lm_head.weight'];
  expect([...source.entries.keys()]).toEqual(expect.arrayContaining(copies));
  const { model } = await loadReranker(place);
  expect([...model.weights.keys()].sort()).toEqual(
    [...source.entries.keys()].filter((name) => !copies.includes(name)).sort(),
  );
  model.dispose();
});

it.each([
  ['t5-gated', { num_layers: 4 }, /missing tensors: encoder\.block\.3\.layer\.0/],
  ['t5-gated', { num_layers: 2 }, /unexpected tensors: encoder\.block\.2\.layer\.0/],
  [
    't5-gated',
    { d_kv: 3 },
    /tensors of another shape: decoder\.block\.0\.layer\.0\.SelfAttention\.k\.weight \[10, 6\], expected \[15, 6\]/,
  ],
  ['t5-gated', { is_gated_act: false }, /missing tensors: .*DenseReluDense\.wi\.weight.*unexpected tensors: .*wi_0/],
  [
    't5-tied',
    { tie_word_embeddings: false, relative_attention_num_buckets: 8 },
    /tensors of another shape: .*relative_attention_bias/,
  ],
  [
    'mt5-gated',
    { model_type: 'umt5' },
    /missing tensors: .*block\.1\.layer\.0\.SelfAttention\.relative_attention_bias\.weight/,
  ],
  [
    'umt5-gated',
    { model_type: 't5' },
    /unexpected tensors: .*block\.1\.layer\.0\.SelfAttention\.relative_attention_bias\.weight/,
  ],
])('names tensors of %s that do not fit %j', async (checkpoint, options, message) => {
  await expect(loadReranker(changed(checkpoint, options))).rejects.toThrow(message);
});
