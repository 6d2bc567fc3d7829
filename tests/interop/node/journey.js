// OVHcloud's own Node client walks the guide's thirteen calls against the sandbox, and the ways in
// which a call is refused. It speaks HTTPS only, and signs the URL without its port: the sandbox
// runs with `--tls --public-url https://127.0.0.1`.
'use strict';

const https = require('https');
const ovh = require('@ovhcloud/node-ovh');

const endpoint = new URL(process.env.OVH_ENDPOINT);
const shape = process.env.SHAPE;
let passed = 0;
let failed = 0;

function check(name, holds, seen) {
  if (holds) {
    passed += 1;
    console.log(`ok    node, ${shape}    ${name}`);
  } else {
    failed += 1;
    console.log(`FAIL  node, ${shape}    ${name}: ${JSON.stringify(seen)}`);
  }
}

function client(other) {
  return ovh({
    host: endpoint.hostname,
    port: Number(endpoint.port),
    appKey: process.env.OVH_APPLICATION_KEY,
    appSecret: process.env.OVH_APPLICATION_SECRET,
    consumerKey: process.env.OVH_CONSUMER_KEY,
    ...other,
  });
}

// The client gives a status and the server's words.
function send(api, method, path, params) {
  return new Promise((resolve) => {
    api.request(method, path, params || {}, (error, answer) => {
      resolve(error ? { error, message: answer } : { answer });
    });
  });
}

