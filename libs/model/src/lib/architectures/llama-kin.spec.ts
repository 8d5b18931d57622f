import { parityCases } from './parity-cases';

parityCases('Qwen2', ['qwen2-tied', 'qwen2-tied/model.gguf', 'qwen2-sliding']);
parityCases('Qwen3', ['qwen3-tied', 'qwen3-tied/model.gguf', 'qwen3-bias-sliding']);
parityCases('LLaMA with scaled rotary positions', ['llama-yarn', 'llama-dynamic']);
parityCases('Mistral', ['mistral-sliding', 'mistral-sliding/model.gguf', 'mistral-full']);
parityCases('SmolLM3', ['smollm3-tied', 'smollm3-sliding']);
