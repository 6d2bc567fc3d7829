// A browser that is steered through a pipe, in the protocol that Chromium speaks to its tools.
'use strict';

const { spawn } = require('child_process');

class Browser {
  constructor(program, folder) {
    const options = [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-extensions',
      '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage',
      `--user-data-dir=${folder}`, '--remote-debugging-pipe', 'about:blank',
    ];
    this.process = spawn(program, options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.waiting = new Map();
    this.last = 0;
    this.errors = [];
    let text = '';
    this.process.stdio[4].on('data', (part) => {
      text += part;
      const messages = text.split('\0');
      text = messages.pop();
      messages.forEach((message) => this.heard(JSON.parse(message)));
    });
  }

  heard(message) {
    if (message.id) {
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    } else if (message.method === 'Runtime.exceptionThrown') {
      this.errors.push(JSON.stringify(message.params.exceptionDetails));
    } else if (message.method === 'Runtime.consoleAPICalled' && message.params.type === 'error') {
      this.errors.push(JSON.stringify(message.params.args));
    } else if (message.method === 'Log.entryAdded' && message.params.entry.level === 'error') {
      this.errors.push(message.params.entry.text);
    } else if (message.method === 'Page.loadEventFired' && this.loaded) {
      this.loaded();
    }
  }

  send(method, params = {}) {
    this.last += 1;
    const message = { id: this.last, method, params, sessionId: this.session };
    this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => { this.waiting.set(message.id, { resolve, reject }); });
  }

  async open() {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await this.send(`${domain}.enable`);
  }

  load() {
    return new Promise((resolve) => { this.loaded = resolve; });
  }

  async visit(url) {
    const loaded = this.load();
    await this.send('Page.navigate', { url });
    await loaded;
  }

  async width(width) {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width, height: 800, deviceScaleFactor: 1, mobile: width < 600,
    });
  }

  async evaluate(expression) {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  async key(key, code, text) {
    const event = { key, code: key, windowsVirtualKeyCode: code, text };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event, text: undefined });
  }

  tab() { return this.key('Tab', 9); }

  enter() { return this.key('Enter', 13, '\r'); }

  async picture() {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }

  close() {
    this.process.kill();
  }
}

module.exports = Browser;
