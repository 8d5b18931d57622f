import type { ModelKind } from '@tsarank/model';

/** What a kind of model is called, and what can be done with it. */
export interface ModelUse {
  name: string;
  /** What `--scorer auto` takes for it. */
  scorer: string;
  commands: readonly string[];
}

export const MODEL_USES: Readonly<Record<ModelKind, ModelUse>> = {
  'causal-lm': {
    name: 'causal language model (decoder)',
    scorer: 'query-likelihood',
    commands: ['score', 'rerank', 'pretrain', 'finetune', 'generate', 'convert', 'ablate'],
  },
  classifier: { name: 'classifier (cross-encoder)', scorer: 'classification', commands: ['score', 'rerank'] },
  'encoder-decoder': { name: 'encoder-decoder', scorer: 'relevance-token', commands: ['score', 'rerank'] },
};
