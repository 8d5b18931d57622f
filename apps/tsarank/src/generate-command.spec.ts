import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { printable } from '@tsarank/io';
import { runToEnd } from './spawned-command';

const reference = resolve(__dirname, '../../../test/reference');
const model = join(reference, 'llama-untied-bias');
/** Nine positions. */
const short = join(reference, 'gpt2-tied');
const few = ['--engine', 'cpu', '--log-level', 'error', '--max-new-tokens', '6'];

let folder: string;
let prompts: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsarank-generate-'));
  prompts = join(folder, 'prompts.jsonl');
  writeFileSync(prompts, '{"id":1,"prompt":"The sky"}\n\n{"prompt":"ab","more":[true]}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; tokens: number[] });

it('continues every line of a file, to standard output or a file, and one text as it grows', async () => {
  const { code, stdout, stderr } = await runToEnd(['generate', '--model', model, '--prompts', prompts, ...few]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [first, second] = linesOf(stdout);
  expect(first).toMatchObject({ id: 1, prompt: 'The sky', finishReason: 'length' });
  expect(second).toMatchObject({ prompt: 'ab', more: [true] });
  expect(first!.tokens).toHaveLength(6);

  const out = join(folder, 'texts.jsonl');
  expect(
    (await runToEnd(['generate', '--model', model, '--prompts', prompts, '--out', out, '--batch-tokens', '1', ...few]))
      .stdout,
  ).toBe('');
  expect(readFileSync(out, 'utf8')).toBe(stdout);

  expect((await runToEnd(['generate', '--model', model, '--prompt', 'The sky', ...few])).stdout).toBe(
    `${printable(first!.text)}\n`,
  );
  const asJson = await runToEnd(['generate', '--model', model, '--prompt', 'The sky', '--json', ...few]);
  expect(linesOf(asJson.stdout)).toEqual([
    { prompt: 'The sky', text: first!.text, tokens: first!.tokens, finishReason: 'length' },
  ]);
});

it('draws by its seed', async () => {
  const drawn = async (seed: string) =>
    (
      await runToEnd([
        'generate',
        '--model',
        model,
        '--prompts',
        prompts,
        '--temperature',
        '3',
        '--top-p',
        '0.99',
        '--seed',
        seed,
        ...few,
      ])
    ).stdout;
  const once = await drawn('1');
  expect(linesOf(once)).toHaveLength(2);
  expect(await drawn('1')).toBe(once);
  expect(await drawn('2')).not.toBe(once);
});

it('stops where learned positions end', async () => {
  const { stdout } = await runToEnd([
    'generate',
    '--model',
    short,
    '--prompt',
    'ab',
    '--json',
    '--engine',
    'cpu',
    '--log-level',
    'error',
  ]);
  expect(linesOf(stdout)).toMatchObject([{ finishReason: 'length', tokens: { length: 8 } }]);
});

it.each([
  [[], 'found neither, expected one of --prompts and --prompt'],
  [['--prompt', 'a', '--prompts', 'b'], 'found both, expected one of --prompts and --prompt'],
  [['--prompt', ''], 'field "prompt": found "", expected a text'],
  [['--prompt', 'a', '--top-p', '1.5'], 'field "top-p": found 1.5'],
  [['--prompt', 'a', '--temperature', '-1'], 'field "temperature": found -1'],
  [['--prompts', ['{"prompt":"a"}', '{"text":"a"}']], '.jsonl:2: field "prompt": found nothing, expected string'],
  [
    ['--prompts', ['{"prompt":"a"}', '{"prompt":"a text that is too long"}']],
    /\.jsonl:2: field "prompt": found \d+ tokens, expected 9 at most/,
  ],
  [['--prompts', ['{"prompt":""}']], '.jsonl:1: field "prompt": found no token, expected a text'],
])('%j is wrong input', async (args, message) => {
  const given = args.map((part) => (Array.isArray(part) ? written(part) : part));
  const out = join(folder, 'none.jsonl');
  const { code, stdout, stderr } = await runToEnd(['generate', '--model', short, '--out', out, ...given, ...few]);
  expect(stderr).toMatch(message);
  expect({ code, stdout, isWritten: existsSync(out) }).toEqual({ code: 2, stdout: '', isWritten: false });
});

function written(lines: readonly string[]): string {
  const file = join(folder, 'wrong.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
