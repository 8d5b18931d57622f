/** Called with bytes of float32 weights that are loaded, and bytes in all. */
export type LoadProgress = (done: number, total: number) => void;
