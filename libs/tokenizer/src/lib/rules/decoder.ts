/** A decoder of `@huggingface/tokenizers`, as far as it is corrected here. */
interface EngineDecoder {
  config: { type: string; replacement?: string; prepend_scheme?: string };
  decoders?: EngineDecoder[];
  decode_chain(tokens: string[]): string[];
}

/**
 * Give the decoders that differ from the Rust reference its behaviour: bytes that are no UTF-8 become U+FFFD each, and every
 * mark of the first token goes, not only one.
 *
 * Source: Hugging Face tokenizers `decoders/byte_fallback.rs`, `pre_tokenizers/metaspace.rs`.
 */
export function correctDecoder(decoder: unknown): void {
  if (!decoder) return;
  const node = decoder as EngineDecoder;
  for (const part of node.decoders ?? []) correctDecoder(part);
  if (node.config.type === 'ByteFallback') node.decode_chain = bytesToText;
  if (node.config.type === 'Metaspace') {
    const mark = node.config.replacement ?? '▁';
    const drop = node.config.prepend_scheme !== 'never';
    node.decode_chain = (tokens) => tokens.map((token, at) => token.replaceAll(mark, at === 0 && drop ? '' : ' '));
  }
}

function bytesToText(tokens: string[]): string[] {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) result.push(...utf8OrMarks(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const [, hex] = /^<0x([0-9A-Fa-f]{2})>$/.exec(token) ?? [];
    if (hex) {
      bytes.push(parseInt(hex, 16));
    } else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
}

function utf8OrMarks(bytes: readonly number[]): string[] {
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => '\uFFFD');
  }
}
