export { loadTokenizer } from './lib/load-tokenizer';
export { createTokenizer } from './lib/tokenizer';
export type { EncodeOptions, Tokenizer, TokenizerFile, TokenizerParts } from './lib/tokenizer';
export { tokenizerFromGguf } from './lib/tokenizer-from-gguf';
export { truncateText } from './lib/truncate-text';
