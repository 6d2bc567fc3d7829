"""What a call costs with OVHcloud's own Python client: call.py URL CALLS WARMUP, one line of JSON."""

import json
import sys
import time

import ovh
import ovh.client

url, calls, warmup = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
# python-ovh takes endpoints by name only.
ovh.client.ENDPOINTS["measured"] = url
client = ovh.Client(
    endpoint="measured",
    application_key="7kbG7Bk7S9Nt7ZSV",
    application_secret="EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
    consumer_key="MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
)
path = "/hosting/web/example.cluster01.hosting.ovh.net"
for _ in range(warmup):
    client.get(path)
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(calls):
    answer = client.get(path)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
assert answer["serviceName"], answer
print(json.dumps({"calls": calls, "wall": wall / calls * 1e6, "cpu": cpu / calls * 1e6}))
