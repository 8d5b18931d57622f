import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkContract, readContract } from './scoring-contract';
import type { ScoringContract } from './scoring-contract';

const contract: ScoringContract = {
  behaviourVersion: 1,
  prompt: 'Document: {document} Query:',
  maxDocumentTokens: 128,
  maxQueryTokens: 32,
  stage: 'pretrain',
  parents: [],
  config: {},
};

describe('the scoring contract', () => {
  it('lets through what was agreed, and what is not asked', () => {
    checkContract(contract, { maxDocumentTokens: 128, prompt: contract.prompt });
    checkContract(contract, { maxQueryTokens: undefined });
  });

  it('names both sides of every difference', () => {
    const asked = { maxDocumentTokens: 64, maxQueryTokens: null, prompt: contract.prompt };
    expect(() => checkContract(contract, asked, 'm/tsarank.json')).toThrow(
      'm/tsarank.json: this model was trained with other settings for its texts, ' +
        'found maxDocumentTokens 64, maxQueryTokens null, expected maxDocumentTokens 128, maxQueryTokens 32',
    );
  });

  it('holds special tokens inside texts for text where it does not say otherwise', () => {
    const asSuch = { ...contract, specialTokensInText: true };
    checkContract(contract, { specialTokensInText: false });
    checkContract(asSuch, { specialTokensInText: true });
    expect(() => checkContract(contract, { specialTokensInText: true })).toThrow(
      /found specialTokensInText true, expected specialTokensInText false/,
    );
    expect(() => checkContract(asSuch, { specialTokensInText: false })).toThrow(
      /found specialTokensInText false, expected specialTokensInText true/,
    );
  });

  it('names a field that is missing from the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contract-'));
    expect(readContract(folder)).toBeUndefined();
    writeFileSync(join(folder, 'tsarank.json'), JSON.stringify({ ...contract, stage: undefined }));
    expect(() => readContract(folder)).toThrow(/tsarank\.json: field "stage"/);
    rmSync(folder, { recursive: true });
  });
});
