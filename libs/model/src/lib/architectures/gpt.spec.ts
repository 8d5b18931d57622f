import { parityCases } from './parity-cases';

parityCases('GPT-2', ['gpt2-tied', 'gpt2-scaled-by-layer']);
