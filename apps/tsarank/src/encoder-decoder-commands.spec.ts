import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readJson } from '@tsarank/io';
import { runToEnd } from './spawned-command';

/** A T5 that answers true or false, with its scores by PyTorch (`tools/make-reference-fixtures/make_t5.py`). */
const model = resolve(__dirname, '../../../test/reference/t5-words');
const { scores } = readJson(join(model, 'scores.json')) as {
  scores: { query: string; document: string; score: number }[];
};
const folder = mkdtempSync(join(tmpdir(), 'encoder-decoder-'));
const pairs = join(folder, 'pairs.jsonl');
const out = join(folder, 'scores.jsonl');

beforeAll(() =>
  writeFileSync(pairs, scores.map(({ query, document }) => `${JSON.stringify({ query, document })}\n`).join('')),
);
afterAll(() => rmSync(folder, { recursive: true }));

const score = (options: string[], name = model) =>
  runToEnd(['score', '--model', name, '--engine', 'wasm', '--pairs', pairs, '--out', out, ...options]);

it('score gives the scores of MonoT5 to an encoder-decoder model', async () => {
  const { code, stderr } = await score([]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(scores.length);
  lines.forEach((line, index) =>
    expect(Math.abs((JSON.parse(line) as { score: number }).score - scores[index]!.score)).toBeLessThan(1e-4),
  );
});

it.each([
  [
    'another scorer',
    ['--scorer', 'query-likelihood'],
    model,
    /"scorer": found query-likelihood for .*, an encoder-decoder model, expected relevance-token/,
  ],
  [
    'a word of several tokens',
    ['--relevance-words', 'true,quicksilver'],
    model,
    /"relevance-words": found "quicksilver", which is \d+ tokens/,
  ],
  ['one word', ['--relevance-words', 'true'], model, /"relevance-words": found "true", expected two words/],
  [
    'words for a model that says none',
    ['--relevance-words', 'true,false'],
    'tiny',
    /"relevance-words": found true,false for tiny, a causal language model/,
  ],
])('score refuses %s', async (_, options, name, message) => {
  const { code, stderr } = await score(options, name);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
