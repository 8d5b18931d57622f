import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { applyPatch, quick } from '@tsarank/config';
import { selectEngine } from '@tsarank/tensor';
import { writeQuickModel } from '@tsarank/testing';

const BIN = path.resolve(__dirname, '../../../bin/ablate.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'export-'));
const at = (name: string): string => path.join(folder, name);
const ablate = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
};
const exported = (variant: string, out: string, ...more: string[]) =>
  ablate('export', variant, at('mine.json'), '--runs', at('runs'), '--out', at(out), ...more);

jest.setTimeout(180_000);
beforeAll(async () => {
  await selectEngine('wasm');
  await writeQuickModel(at('model'));
  const base = applyPatch(quick, { model: at('model'), engine: 'wasm', data: { outOfDomain: null } });
  const variants = { recipe: {}, 'zero-shot': { pretrain: null, finetune: null } };
  const spec = { name: 'mine', question: '?', base, variants, baseline: 'recipe', seeds: [0], measures: ['AP'] };
  writeFileSync(at('mine.json'), JSON.stringify(spec));
  expect(ablate('run', at('mine.json'), '--out', at('runs'), '--keep', 'none').code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ablate export', () => {
  it('names the command that makes a model which was not kept, and that command makes it', () => {
    const { code, stderr } = exported('recipe', 'first');
    expect(code).toBe(1);
    const [command] = /npx ablate export .* --train$/m.exec(stderr)!;
    expect(existsSync(at('first'))).toBe(false);
    expect(ablate(...command.split(' ').slice(2)).code).toBe(0);
    expect(readdirSync(at('first'))).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tsarank.json']),
    );
    const contract = JSON.parse(readFileSync(path.join(at('first'), 'tsarank.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(contract).toMatchObject({ stage: 'finetune', maxDocumentTokens: 24, maxQueryTokens: 12 });
    expect(contract['parents']).toHaveLength(2);
  });

  it('copies a model that was kept', () => {
    const { code, stdout } = exported('recipe', 'second', '--json', '--seed', '0');
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, variant: 'recipe', seed: 0 });
    const weights = (out: string): Buffer => readFileSync(path.join(at(out), 'model.safetensors'));
    expect(weights('second').equals(weights('first'))).toBe(true);
  });

  it.each([
    ['a misspelt variant', ['recipie', 'x'], 'No variant "recipie" in mine. Did you mean "recipe"?'],
    ['a variant that trains nothing', ['zero-shot', 'x'], 'found zero-shot, which trains nothing'],
    ['a folder that is there', ['recipe', 'model'], 'which is there already'],
    ['another seed', ['recipe', 'x', '--seed', '7'], 'field "--seed": found 7, expected one of the seeds of mine: 0'],
  ] as const)('refuses %s', (_, [variant, out, ...more], message) => {
    const { code, stderr } = exported(variant, out, ...more);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(existsSync(at('x'))).toBe(false);
  });
});
