/** Outermost tensors: GGUF's name to Hugging Face's. */
type Names = Readonly<Record<string, string | null>>;

/**
 * Hugging Face's name of a GGUF tensor, by tables of the outermost names and of the parts of a block.
 *
 * @param blocks What stands before a block's number: `model.layers`.
 */
export function ggufNames(blocks: string, outer: Names, parts: Names): (ggufName: string) => string | null | undefined {
  return (ggufName) => {
    if (Object.hasOwn(outer, ggufName)) return outer[ggufName];
    const [, stem, kind] = /^(\w+)\.(weight|bias)$/.exec(ggufName) ?? [];
    if (stem !== undefined && Object.hasOwn(outer, stem)) return `${outer[stem]}.${kind}`;
    const [, layer, part, ending] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(ggufName) ?? [];
    if (part === undefined || !Object.hasOwn(parts, part)) return undefined;
    return `${blocks}.${layer}.${parts[part]}.${ending}`;
  };
}
