import type { ModelKind } from '@tsarank/model';
import type { SCORERS } from '../options/scoring-options';

/** What a kind of model is called, and what can be done with it. */
export interface ModelUse {
  /** With its article, as in a sentence. */
  name: string;
  /** In a word more, as `inspect` says it. */
  description: string;
  /** What `--scorer auto` takes for it, and the only scorer that fits it. */
  scorer: Exclude<(typeof SCORERS)[number], 'auto'>;
  commands: readonly string[];
}

export const MODEL_USES: Readonly<Record<ModelKind, ModelUse>> = {
  'causal-lm': {
    name: 'a causal language model',
    description: 'causal language model (decoder)',
    scorer: 'query-likelihood',
    commands: ['score', 'rerank', 'pretrain', 'finetune', 'generate', 'convert', 'ablate'],
  },
  classifier: {
    name: 'a classifier',
    description: 'classifier (cross-encoder)',
    scorer: 'classification',
    commands: ['score', 'rerank', 'convert'],
  },
  'encoder-decoder': {
    name: 'an encoder-decoder model',
    description: 'encoder-decoder',
    scorer: 'relevance-token',
    commands: ['score', 'rerank', 'convert'],
  },
};
