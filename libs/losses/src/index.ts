export { differencePenalty } from './lib/difference-penalty';
export { nextTokenLoss } from './lib/next-token-loss';
export { objective, OBJECTIVE_TERMS } from './lib/objective';
export type { Objective, ObjectiveTerm, ObjectiveTerms, ObjectiveWeights } from './lib/objective';
export { rankLoss } from './lib/rank-loss';
export type { RankLossOptions, ScoreTransform } from './lib/rank-loss';
export { sequenceScores } from './lib/sequence-scores';
