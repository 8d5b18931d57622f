import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { runToEnd } from './spawned-command';

let folder: string;
let model: string;
let pairs: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-cli-'));
  model = join(folder, 'model');
  await selectEngine('cpu');
  await writeQuickModel(model);
  pairs = write('pairs.jsonl', [
    { query: 'cat', document: 'a pet', id: 7 },
    { query: 'dog', document: 'a hound' },
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, lines: readonly (object | string)[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

/** Expects exit code 2, the message, nothing on standard output and no output file. */
async function expectWrongInput(args: readonly string[], message: string | RegExp): Promise<void> {
  const before = readdirSync(folder);
  const { code, stdout, stderr } = await runToEnd(args);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/^ +at /m);
  expect(readdirSync(folder)).toEqual(before);
}

describe('wrong input ends with exit code 2, says what and where, and leaves nothing behind:', () => {
  const out = (): string => join(folder, 'out');
  const scoring = (): string[] => ['score', '--engine', 'cpu', '--out', out()];

  it('a misspelt command, with the near one', () => expectWrongInput(['scor'], 'did you mean score?'));

  it('no command', () => expectWrongInput([], 'name a command'));

  it('an unknown option, with the near one', () =>
    expectWrongInput(
      [...scoring(), '--modle', 'x', '--pairs', pairs],
      'unknown option --modle; did you mean --model?',
    ));

  it('a missing option', () =>
    expectWrongInput(['search', '--k', '10'], 'missing options: --corpus, --queries, --out'));

  it('an option twice', () =>
    expectWrongInput([...scoring(), '--model', model, '--pairs', pairs, '--seed', '1', '--seed', '2'], 'field "seed"'));

  it('an unknown engine', () => expectWrongInput(['doctor', '--engine', 'wsm'], /did you mean wasm\?/));

  it('a missing file', () =>
    expectWrongInput(
      [...scoring(), '--model', model, '--pairs', join(folder, 'none.jsonl')],
      /none\.jsonl: no such file/,
    ));

  it('malformed JSON, by its line', () => {
    const file = write('malformed.jsonl', [
      { query: 'a', document: 'b' },
      { query: 'a', document: 'b' },
      '{"query": "a",',
    ]);
    return expectWrongInput([...scoring(), '--model', model, '--pairs', file], /malformed\.jsonl:3: not JSON/);
  });

  it('a wrong field, by line and field', () => {
    const file = write('groups.jsonl', [
      { query: 'a', documents: ['b', 'c'] },
      { query: 'a', documents: 'b' },
    ]);
    return expectWrongInput(
      ['finetune', '--model', model, '--groups', file, '--out', out()],
      /groups\.jsonl:2: field "documents": found string, expected array of strings/,
    );
  });

  it('no negatives', () =>
    expectWrongInput(
      ['finetune', '--model', model, '--groups', 'x', '--out', out(), '--negatives', '0'],
      'field "negatives": found 0, expected a whole number of 1 or more',
    ));

  it('a limit of 0 tokens', () =>
    expectWrongInput(
      [...scoring(), '--model', model, '--pairs', pairs, '--max-query-tokens', '0'],
      'field "max-query-tokens": found 0',
    ));

  it('an unknown loss in the weights', () =>
    expectWrongInput(
      ['finetune', '--model', model, '--groups', 'x', '--out', out(), '--weights', 'rank=1,nexttoken=2'],
      'did you mean nextToken?',
    ));

  it('an unwritable place, before any work', () =>
    expectWrongInput(
      ['score', '--engine', 'cpu', '--model', model, '--pairs', pairs, '--out', join(pairs, 'below-a-file')],
      /field "out": .* can't be written/,
    ));

  it('a file that is read as the place of the scores', () =>
    expectWrongInput(
      ['score', '--engine', 'cpu', '--model', model, '--pairs', pairs, '--out', `${folder}/./pairs.jsonl`],
      /field "out": found .*, which is read, expected a file of its own/,
    ));

  it('a folder of other files as the place of a model', () =>
    expectWrongInput(['pretrain', '--model', 'x', '--pairs', pairs, '--out', folder], /which holds other files/));

  it('a truncated safetensors', () => {
    const broken = join(folder, 'truncated');
    copyModel(broken);
    truncateSync(join(broken, 'model.safetensors'), 4000);
    return expectWrongInput([...scoring(), '--model', broken, '--pairs', pairs], /truncated\/model\.safetensors: /);
  });

  it('a GGUF with a bad magic', () => {
    const file = join(folder, 'bad.gguf');
    writeFileSync(file, 'GGML not a model at all, but long enough for a header');
    return expectWrongInput([...scoring(), '--model', file, '--pairs', pairs], /bad\.gguf: /);
  });

  it('a model that is not there', () =>
    expectWrongInput([...scoring(), '--model', join(folder, 'no-model'), '--pairs', pairs], /no such model/));

  it('an unknown key of a config file, with the near one', () => {
    const config = write('config.json', [{ 'max-query-token': 4 }]);
    return expectWrongInput(
      [...scoring(), '--config', config],
      /config\.json: field "max-query-token".*max-query-tokens/,
    );
  });

  it('a value of a yes or no', async () => {
    await expectWrongInput(
      [...scoring(), '--pairs', pairs, '--special-tokens-in-text=yes'],
      'option --special-tokens-in-text takes no value',
    );
    const config = write('yes.json', [{ 'special-tokens-in-text': 'yes' }]);
    await expectWrongInput(
      [...scoring(), '--config', config],
      /yes\.json: field "special-tokens-in-text": found "yes", expected true or false/,
    );
  });

  it('an unknown measure', () => {
    const qrels = write('qrels.tsv', ['query-id\tcorpus-id\tscore', 'q\td\t1']);
    const run = write('run.trec', ['q Q0 d 1 1.5 x']);
    return expectWrongInput(
      ['evaluate', '--qrels', qrels, '--run', run, '-m', 'nDCGG@10'],
      'expected a measure such as nDCG@10',
    );
  });

  function copyModel(to: string): void {
    cpSync(model, to, { recursive: true });
  }
});

describe('commands that need no training', () => {
  it('score writes the same lines with the score in place of the document, with options from a file', async () => {
    const scores = join(folder, 'scores.jsonl');
    const config = write('score.json', [{ 'max-document-tokens': 8, 'max-query-tokens': 8, engine: 'cpu' }]);
    const { code, stdout } = await runToEnd([
      'score',
      '--config',
      config,
      '--model',
      model,
      '--pairs',
      pairs,
      '--out',
      scores,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const rows = readFileSync(scores, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map((row) => Object.keys(row))).toEqual([
      ['query', 'id', 'score'],
      ['query', 'score'],
    ]);
    // An untrained model finds all 257 tokens about as likely.
    for (const { score } of rows) expect(score).toBeCloseTo(-Math.log(257), 0);
  });

  it('splits both files as --format says where they could be read both ways', async () => {
    const qrels = write('spaced.tsv', ['query-id\tcorpus-id\tscore', 'q1\tBlue whale\t1']);
    const run = write('spaced.trec', ['q1\tQ0\tBlue whale\t1\t2\tx', 'q1\tQ0\tBlue\t2\t1\tx']);
    const args = ['evaluate', '--qrels', qrels, '--run', run, '-m', 'RR'];
    const unsure = await runToEnd(args);
    expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringContaining('--run-format trec or tsv says which')]);
    expect((await runToEnd([...args, '--format', 'beir'])).stdout).toBe('RR\tall\t1.0000\n');
  });

  it('search, rerank and evaluate go together', async () => {
    const corpus = write('corpus.jsonl', [
      { _id: 'd1', title: '', text: 'a cat sleeps' },
      { _id: 'd2', title: '', text: 'a dog barks' },
      { _id: 'd3', title: '', text: 'cat and cat again' },
    ]);
    const queries = write('queries.jsonl', [
      { _id: 'q1', text: 'cat' },
      { _id: 'q2', text: 'nothing of it' },
    ]);
    const qrels = write('judged.tsv', ['query-id\tcorpus-id\tscore', 'q1\td1\t1', 'q2\td2\t1']);
    const [run, reranked] = [join(folder, 'bm25.trec'), join(folder, 'reranked.trec')];
    const texts = ['--corpus', corpus, '--queries', queries];
    expect((await runToEnd(['search', ...texts, '--out', run])).code).toBe(0);
    expect(
      (await runToEnd(['rerank', '--engine', 'cpu', '--model', model, '--run', run, ...texts, '--out', reranked])).code,
    ).toBe(0);
    expect(readFileSync(reranked, 'utf8').split('\n').filter(Boolean)).toHaveLength(2);

    const evaluated = await runToEnd([
      'evaluate',
      '--qrels',
      qrels,
      '--run',
      run,
      '-m',
      'RR@10',
      '-m',
      'NumQ',
      '--per-query',
    ]);
    expect(evaluated.code).toBe(0);
    expect(evaluated.stdout).toBe(
      'RR@10\tq1\t0.5000\nNumQ\tq1\t1\nRR@10\tq2\t0.0000\nNumQ\tq2\t1\nRR@10\tall\t0.2500\nNumQ\tall\t2\n',
    );
    const json = await runToEnd(['evaluate', '--qrels', qrels, '--run', run, '-m', 'RR@10', '--json', '--no-complete']);
    expect(JSON.parse(json.stdout)).toEqual({ queries: 1, all: { 'RR@10': 0.5 } });
  });

  it('doctor names the engine asked for by the environment', async () => {
    const { code, stdout } = await runToEnd(['doctor', '--json'], { TSARANK_ENGINE: 'cpu' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ engine: { name: 'cpu' }, node: process.version });
  });

  it("evaluate reproduces trec_eval's own output", async () => {
    const files = resolve(__dirname, '../../../../shared/data/trec-eval');
    if (!existsSync(files)) return console.warn(`passed over: ${files} is not there`);
    const { stdout } = await runToEnd([
      'evaluate',
      '--qrels',
      join(files, 'qrels.test'),
      '--run',
      join(files, 'results.test'),
    ]);
    const words = (text: string): string[] =>
      text
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/).join(' '));
    const expected = words(readFileSync(join(files, 'out.test'), 'utf8')).filter((line) => !line.startsWith('runid'));
    expect(words(stdout)).toEqual(expected);
  });
});
