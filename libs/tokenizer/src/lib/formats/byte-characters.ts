/** The character that byte-level vocabularies write for each byte. Source: openai/gpt-2 `encoder.py`, `bytes_to_unicode`. */
export const BYTE_CHARACTERS: readonly string[] = characters();

function characters(): string[] {
  let next = 256;
  const printable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
}
