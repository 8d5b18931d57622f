// What is done with rankings alone; loads no tensor code.
export { evaluateRun } from './evaluate-run';
export { fuseReciprocalRank } from './fuse-reciprocal-rank';
export { separateTies } from './separate-ties';
