import { decoderCases } from '../../parity/decoder-cases';

decoderCases('LLaMA', [
  'llama-tied',
  'llama-tied/model.gguf',
  'llama-untied-bias',
  'llama-sharded-bf16',
  'llama-sharded-bf16/model.gguf',
]);
