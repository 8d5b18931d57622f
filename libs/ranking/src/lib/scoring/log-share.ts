/**
 * The log-probability of one of two answers by their logits, when nothing else can be said: log(exp(a) / (exp(a) + exp(b))).
 *
 * @example
 * logShare(2, 0); // -0.1269
 */
export function logShare(a: number, b: number): number {
  const ahead = a - b;
  return Math.min(ahead, 0) - Math.log1p(Math.exp(-Math.abs(ahead)));
}
