import { BEIR } from './beir';
import type { Dataset } from './dataset';
import { MS_MARCO } from './ms-marco';
import { NANO_BEIR } from './nano-beir';

/** Every collection that is known by name. */
export const DATASETS: readonly Dataset[] = [...MS_MARCO, ...BEIR, ...NANO_BEIR];
