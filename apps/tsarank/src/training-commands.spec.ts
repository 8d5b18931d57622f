import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256File } from '@tsarank/io';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';
import { runToEnd, startCommand } from './spawned-command';

const STEPS = 150;

let folder: string;
let model: string;
let groups: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-train-'));
  model = join(folder, 'model');
  await selectEngine('wasm');
  await writeQuickModel(model);
  groups = join(folder, 'groups.jsonl');
  const line = (n: number): string =>
    JSON.stringify({ query: `thing ${n}`, documents: [`about thing ${n}`, `other ${n}`, 'a cloud', `sand ${n}`] });
  writeFileSync(groups, Array.from({ length: 12 }, (_, n) => `${line(n)}\n`).join(''));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Record<string, number>;

function readRows(log: string): Row[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

/** Rows without what differs from run to run. */
function timeless(log: string): Row[] {
  return readRows(log).map((row) => ({ ...row, seconds: 0 }));
}

function finetuneInto(name: string): { args: string[]; out: string; log: string } {
  const [out, log] = [join(folder, name), join(folder, `${name}.jsonl`)];
  const options = ['--top-layers', '2', '--negatives', '2', '--learning-rate', '0.003', '--engine', 'wasm'];
  const lasting = ['--steps', String(STEPS), '--checkpoint-steps', '7'];
  return {
    args: ['finetune', '--model', model, '--groups', groups, '--out', out, '--log', log, ...options, ...lasting],
    out,
    log,
  };
}

/** Waits until the log holds so many rows. */
async function rowsReach(log: string, count: number): Promise<void> {
  for (let wait = 0; wait < 6000; wait += 1) {
    if (existsSync(log) && readFileSync(log, 'utf8').split('\n').length > count) return;
    await sleep(5);
  }
  throw new Error(`${log} never held ${count} rows`);
}

describe('a folder that holds a model', () => {
  it('stays where it was trained so, is refused with other settings, and is replaced by --overwrite', async () => {
    const pairs = join(folder, 'few-pairs.jsonl');
    writeFileSync(pairs, '{"query":"cat","document":"a pet"}\n');
    const out = join(folder, 'kept');
    const train = (...more: string[]) =>
      runToEnd([
        'pretrain',
        '--model',
        model,
        '--pairs',
        pairs,
        '--out',
        out,
        '--steps',
        '3',
        '--engine',
        'wasm',
        ...more,
      ]);
    const weights = () => sha256File(join(out, 'model.safetensors'));
    expect((await train()).code).toBe(0);
    const first = await weights();
    expect(await train()).toMatchObject({ code: 0, stderr: expect.stringContaining('is there already') });
    const other = await train('--learning-rate', '0.01');
    expect(other.stderr).toContain('tsarank.json: field "config.learningRate": found a model trained with');
    expect([other.code, await weights()]).toEqual([2, first]);
    expect((await train('--learning-rate', '0.01', '--overwrite')).code).toBe(0);
    expect(await weights()).not.toBe(first);
    const converted = await runToEnd(['convert', '--model', model, '--out', out, '--engine', 'wasm']);
    expect(converted.stderr).toContain('which holds a model, expected a new or empty folder, or --overwrite');
    expect(converted.code).toBe(2);
  });
});

describe('pretrain', () => {
  it('writes a model folder with its contract, and a log of one line a step', async () => {
    const pairs = join(folder, 'pairs.jsonl');
    writeFileSync(
      pairs,
      '{"query":"cat","document":"a pet"}\n{"query":"dog","document":"a hound"}\n{"query":"sea","document":"water"}\n',
    );
    const [out, log] = [join(folder, 'pretrained'), join(folder, 'pretrained.jsonl')];
    const args = ['pretrain', '--model', model, '--pairs', pairs, '--out', out, '--log', log, '--batch-size', '2'];
    expect(await runToEnd([...args, '--engine', 'wasm'])).toMatchObject({ code: 0, stdout: '' });
    expect(readRows(log).map((row) => Object.keys(row))).toEqual(
      Array(2).fill(['step', 'loss', 'gradNorm', 'tokens', 'seconds']),
    );
    expect(readRows(log).map(({ step }) => step)).toEqual([0, 1]);
    const contract = JSON.parse(readFileSync(join(out, 'tsarank.json'), 'utf8')) as Record<string, unknown>;
    expect(contract).toMatchObject({
      stage: 'pretrain',
      maxDocumentTokens: 128,
      maxQueryTokens: 32,
      prompt: 'Document: {document} Query:{query}',
    });
    expect(existsSync(`${out}.checkpoint`)).toBe(false);

    const scoring = [
      'score',
      '--engine',
      'wasm',
      '--model',
      out,
      '--pairs',
      pairs,
      '--out',
      join(folder, 'scores.jsonl'),
    ];
    const refused = await runToEnd([...scoring, '--max-document-tokens', '64', '--max-query-tokens', '32']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/found maxDocumentTokens 64, expected maxDocumentTokens 128/);
    expect((await runToEnd([...scoring, '--max-document-tokens', '128', '--max-query-tokens', '32'])).code).toBe(0);
  });
});

describe('finetune', () => {
  let undisturbed: ReturnType<typeof finetuneInto>;

  beforeAll(async () => {
    undisturbed = finetuneInto('undisturbed');
    expect(await runToEnd(undisturbed.args)).toMatchObject({ code: 0, stdout: '' });
  });

  /** Expects what the disturbed training left to equal what the undisturbed one left. */
  function expectSameEnd({ out, log }: { out: string; log: string }): void {
    for (const file of ['model.safetensors', 'config.json', 'tsarank.json', 'tokenizer.json']) {
      expect([file, sha256File(join(out, file))]).toEqual([file, sha256File(join(undisturbed.out, file))]);
    }
    expect(timeless(log)).toEqual(timeless(undisturbed.log));
    expect(existsSync(`${out}.checkpoint`)).toBe(false);
  }

  it('logs the terms of the loss, and lowers the rank loss', () => {
    const rows = readRows(undisturbed.log);
    expect(rows).toHaveLength(STEPS);
    expect(Object.keys(rows[0]!)).toEqual([
      'step',
      'loss',
      'rank',
      'nextToken',
      'differencePenalty',
      'gradNorm',
      'tokens',
      'seconds',
    ]);
    expect(rows[0]!['differencePenalty']).toBeCloseTo(0, 6);
    const mean = (part: Row[]): number => part.reduce((sum, { loss }) => sum + loss!, 0) / part.length;
    expect(mean(rows.slice(-20))).toBeLessThan(mean(rows.slice(0, 20)));
  });

  it('refuses more blocks than there are, and leaves nothing', async () => {
    const { args, out, log } = finetuneInto('refused');
    const { code, stderr } = await runToEnd(args.map((arg, index) => (args[index - 1] === '--top-layers' ? '9' : arg)));
    expect(code).toBe(2);
    expect(stderr).toMatch(/9/);
    expect([out, log, `${out}.checkpoint`].filter((place) => existsSync(place))).toEqual([]);
  });

  it('killed in the middle, goes on with the same command and ends with the same bytes', async () => {
    const killed = finetuneInto('killed');
    const { child, ended } = startCommand(killed.args);
    await rowsReach(killed.log, 20);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    expect(existsSync(killed.out)).toBe(false);

    const resumed = await runToEnd(killed.args);
    expect(resumed.stderr).toMatch(/going on at step \d+ of 150/);
    expect(resumed.code).toBe(0);
    expectSameEnd(killed);
  });

  it('interrupted, keeps a checkpoint, ends with exit code 1 and says how to go on', async () => {
    const interrupted = finetuneInto('interrupted');
    const { child, ended } = startCommand(interrupted.args);
    await rowsReach(interrupted.log, 10);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/stopped after step \d+ of 150; the same command goes on from .*interrupted\.checkpoint/);

    const other = await runToEnd([...interrupted.args, '--temperature', '0.5']);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/belongs to another training.*temperature/);
    expect((await runToEnd(interrupted.args)).code).toBe(0);
    expectSameEnd(interrupted);
  });
});
