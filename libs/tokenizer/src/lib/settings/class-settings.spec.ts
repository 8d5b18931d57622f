import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTokenizer } from '../load-tokenizer';

/** Made by `tools/make-reference-fixtures/make_tokenizer_settings.py` with transformers. */
const { texts, bases, cases } = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../../../../test/reference/tokenizer-settings.json'), 'utf8'),
) as {
  texts: string[];
  bases: Record<string, object>;
  cases: { base: string; files: Record<string, object>; ids?: number[][]; error?: string }[];
};

describe("files beside tokenizer.json, as transformers' AutoTokenizer reads them", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'settings-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(cases.map((each) => [each.base, JSON.stringify(each.files), each] as const))(
    '%s with %s',
    (_, __, { base, files, ids, error }) => {
      for (const [name, value] of Object.entries({ 'tokenizer.json': bases[base]!, ...files })) {
        writeFileSync(path.join(folder, name), JSON.stringify(value));
      }
      if (error !== undefined) expect(() => loadTokenizer(folder)).toThrow();
      else {
        const tokenizer = loadTokenizer(folder);
        expect(texts.map((text) => tokenizer.encode(text))).toEqual(ids);
      }
    },
  );
});
