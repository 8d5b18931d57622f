import { ReplaceNormalizer } from '@huggingface/tokenizers';
import { charsMapNormalizer } from './chars-map';
import type { RuleNode } from './pre-tokenizer';

type Normalize = (text: string) => string;

/**
 * The normaliser of a `tokenizer.json`, with the results of the Rust reference.
 *
 * `@huggingface/tokenizers` differs in several: it takes NFKC for every precompiled map, lower-cases words rather than
 * characters (a final sigma becomes `ς`), misses CJK characters beyond U+FFFF, strips what JavaScript calls spaces and
 * prepends to an empty text.
 *
 * Source: Hugging Face tokenizers `normalizers/*.rs`.
 *
 * @throws {Error} when a type is not known.
 */
export function exactNormalizer(rule: RuleNode | null | undefined): Normalize | null {
  return rule ? normalizerOf(rule) : null;
}

function normalizerOf(rule: RuleNode): Normalize {
  switch (rule.type) {
    case 'Sequence': {
      const parts = (rule['normalizers'] as RuleNode[]).map(normalizerOf);
      return (text) => parts.reduce((value, part) => part(value), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = rule.type;
      return (text) => text.normalize(form);
    }
    case 'Precompiled': {
      const map = rule['precompiled_charsmap'];
      return typeof map === 'string' && map !== '' ? charsMapNormalizer(Buffer.from(map, 'base64')) : (text) => text;
    }
    case 'Replace': {
      const { pattern } = new ReplaceNormalizer(rule as never) as unknown as { pattern: RegExp | null };
      const content = String(rule['content'] ?? '');
      return (text) => (pattern ? text.replaceAll(pattern, () => content) : text);
    }
    case 'Prepend':
      return (text) => (text === '' ? '' : `${String(rule['prepend'])}${text}`);
    case 'Strip':
      return (text) => {
        const right = rule['strip_right'] === true ? text.replace(/(?<!\p{White_Space})\p{White_Space}+$/u, '') : text;
        return rule['strip_left'] === true ? right.replace(/^\p{White_Space}+/u, '') : right;
      };
    case 'StripAccents':
      return (text) => text.replace(/\p{M}/gu, '');
    case 'Lowercase':
      return lowerCase;
    case 'BertNormalizer':
      return bertNormalizer(rule);
    default:
      throw new Error(`Unknown Normalizer type: ${rule.type}`);
  }
}

/** Every character by itself. */
const lowerCase: Normalize = (text) => Array.from(text, (character) => character.toLowerCase()).join('');

/** Source: Hugging Face tokenizers `normalizers/bert.rs`. */
function bertNormalizer(rule: RuleNode): Normalize {
  const lower = rule['lowercase'] === true;
  const accents = typeof rule['strip_accents'] === 'boolean' ? rule['strip_accents'] : lower;
  return (text) => {
    let value = text;
    if (rule['clean_text'] === true) value = value.replace(DROPPED, '').replace(/\p{White_Space}/gu, ' ');
    if (rule['handle_chinese_chars'] === true) value = value.replace(IDEOGRAPH, ' $& ');
    if (accents) value = value.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lower ? lowerCase(value) : value;
  };
}

/** U+FFFD and everything of the categories "other" that is assigned, but for tabs and line ends. */
const DROPPED = /\uFFFD|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
/** Source: the blocks that BERT takes for Chinese (`is_chinese_char`). */
const IDEOGRAPH =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
