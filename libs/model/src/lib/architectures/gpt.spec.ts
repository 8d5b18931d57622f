import { parityCases } from './parity-cases';

parityCases('GPT-2', ['gpt2-tied', 'gpt2-tied/model.gguf', 'gpt2-scaled-by-layer']);
parityCases('GPT-Neo', ['gpt-neo-local', 'gpt-neo-mixed']);
parityCases('OPT', ['opt-pre-norm', 'opt-post-norm', 'opt-bare']);
parityCases('GPT-NeoX', ['gpt-neox-parallel', 'gpt-neox-parallel/model.gguf', 'gpt-neox-sequential']);
