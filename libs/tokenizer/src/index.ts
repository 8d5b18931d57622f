export { loadTokenizer } from './lib/load-tokenizer';
export type { PairPart } from './lib/rules/pair-template';
export { textPairEncoder } from './lib/text-pair-encoder';
export type { TextPair, TextPairLimits } from './lib/text-pair-encoder';
export { createTokenizer } from './lib/tokenizer';
export type { EncodeOptions, Tokenizer, TokenizerFile, TokenizerParts } from './lib/tokenizer';
export { tokenizerFromGguf } from './lib/formats/gguf';
export { truncateText } from './lib/truncate-text';
export type { TruncatedText } from './lib/truncate-text';
