import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, InputError, readPublishedJson } from '@tsarank/io';

/** How a model made here is to be asked, and where it comes from: `tsarank.json` beside the weights. */
export interface ScoringContract {
  /** The version of scoring and training behaviour that made it. */
  behaviourVersion: number;
  /** The text around document and query, with `{document}` and `{query}`. */
  prompt: string;
  /** In tokens; null: the published evaluation rule. */
  maxDocumentTokens: number | null;
  maxQueryTokens: number | null;
  /** Special tokens inside texts were read as such; absent: they were text. */
  specialTokensInText?: boolean;
  stage: 'base' | 'pretrain' | 'finetune';
  /** Hashes of the models it was made from, nearest first. */
  parents: string[];
  /** The resolved settings of the stage. */
  config: Record<string, unknown>;
}

/** The parts of a contract that scores depend on. */
export type ScoringTerms = Pick<
  ScoringContract,
  'prompt' | 'maxDocumentTokens' | 'maxQueryTokens' | 'specialTokensInText'
>;

export const contractFile = 'tsarank.json';
const REQUIRED: readonly (keyof ScoringContract)[] = [
  'behaviourVersion',
  'prompt',
  'maxDocumentTokens',
  'maxQueryTokens',
  'stage',
  'parents',
  'config',
];

/**
 * The contract of a model folder, or undefined where it has none.
 *
 * @throws {InputError} naming the first field that is missing.
 */
export function readContract(folder: string): ScoringContract | undefined {
  const file = join(folder, contractFile);
  if (!existsSync(file)) return undefined;
  const value = readPublishedJson(file) as Partial<ScoringContract> | null;
  const missing = REQUIRED.find((key) => value === null || typeof value !== 'object' || value[key] === undefined);
  if (missing) throw new InputError({ file, field: missing, found: 'nothing', expected: 'a value' });
  return value as ScoringContract;
}

/**
 * Whether a model is asked as its contract says.
 *
 * @throws {InputError} naming every term that differs, with both sides.
 */
export function checkContract(contract: ScoringContract, asked: Partial<ScoringTerms>, file?: string): void {
  const terms = Object.keys(asked) as (keyof ScoringTerms)[];
  const different = terms.filter((term) => asked[term] !== undefined && asked[term] !== termOf(contract, term));
  if (different.length === 0) return;
  const said = (side: Partial<ScoringTerms>) =>
    different.map((term) => `${term} ${canonicalJson(termOf(side, term))}`).join(', ');
  throw new InputError({
    file,
    message: 'the model is asked otherwise than it was trained',
    found: said(asked),
    expected: said(contract),
  });
}

/** Contracts say how special tokens inside texts are read only where it isn't as text. */
function termOf(side: Partial<ScoringTerms>, term: keyof ScoringTerms): unknown {
  return term === 'specialTokensInText' ? (side[term] ?? false) : side[term];
}
