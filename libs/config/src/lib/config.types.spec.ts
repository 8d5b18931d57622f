import type { ConfigPatch } from './config-patch';

describe('the types', () => {
  it('refuse a misspelt knob, a wrong choice and a wrong type', () => {
    const patches: ConfigPatch[] = [
      // @ts-expect-error misspelt
      { finetune: { negativs: 3 } },
      // @ts-expect-error no such schedule
      { finetune: { schedule: 'linear' } },
      // @ts-expect-error a text where a number belongs
      { pretrain: { steps: '3' } },
    ];
    expect(patches).toHaveLength(3);
  });
});