function control(method, path, body) {
  return new Promise((resolve, reject) => {
    const options = { host: endpoint.hostname, port: endpoint.port, method, path: `/_sandbox${path}` };
    const request = https.request(options, (reply) => {
      let text = '';
      reply.on('data', (part) => { text += part; });
      reply.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
    request.end(body ? JSON.stringify(body) : undefined);
  });
}

const pause = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

// A finished task is archived: 404 means that all went well.
async function wait(api, base, reply) {
  if (reply.error) {
    return false;
  }
  for (let turn = 0; turn < 600; turn += 1) {
    const task = await send(api, 'GET', `${base}/tasks/${reply.answer.id}`);
    if (task.error) {
      return task.error === 404;
    }
    if (['cancelled', 'error'].includes(task.answer.status)) {
      return false;
    }
    await pause(20);
  }
  return false;
}

async function journey(api) {
  const services = await send(api, 'GET', '/hosting/web');
  check('1 lists the hostings', services.answer && services.answer.length === 1, services);
  const base = `/hosting/web/${services.answer[0]}`;
  const write = (path, params) => send(api, 'POST', base + path, params);
  const read = (path, params) => send(api, 'GET', base + path, params);
  let reply = await write('/attachedDomain', { domain: 'shop.example.com', path: 'shop', ssl: true });
  check('2 attaches a domain', await wait(api, base, reply), reply);
  reply = await write('/ssl');
  check('3 orders a certificate', reply.answer && reply.answer.provider === 'LETSENCRYPT', reply);
  reply = await write('/database', {
    capabilitie: 'sqlPerso', type: 'mysql', user: 'exampleshop', password: 'Passw0rdOfIt',
  });
  check('4 creates a database', await wait(api, base, reply), reply);
  reply = await read('/database', { type: 'mysql' });
  check('5 lists the databases', String(reply.answer) === 'exampleshop.mysql.db', reply);
  const modules = await send(api, 'GET', '/hosting/web/moduleList', { latest: true, active: true });
  check('6 lists the modules', modules.answer && modules.answer.length > 0, modules);
  const module = await send(api, 'GET', `/hosting/web/moduleList/${modules.answer[0]}`);
  check('7 describes a module', module.answer && module.answer.id === modules.answer[0], module);
  reply = await write('/module', {
    moduleId: modules.answer[0],
    domain: 'shop.example.com',
    adminName: 'shopkeeper',
    adminPassword: 'Passw0rdOfIt',
    language: module.answer.language[0],
  });
  check('8 installs a module', await wait(api, base, reply), reply);
  reply = await write('/user', { login: 'example-ftp', home: './', password: 'Passw0rdOfIt' });
  check('9 creates a user', await wait(api, base, reply), reply);
  reply = await read('/user');
  check('10 lists the users', String(reply.answer) === 'example,example-ftp', reply);
  const database = '/database/exampleshop.mysql.db';
  reply = await write(`${database}/dump`, { date: 'now', sendEmail: false });
  check('11 makes a dump', await wait(api, base, reply), reply);
  const dumps = await read(`${database}/dump`, { type: 'now' });
  check('12 lists the dumps', dumps.answer && dumps.answer.length === 1, dumps);
  reply = await write(`${database}/dump/${dumps.answer[0]}/restore`);
  check('13 restores a dump', await wait(api, base, reply), reply);
  await send(api, 'PUT', base, { displayName: 'caf\u00e9 \u2603' });
  reply = await read('');
  check('writes what is not ASCII', reply.answer.displayName === 'caf\u00e9 \u2603', reply);
  reply = await send(api, 'DELETE', `${base}/user/example-ftp`);
  check('deletes a user', await wait(api, base, reply), reply);
  return base;
}

async function refusals(api, base) {
  const refused = async (name, status, words, reply) => {
    const { error, message } = await reply;
    check(name, error === status && String(message).includes(words), { error, message });
  };
  await refused('a service that is not there', 404, 'This service does not exist', send(api, 'GET', '/hosting/web/nothing.example'));
  await refused('an unknown field', 400, 'colour', send(api, 'POST', `${base}/user`, {
    login: 'example-a', home: './', password: 'Pass-42x', colour: 1,
  }));
  await refused('a domain that is taken', 409, '', send(api, 'POST', `${base}/attachedDomain`, { domain: 'shop.example.com', path: 'x' }));
  await refused('a wrong secret', 400, 'Invalid signature', send(client({ appSecret: 'wrong' }), 'GET', '/hosting/web'));
  await refused('a wrong application key', 403, 'This application key is invalid', send(client({ appKey: 'wrong' }), 'GET', '/hosting/web'));
  await refused('a wrong consumer key', 403, 'This credential does not exist', send(client({ consumerKey: 'wrong' }), 'GET', '/hosting/web'));
  await refused('no consumer key', shape === 'old' ? 403 : 401, 'You must login first', send(client({ consumerKey: undefined }), 'GET', '/hosting/web'));
  const asked = await send(api, 'POST', '/auth/credential', { accessRules: [{ method: 'GET', path: '/me' }] });
  check('asks for a consumer key', asked.answer && asked.answer.state === 'pendingValidation', asked);
  const fresh = client({ consumerKey: asked.answer.consumerKey });
  await refused('a key that nobody validated', 403, 'This credential is not valid', send(fresh, 'GET', '/hosting/web'));
  await control('POST', `/credentials/${asked.answer.consumerKey}/validate`);
  await refused('a call that was not granted', 403, 'This call has not been granted', send(fresh, 'GET', '/hosting/web'));
  await control('POST', '/faults', { operation: 'hosting::list', status: 503, times: 1 });
  await refused('a fault that was asked for', 503, 'a fault', send(api, 'GET', '/hosting/web'));
  await control('POST', '/faults', { operation: 'hosting::list', reset: 'before', times: 1 });
  const cut = await send(api, 'GET', '/hosting/web');
  check('a connection that is cut', cut.error && !cut.message, cut);
  const again = await send(api, 'GET', '/hosting/web');
  check('and all is well again', again.answer, again);
}

async function bearer() {
  const oauth = (secret) => ovh({
    host: endpoint.hostname,
    port: Number(endpoint.port),
    tokenURL: `${endpoint.origin}/auth/`,
    clientID: process.env.TLS_CLIENT_ID,
    clientSecret: secret,
  });
  const reply = await send(oauth(process.env.TLS_CLIENT_SECRET), 'GET', '/hosting/web');
  check('OAuth2: a call', reply.answer && reply.answer.length === 1, reply);
}

(async () => {
  const api = client();
  await refusals(api, await journey(api));
  await bearer();
  console.log(`node, ${shape}: ${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})().catch((error) => {
  console.log(`FAIL  node, ${shape}    ${error.stack}`);
  console.log(`node, ${shape}: ${passed} passed, ${failed + 1} failed`);
  process.exit(1);
});
