export { BEHAVIOUR_VERSION } from './lib/behaviour-version';
export { applyPatch, times } from './lib/config-patch';
export type { ConfigPatch, Patch, Times } from './lib/config-patch';
export { evaluationSets, IN_DOMAIN, OUT_OF_DOMAIN } from './lib/evaluation-sets';
export type { EvaluationSet } from './lib/evaluation-sets';
export { parseRunConfig, parseRunRecord } from './lib/parse-run-config';
export { describe, keysAt, parseStrict } from './lib/parse-strict';
export type { ParseOrigin } from './lib/parse-strict';
export { presets, published, quick, tiny } from './lib/presets';
export type { PresetName } from './lib/presets';
export { ENGINE_NAMES, runConfigSchema } from './lib/run-config';
export type {
  EvaluationSetConfig,
  FinetuneConfig,
  LoraConfig,
  PretrainConfig,
  RunConfig,
  RunDataConfig,
  RunEngine,
  TextConfig,
} from './lib/run-config';
export { RUN_KINDS, runRecordSchema, SYSTEM_NAMES } from './lib/run-record';
export type {
  LossSummary,
  RunFailure,
  RunKind,
  RunRecord,
  RunResult,
  SystemName,
  SystemResult,
} from './lib/run-record';
export { parseSetting } from './lib/setting';
export { settingsList } from './lib/settings-list';
export type { SettingDescription } from './lib/settings-list';
