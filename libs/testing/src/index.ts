export { REPOSITORY, sendContent, startFakeHub } from './lib/fake-hub';
export type { FakeHub, SeenRequest } from './lib/fake-hub';
export { byteTokenizer, writeQuickModel } from './lib/quick-model';
export { RECORD_WRITER } from './lib/record-writer';
export { startWandbServer } from './lib/wandb-server/wandb-server';
export type { WandbServer, WandbServerBehaviour } from './lib/wandb-server/wandb-server';
export type { RecordedArtifact, RecordedRun, RecordedView, WandbRecording } from './lib/wandb-server/recording';
