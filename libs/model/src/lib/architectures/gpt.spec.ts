import { decoderCases } from '../parity/decoder-cases';

decoderCases('GPT-2', ['gpt2-tied', 'gpt2-tied/model.gguf', 'gpt2-scaled-by-layer']);
decoderCases('GPT-Neo', ['gpt-neo-local', 'gpt-neo-mixed']);
decoderCases('OPT', ['opt-pre-norm', 'opt-post-norm', 'opt-bare']);
decoderCases('GPT-NeoX', ['gpt-neox-parallel', 'gpt-neox-parallel/model.gguf', 'gpt-neox-sequential']);
