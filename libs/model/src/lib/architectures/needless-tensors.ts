/** Buffers that files of several families and ages carry. */
const NEEDLESS =
  /(\.attn\.attention\.bias|\.attn\.bias|\.attention\.bias|\.masked_bias|\.rotary_emb\.inv_freq|\.causal_mask|\.future_mask)$|^(model\.)?decoder\.version$/;

/** Whether a tensor of a decoder's file is a buffer that nobody needs. */
export function isNeedless(stored: string): boolean {
  return NEEDLESS.test(stored);
}
