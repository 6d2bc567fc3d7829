// What a call costs with OVHcloud's own Node client: call.js URL CALLS WARMUP, one line of JSON.
'use strict';

const { performance } = require('perf_hooks');
const ovh = require('@ovhcloud/node-ovh');

const [url, calls, warmup] = [new URL(process.argv[2]), Number(process.argv[3]), Number(process.argv[4])];
const client = ovh({
  host: url.hostname,
  port: Number(url.port),
  appKey: '7kbG7Bk7S9Nt7ZSV',
  appSecret: 'EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF',
  consumerKey: 'MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1',
});
const path = '/hosting/web/example.cluster01.hosting.ovh.net';

function call() {
  return new Promise((resolve, reject) => {
    client.request('GET', path, {}, (error, answer) => {
      if (error || !answer.serviceName) {
        reject(new Error(`${error}: ${JSON.stringify(answer)}`));
      } else {
        resolve(answer);
      }
    });
  });
}

async function main() {
  for (let turn = 0; turn < warmup; turn += 1) {
    await call();
  }
  const wall = performance.now();
  const before = process.cpuUsage();
  for (let turn = 0; turn < calls; turn += 1) {
    await call();
  }
  const cpu = process.cpuUsage(before);
  console.log(JSON.stringify({
    calls,
    wall: ((performance.now() - wall) * 1000) / calls,
    cpu: (cpu.user + cpu.system) / calls,
  }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
