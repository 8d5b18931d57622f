import { decoderCases } from '../../parity/decoder-cases';

decoderCases('Qwen2', ['qwen2-tied', 'qwen2-tied/model.gguf', 'qwen2-sliding']);
decoderCases('Qwen3', ['qwen3-tied', 'qwen3-tied/model.gguf', 'qwen3-bias-sliding']);
decoderCases('LLaMA with scaled rotary positions', ['llama-yarn', 'llama-dynamic']);
decoderCases('Mistral', ['mistral-sliding', 'mistral-sliding/model.gguf', 'mistral-full']);
decoderCases('SmolLM3', ['smollm3-tied', 'smollm3-sliding']);
