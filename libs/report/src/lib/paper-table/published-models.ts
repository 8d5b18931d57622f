/**
 * Model of a published row -> other names of its weights, letters and digits only. The published weights of LLaMA and
 * Baichuan are those of their second versions.
 */
const PUBLISHED_MODELS: Readonly<Record<string, readonly string[]>> = {
  'BLOOM 560M': ['bloom560m'],
  'BLOOM 1B': ['bloom1b1', 'bloom1b'],
  'BLOOM 3B': ['bloom3b'],
  'BLOOM 7B': ['bloom7b1', 'bloom7b'],
  'LLaMA 7B': ['llama27b', 'llama27bhf', 'llama7b'],
  'Baichuan 7B': ['baichuan27b', 'baichuan27bbase', 'baichuan7b'],
  'Qwen 7B': ['qwen7b'],
};

/**
 * The published row whose base model a name stands for.
 *
 * @example
 * publishedModelOf('hf:bigscience/bloom-560m@0123abc'); // BLOOM 560M
 */
export function publishedModelOf(name: string): string | undefined {
  const letters = name
    .replace(/@[^/@]*$/, '')
    .split('/')
    .at(-1)!
    .toLowerCase()
    .replace(/\.gguf$/, '')
    .replace(/[^a-z0-9]/g, '');
  return Object.keys(PUBLISHED_MODELS).find((label) => PUBLISHED_MODELS[label]!.includes(letters));
}
