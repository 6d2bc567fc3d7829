// What a person sees and can do on the sandbox's pages.
'use strict';

const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');
const Browser = require('./browser');

const env = process.env;
const root = new URL(env.OVH_ENDPOINT).origin;
let passed = 0;
let failed = 0;

function check(name, holds, seen) {
  if (holds) {
    passed += 1;
    console.log(`ok    page    ${name}`);
  } else {
    failed += 1;
    console.log(`FAIL  page    ${name}: ${JSON.stringify(seen)}`);
  }
}

async function call(method, route, body) {
  const url = env.OVH_ENDPOINT + route;
  const text = body ? JSON.stringify(body) : '';
  const now = await (await fetch(`${env.OVH_ENDPOINT}/auth/time`)).text();
  const parts = [env.OVH_APPLICATION_SECRET, env.OVH_CONSUMER_KEY, method, url, text, now];
  const hash = createHash('sha1').update(parts.join('+')).digest('hex');
  const reply = await fetch(url, {
    method,
    body: text || undefined,
    headers: {
      'Content-Type': 'application/json',
      'X-Ovh-Application': env.OVH_APPLICATION_KEY,
      'X-Ovh-Consumer': env.OVH_CONSUMER_KEY,
      'X-Ovh-Timestamp': now,
      'X-Ovh-Signature': `$1$${hash}`,
    },
  });
  return reply.json();
}

async function control(method, route, body) {
  const reply = await fetch(`${root}/_sandbox${route}`, { method, body: body && JSON.stringify(body) });
  return reply.json();
}

// Waits until something is true in the page.
async function until(browser, expression) {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await browser.evaluate(expression)) return true;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return false;
}

const shown = (text) => `document.body.innerText.includes(${JSON.stringify(text)})`;
const cutOff = `[...document.querySelectorAll('body *')]
  .filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map((e) => e.tagName + ' ' + e.textContent.slice(0, 40))`;
const focused = `document.activeElement.tagName + ' ' + document.activeElement.textContent.trim()`;

async function fits(browser, name) {
  for (const width of [360, 1200]) {
    await browser.width(width);
    const wide = await browser.evaluate(cutOff);
    check(`${name}: nothing is cut off at ${width} px`, wide.length === 0, wide);
    const scroll = await browser.evaluate('document.documentElement.scrollWidth');
    check(`${name}: no sideways scrolling at ${width} px`, scroll <= width, scroll);
    fs.writeFileSync(path.join(env.WORK, `${name}-${width}.png`), await browser.picture());
  }
}

