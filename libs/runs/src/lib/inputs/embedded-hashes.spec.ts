import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasetHash } from '@tsarank/data';
import { embeddedHashes } from './embedded-hashes';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hashes-'));
  file = path.join(folder, 'kept', '.hashes.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const edit = (change: (kept: { made: string; hashes: Record<string, string> }) => void): void => {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof change>[0];
  change(kept);
  writeFileSync(file, JSON.stringify(kept));
};

describe('embeddedHashes', () => {
  it('gives the hash of the content, and the kept one the next time', () => {
    expect(embeddedHashes(file)('factbook')).toBe(datasetHash('factbook'));
    edit(({ hashes }) => (hashes['factbook'] = 'kept'));
    expect(embeddedHashes(file)('factbook')).toBe('kept');
  });

  it('computes them anew where the code or a package was another, or the file is damaged', () => {
    embeddedHashes(file)('factbook');
    edit((kept) => {
      kept.hashes['factbook'] = 'of another code';
      kept.made = 'earlier';
    });
    expect(embeddedHashes(file)('factbook')).toBe(datasetHash('factbook'));
    writeFileSync(file, '{"made"');
    expect(embeddedHashes(file)('factbook')).toBe(datasetHash('factbook'));
  });

  it('does without a file that cannot be written', () => {
    writeFileSync(path.join(folder, 'kept'), 'a file where a folder should be');
    expect(embeddedHashes(file)('factbook')).toBe(datasetHash('factbook'));
    expect(existsSync(file)).toBe(false);
  });
});
