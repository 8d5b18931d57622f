// Preloaded by NODE_OPTIONS: this process and its children live a day earlier than the machine's clock says.
const DAY = 24 * 60 * 60 * 1000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length > 0) super(...args);
    else super(RealDate.now() - DAY);
  }
  static now() {
    return RealDate.now() - DAY;
  }
};
