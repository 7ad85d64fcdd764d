import { now } from './countdown.js';
import { NetworkError, send } from './http.js';

const QUIET = 3_000; // after the last keystroke
const AGAIN = 10_000; // after the network was lost

const clock = (moment) => new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false }).format(moment);

/** Keeps what is typed: saves by itself, says when, warns before leaving with anything unsaved. */
export class Draft {
  constructor({ url, read, say }) {
    Object.assign(this, { url, read, say, timer: 0, saving: null, stopped: false });
    this.saved = this.text();
    window.addEventListener('beforeunload', (event) => { if (this.unsaved()) event.preventDefault(); });
    window.addEventListener('online', () => { if (this.unsaved()) this.save(); });
  }

  text() { return JSON.stringify(this.read()); }

  unsaved() { return !this.stopped && this.text() !== this.saved; }

  changed() {
    clearTimeout(this.timer);
    if (this.url && this.unsaved()) this.timer = setTimeout(() => this.save(), QUIET);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async save({ asked = false } = {}) {
    clearTimeout(this.timer);
    if (this.stopped || !this.url) return;
    await this.saving;
    const [form, text] = [this.read(), this.text()];
    this.saving = this.put(form, text, asked);
    await this.saving;
    this.saving = null;
  }

  async put(form, text, asked) {
    try {
      const { ok, status, body } = await send(this.url, { method: 'PUT', json: { form } });
      if (ok) {
        this.saved = text;
        this.say(`草稿已于${clock(body.saved_at ? Date.parse(body.saved_at) : now())}${asked ? '' : '自动'}保存`, 'cloud-check');
        return;
      }
      this.say(`草稿没有保存：${body.message ?? '系统暂时无法办理，内容仍在本页。'}`, 'cloud-slash');
      if ([403, 404, 409].includes(status)) clearTimeout(this.timer);
      else this.timer = setTimeout(() => this.save(), AGAIN);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.say('草稿没有保存：网络断开。内容仍在本页，恢复后自动再存。', 'cloud-slash');
      this.timer = setTimeout(() => this.save(), AGAIN);
    }
  }
}

export { clock };
