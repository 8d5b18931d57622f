/** How a text becomes ids. */
export interface EncodeOptions {
  /** Put the model's own tokens (a BOS, where it has one) around the text. Default true. */
  addSpecialTokens?: boolean;
  /**
   * Read `</s>` and its like inside the text as the special token. Default true, as in the reference. With false they are text
   * like any other (the reference's `split_special_tokens`), which is right for texts that nobody has looked at; texts without
   * such strings have the same ids either way.
   */
  specialTokensInText?: boolean;
  /**
   * Read the unknown token's name as that token even where special tokens are text: for a text that was decoded, in which it stands
   * for what the vocabulary lacks. Default false.
   */
  unknownInText?: boolean;
  /** A token of the model's own that follows the text, before those of the template: stage one's end of text. */
  ending?: string;
}
