import { join } from 'node:path';
import { canonicalJson, InputError, nearestName, sha256, sha256FilesAside } from '@tsarank/io';
import { loadTokenizer } from '@tsarank/tokenizer';
import type { Tokenizer } from '@tsarank/tokenizer';
import { architectures } from '../architectures';
import type { Architecture } from '../architectures/architecture';
import type { CausalLm } from '../causal-lm';
import { openFolderWeights } from '../containers/folder-weights';
import { showValue } from '../containers/show-value';
import type { AdapterFolder } from '../lora/adapter-folder';
import { mergedSource } from '../lora/merged-source';
import { adaptedFacts } from '../lora/open-adapted';
import { readContract } from '../scoring-contract';
import type { ScoringContract } from '../scoring-contract';
import { readConfigFile, readGenerationConfig } from './config-file';
import { customCode } from './custom-code';
import { requireBuiltScoring } from './declared-scoring';
import { decoderWeights } from './expected-weights';
import type { LoadProgress } from './load-progress';
import { modelKind, otherKind } from './model-kind';
import { readWeights } from './read-weights';
import { requirePlainWeights } from './require-plain-weights';

/** A model ready for use. */
export interface LoadedModel {
  model: CausalLm;
  tokenizer: Tokenizer;
  /** SHA-256 over config, weights and tokenizer: equal hashes score equally. */
  hash: string;
  /** How it is to be asked, where it was made here. */
  contract?: ScoringContract;
}

/**
 * A causal language model in a Hugging Face folder: `config.json`, safetensors or `pytorch_model.bin` (single or sharded), `tokenizer.json`.
 *
 * @param options.adapter Merged into the weights as they are read.
 * @throws {InputError} naming the file and what is wrong with it.
 */
export function loadFolder(
  folder: string,
  { onProgress, adapter }: { onProgress?: LoadProgress; adapter?: AdapterFolder } = {},
): LoadedModel {
  const file = join(folder, 'config.json');
  const raw = readConfigFile(file);
  requireCausalLm(raw, file);
  requireBuiltScoring(folder, raw, 'causal-lm');
  requirePlainWeights(raw, file);
  const architecture = architectureOf(raw['model_type'], file);
  const config = {
    ...architecture.readConfig(raw, file),
    generation: readGenerationConfig(folder),
    code: customCode(folder, raw),
  };
  const tokenizer = loadTokenizer(folder);
  const contract = readContract(folder);
  const source = openFolderWeights(folder);
  try {
    const hashes = sha256FilesAside(source.files);
    const own = () => ({ tokenizer, hash: modelHash(raw, hashes(), tokenizer), contract });
    // Whether an adapter belongs to the model is said before its weights are read.
    const facts = adapter && adaptedFacts(adapter, own());
    const expected = decoderWeights(architecture, config);
    const weights = readWeights(expected, adapter ? mergedSource(source, adapter, expected) : source, onProgress);
    return { model: architecture.build(config, weights), ...(facts ?? own()) };
  } finally {
    source.close();
  }
}

/** The hash of a model: its config's values, the hashes of its weight files, its tokenizer. */
export function modelHash(raw: unknown, hashes: readonly string[], tokenizer: Tokenizer): string {
  return sha256([canonicalJson(raw), ...hashes, tokenizer.hash].join('\n'));
}

/** The family of a `model_type`. */
export function architectureOf(type: unknown, file: string): Architecture {
  const found = typeof type === 'string' && Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (found) return found;
  const names = Object.keys(architectures);
  const near = typeof type === 'string' ? nearestName(type, names) : undefined;
  const expected = `one of ${names.join(', ')}${near ? ` (did you mean ${near}?)` : ''}`;
  throw new InputError({ file, field: 'model_type', found: showValue(type), expected });
}

/** Says what a folder of another kind is, and who takes it. */
function requireCausalLm(raw: Readonly<Record<string, unknown>>, file: string): void {
  const kind = modelKind(raw);
  if (kind === 'causal-lm') return;
  throw new InputError({
    file,
    field: 'architectures',
    found: otherKind(raw, kind),
    expected: 'a causal language model',
  });
}
