import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runToEnd } from './spawned-command';

interface Scored {
  query: string;
  document: string;
  score: number;
}

const reference = resolve(__dirname, '../../../test/reference');
const environment = { TSARANK_ENGINE: 'cpu' };
const model = (name: string) => join(reference, name);
let folder: string;
const wanted = JSON.parse(readFileSync(join(model('bert-one-label'), 'scores.json'), 'utf8')) as Scored[];
// `score` wants a query with text.
const given = wanted.filter(({ query }) => query !== '');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-scorers-'));
  writeFileSync(
    join(folder, 'pairs.jsonl'),
    given.map(({ query, document }) => JSON.stringify({ query, document })).join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const score = (named: string, ...more: string[]) =>
  runToEnd(
    ['score', '--model', named, '--pairs', join(folder, 'pairs.jsonl'), '--out', join(folder, 'scores.jsonl'), ...more],
    environment,
  );

it('score takes the scorer that fits the model, and the scores are those of transformers', async () => {
  for (const more of [[], ['--scorer', 'classification']]) {
    const { code, stderr } = await score(model('bert-one-label'), ...more);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`${given.length}/${given.length}`) as string,
    });
    const lines = readFileSync(join(folder, 'scores.jsonl'), 'utf8').trim().split('\n');
    const scores = lines.map((line) => (JSON.parse(line) as Scored).score);
    expect(scores).toEqual(given.map((pair) => expect.closeTo(pair.score, 4) as number));
  }
});

it('a decoder gets "query: " and "document: " before the texts, or what is said', async () => {
  const scoresWith = async (...more: string[]) => {
    expect((await score(model('llama-one-label'), ...more)).code).toBe(0);
    return readFileSync(join(folder, 'scores.jsonl'), 'utf8');
  };
  const usual = await scoresWith();
  expect(await scoresWith('--query-prefix', 'query: ', '--document-prefix', 'document: ')).toBe(usual);
  expect(await scoresWith('--query-prefix', '')).not.toBe(usual);
  const { stderr } = await score(model('llama-tied'), '--query-prefix', '');
  expect(stderr).toMatch(
    /field "query-prefix": found "" for .*llama-tied, a causal language model, expected a classifier/,
  );
});

it.each([
  [
    'bert-one-label',
    'query-likelihood',
    /field "scorer": found query-likelihood for .*bert-one-label, a classifier, expected classification, or auto/,
  ],
  [
    'llama-tied',
    'classification',
    /field "scorer": found classification for .*, a causal language model, expected query-likelihood, or auto/,
  ],
  ['t5-tied', 'classification', /an encoder-decoder model, expected relevance-token, or auto/],
  [
    'llama-tied',
    'relevance',
    /field "scorer": found "relevance".*expected auto, query-likelihood, classification, relevance-token/,
  ],
])('score of %s by %s is wrong input', async (name, scorer, message) => {
  const { code, stderr } = await score(model(name), '--scorer', scorer);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

it('a query that leaves no room is named by its line', async () => {
  const pairs = join(folder, 'long.jsonl');
  writeFileSync(
    pairs,
    `${JSON.stringify({ query: 'dog', document: 'x' })}\n${JSON.stringify({ query: 'the lazy dog '.repeat(9), document: 'x' })}\n`,
  );
  const run = (...more: string[]) =>
    runToEnd(
      ['score', '--model', model('bert-one-label'), '--pairs', pairs, '--out', join(folder, 'long'), ...more],
      environment,
    );
  expect((await run()).stderr).toMatch(/long\.jsonl:2: field "query": found .*leave no room for a document in 16/);
  expect((await run('--max-query-tokens', '4')).code).toBe(0);
});

it('rerank orders candidates by the classifier', async () => {
  const [best, worst] = [...wanted.slice(0, 2)].sort((a, b) => b.score - a.score) as [Scored, Scored];
  const file = (name: string, lines: unknown[]) => {
    writeFileSync(
      join(folder, name),
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    );
    return join(folder, name);
  };
  const run = file('run.trec', ['q Q0 worst 1 9 bm25', 'q Q0 best 2 8 bm25']);
  const corpus = file('corpus.jsonl', [
    { _id: 'worst', title: '', text: worst.document },
    { _id: 'best', title: '', text: best.document },
  ]);
  const queries = file('queries.jsonl', [{ _id: 'q', text: best.query }]);
  const out = join(folder, 'out.trec');
  const ended = await runToEnd(
    [
      'rerank',
      '--model',
      model('bert-one-label'),
      '--run',
      run,
      '--corpus',
      corpus,
      '--queries',
      queries,
      '--out',
      out,
    ],
    environment,
  );
  expect(ended.stderr).not.toMatch(/error/);
  expect(
    readFileSync(out, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/\s+/)[2]),
  ).toEqual(['best', 'worst']);
});

it('commands that need a language model say what a classifier is', async () => {
  const { code, stderr } = await runToEnd(
    ['generate', '--model', model('bert-one-label'), '--prompt', 'a'],
    environment,
  );
  expect(stderr).toMatch(
    /found BertForSequenceClassification, a classifier, which `score` and `rerank` take, expected a causal language model/,
  );
  expect(code).toBe(2);
});
