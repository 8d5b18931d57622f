export { byteTokenizer, writeQuickModel } from './lib/quick-model';
