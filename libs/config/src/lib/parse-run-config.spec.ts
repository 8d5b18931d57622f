import { InputError } from '@tsarank/io';
import { applyPatch } from './config-patch';
import { parseRunConfig } from './parse-run-config';
import { presets, quick, tiny } from './presets';

/** What a file may hold, as far as these tests change it. */
interface Loose {
  seed?: unknown;
  text: Record<string, unknown>;
  finetune: Record<string, unknown> & { weights: Record<string, unknown> };
}

const failure = (change: (config: Loose) => void): string => {
  const config = structuredClone(tiny) as unknown as Loose;
  change(config);
  try {
    parseRunConfig(config, { file: 'mine.json' });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
};

describe('parseRunConfig', () => {
  it.each(Object.entries(presets))('accepts the preset %s unchanged', (_, preset) => {
    expect(parseRunConfig(preset)).toEqual(preset);
  });

  it('accepts a run without either stage', () => {
    expect(parseRunConfig({ ...quick, pretrain: null, finetune: null }).finetune).toBeNull();
  });

  it('names an unknown key and the nearest known one', () => {
    expect(failure((config) => (config.finetune.negativs = 3))).toBe(
      'mine.json: field "finetune.negativs": found unknown key, expected "negatives"',
    );
  });

  it('prefers the misspelt key to the missing one', () => {
    const message = failure((config) => {
      delete config.finetune.weights.rank;
      config.finetune.weights.rnk = 1;
    });
    expect(message).toContain('"finetune.weights.rnk"');
    expect(message).toContain('"rank"');
  });

  it('says the range of a negative count of 0', () => {
    expect(failure((config) => (config.finetune.negatives = 0))).toBe(
      'mine.json: field "finetune.negatives": found 0, expected a number above 0',
    );
  });

  it('says the type that was expected', () => {
    expect(failure((config) => (config.text.maxQueryTokens = '32'))).toContain('found "32", expected number');
    expect(failure((config) => delete config.seed)).toContain('field "seed": found nothing, expected number');
  });

  it('takes special tokens inside texts as such when told so, and has one way of saying not', () => {
    expect(failure((config) => (config.text.specialTokensInText = false))).toContain(
      '"text.specialTokensInText": found false, expected true',
    );
  });

  it('lists the choices of a setting that has few', () => {
    expect(failure((config) => (config.finetune.klRows = 'some'))).toContain('expected one of all, real, query');
  });
});

describe('adapters', () => {
  const withLora = (lora: unknown) => parseRunConfig({ ...tiny, finetune: { ...tiny.finetune!, lora } });

  it('have a rank, and defaults for the rest', () => {
    expect(withLora({ rank: 8 }).finetune!.lora).toEqual({ rank: 8, alpha: 16, targetModules: null });
    expect(withLora({ rank: 8, targetModules: 'all-linear' }).finetune!.lora).toMatchObject({
      targetModules: 'all-linear',
    });
  });

  it('are none where they are null, as where nothing is said: the same configuration, the same run', () => {
    expect(withLora(null)).toStrictEqual(parseRunConfig(tiny));
  });

  it.each([
    [{ rank: 0 }, 'field "finetune.lora.rank": found 0'],
    [{ rank: 2, apha: 1 }, 'field "finetune.lora.apha": found unknown key, expected "alpha"'],
    [
      { rank: 2, targetModules: 'q_proj' },
      'field "finetune.lora.targetModules": found "q_proj", expected "all-linear", a list of names of modules, or null',
    ],
    [8, 'field "finetune.lora": found 8, expected object'],
  ])('are not %j', (lora, message) => {
    expect(() => withLora(lora)).toThrow(message);
  });
});

describe('applyPatch', () => {
  it('replaces values at any depth and leaves the base alone', () => {
    const before = structuredClone(tiny);
    const patched = applyPatch(tiny, { pretrain: null, finetune: { weights: { rank: 0 } }, measures: ['AP'] });
    expect(patched.pretrain).toBeNull();
    expect(patched.finetune?.weights).toEqual({ rank: 0, nextToken: 1, differencePenalty: 1 });
    expect(patched.measures).toEqual(['AP']);
    expect(tiny).toEqual(before);
  });
});