async function overview(browser) {
  const base = '/hosting/web/example.cluster01.hosting.ovh.net';
  await call('GET', '/hosting/web');
  await call('GET', '/hosting/web/a-name-that-does-not-exist-and-is-rather-long-for-a-small-screen.example.org');
  await call('POST', `${base}/user`, { login: 'example-ftp', home: './', password: 'Passw0rdOfIt' });
  await control('POST', '/clock', { advance: 10 });
  await control('POST', '/faults', { operation: 'hosting::update', status: 503, times: 2, message: '<b>not markup</b>' });
  await call('POST', `${base}/database`, {
    capabilitie: 'sqlPerso', type: 'mysql', user: 'exampleshop', password: 'Passw0rdOfIt',
  });
  await fetch(`${env.OVH_ENDPOINT}/hosting/web`, {
    headers: {
      'X-Ovh-Application': env.OVH_APPLICATION_KEY,
      'X-Ovh-Consumer': env.OVH_CONSUMER_KEY,
      'X-Ovh-Timestamp': await (await fetch(`${env.OVH_ENDPOINT}/auth/time`)).text(),
      'X-Ovh-Signature': '$1$wrong',
    },
  });
  await browser.visit(`${root}/_sandbox/`);
  for (const text of [
    'example.cluster01.hosting.ovh.net', 'example-ftp', 'database/create', 'hosting::update',
    '<b>not markup</b>', 'This service does not exist', 'server computed', 'databases::create',
  ]) {
    check(`overview: shows ${text}`, await browser.evaluate(shown(text)));
  }
  await fits(browser, 'overview');

  for (const name of ['Clock +1 minute', 'Clock +1 day', 'Clear faults', 'Reset everything']) {
    await browser.tab();
    const seen = await browser.evaluate(focused);
    check(`overview: Tab reaches ${name}`, seen === `BUTTON ${name}`, seen);
  }
  const outline = await browser.evaluate('getComputedStyle(document.activeElement).outlineStyle');
  check('overview: the focus is seen', outline !== 'none', outline);
  await control('POST', '/faults', { operation: 'users::list', delayMs: 1 });
  check('overview: moves without a reload', await until(browser, shown('users::list')));
  const kept = await browser.evaluate(focused);
  check('overview: the focus stays', kept === 'BUTTON Reset everything', kept);
  const loaded = browser.load();
  await browser.enter();
  await loaded;
  check('overview: Enter resets', await until(browser, `${shown('Journal')} && !${shown('example-ftp')}`));
  const before = Date.parse((await control('GET', '/clock')).now);
  for (let turn = 0; turn < 8 && !(await browser.evaluate(focused)).endsWith('+1 minute'); turn += 1) {
    await browser.tab();
  }
  const first = await browser.evaluate(focused);
  check('overview: and Tab begins anew', first === 'BUTTON Clock +1 minute', first);
  const again = browser.load();
  await browser.enter();
  await again;
  const after = Date.parse((await control('GET', '/clock')).now);
  check('overview: Enter advances the clock', after - before >= 60000, after - before);
  await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
  await browser.visit(`${root}/_sandbox/`);
  check('overview: is whole without a script', await browser.evaluate(shown('example.cluster01')));
  await browser.send('Emulation.setScriptExecutionDisabled', { value: false });
}

async function validation(browser) {
  const ask = async () => {
    const reply = await fetch(`${env.OVH_ENDPOINT}/auth/credential`, {
      method: 'POST',
      headers: { 'X-Ovh-Application': env.OVH_APPLICATION_KEY },
      body: JSON.stringify({
        accessRules: [{ method: 'GET', path: '/hosting/web/a-path-that-is-rather-long-for-a-small-screen/*' }],
        redirection: `${root.replace('127.0.0.1', 'localhost')}/_sandbox/?done`,
      }),
    });
    return reply.json();
  };
  const asked = await ask();
  await browser.visit(asked.validationUrl);
  check('validation: shows the rules', await browser.evaluate(shown('GET /hosting/web/')));
  await fits(browser, 'validation');
  await browser.tab();
  check('validation: the validity first', (await browser.evaluate(focused)).startsWith('SELECT'));
  await browser.tab();
  const seen = await browser.evaluate(focused);
  check('validation: then the approval', seen === 'BUTTON Approve', seen);
  const loaded = browser.load();
  await browser.enter();
  await loaded;
  const at = await browser.evaluate('location.href');
  check('validation: leads to the redirection, on another origin', at.endsWith('/_sandbox/?done'), at);
  await browser.visit(asked.validationUrl);
  check('validation: is decided once', await browser.evaluate(shown('Approved')));
  const other = await ask();
  await browser.visit(other.validationUrl);
  await browser.tab();
  await browser.tab();
  await browser.tab();
  const refused = browser.load();
  await browser.enter();
  await refused;
  await browser.visit(other.validationUrl);
  check('validation: can be refused', await browser.evaluate(shown('Refused')));
}

(async () => {
  const folder = path.join(env.WORK, 'browser');
  fs.rmSync(folder, { recursive: true, force: true });
  const browser = new Browser(env.BROWSER, folder);
  const limit = setTimeout(() => {
    console.log('FAIL  page    took longer than five minutes');
    browser.close();
    process.exit(1);
  }, 300000);
  try {
    await browser.open();
    await overview(browser);
    await validation(browser);
    check('no error on the console', browser.errors.length === 0, browser.errors);
  } catch (error) {
    check('the walk', false, error.stack);
  }
  clearTimeout(limit);
  browser.close();
  console.log(`page: ${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
