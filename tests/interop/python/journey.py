"""OVHcloud's own Python client walks the guide's thirteen calls against the sandbox, and the ways
in which a call is refused. It reads the variables that the sandbox prints."""

import json
import os
import sys
import time
import urllib.request

import ovh
import ovh.client
import ovh.config

ENDPOINT = os.environ["OVH_ENDPOINT"]
ROOT = ENDPOINT.rsplit("/", 1)[0]
# python-ovh takes endpoints by name only, so the sandbox gets a name here.
ovh.client.ENDPOINTS["sandbox"] = ENDPOINT
os.environ["OVH_ENDPOINT"] = "sandbox"
# It knows a refused credential by its code, which the newer shape does not have.
SHAPE = os.environ["SHAPE"]
NAME = f"python, {SHAPE}"

passed, failed = 0, 0


def check(name, holds, seen=None):
    global passed, failed
    if holds:
        passed += 1
        print(f"ok    {NAME}  {name}")
    else:
        failed += 1
        print(f"FAIL  {NAME}  {name}: {seen!r}")


def refused(name, kind, words, call):
    try:
        answer = call()
    except ovh.exceptions.APIError as error:
        check(name, type(error) is kind and words in str(error), error)
    else:
        check(name, False, answer)


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ROOT}/_sandbox{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def wait(client, service, task):
    """A finished task is archived: 404 means that all went well."""
    for _ in range(600):
        try:
            status = client.get(f"/hosting/web/{service}/tasks/{task['id']}")["status"]
        except ovh.exceptions.ResourceNotFoundError:
            return True
        if status in ("cancelled", "error"):
            return False
        time.sleep(0.02)
    return False


def journey(client):
    services = client.get("/hosting/web")
    check("1 lists the hostings", services == ["example.cluster01.hosting.ovh.net"], services)
    service = services[0]
    base = f"/hosting/web/{service}"

    task = client.post(f"{base}/attachedDomain", domain="shop.example.com", path="shop", ssl=True)
    check("2 attaches a domain", wait(client, service, task), task)
    check("2 and it is there", "shop.example.com" in client.get(f"{base}/attachedDomain"))

    certificate = client.post(f"{base}/ssl")
    check("3 orders a certificate", certificate["provider"] == "LETSENCRYPT", certificate)

    task = client.post(
        f"{base}/database",
        capabilitie="sqlPerso",
        type="mysql",
        user="exampleshop",
        password="Passw0rdOfIt",
    )
    check("4 creates a database", wait(client, service, task), task)
    databases = client.get(f"{base}/database", type="mysql")
    check("5 lists the databases", databases == ["exampleshop.mysql.db"], databases)

    modules = client.get("/hosting/web/moduleList", latest=True, active=True)
    check("6 lists the modules", modules and all(isinstance(m, int) for m in modules), modules)
    module = client.get(f"/hosting/web/moduleList/{modules[0]}")
    check("7 describes a module", module["id"] == modules[0] and module["version"], module)

    task = client.post(
        f"{base}/module",
        moduleId=modules[0],
        domain="shop.example.com",
        adminName="shopkeeper",
        adminPassword="Passw0rdOfIt",
        language=module["language"][0],
    )
    check("8 installs a module", wait(client, service, task), task)

    task = client.post(
        f"{base}/user", login="example-ftp", home="./", password="Passw0rdOfIt", sshState="none"
    )
    check("9 creates a user", wait(client, service, task), task)
    users = client.get(f"{base}/user")
    check("10 lists the users", users == ["example", "example-ftp"], users)

    database = f"{base}/database/{databases[0]}"
    task = client.post(f"{database}/dump", date="now", sendEmail=False)
    check("11 makes a dump", wait(client, service, task), task)
    dumps = client.get(f"{database}/dump", type="now")
    check("12 lists the dumps", len(dumps) == 1, dumps)
    task = client.post(f"{database}/dump/{dumps[0]}/restore")
    check("13 restores a dump", wait(client, service, task), task)

    client.put(base, displayName="caf\u00e9 \u2603")
    name = client.get(base)["displayName"]
    check("writes what is not ASCII", name == "caf\u00e9 \u2603", name)
    task = client.delete(f"{base}/user/example-ftp")
    check("deletes a user", wait(client, service, task), task)
    return base


def refusals(client, base):
    errors = ovh.exceptions

    def coded(kind):
        return kind if SHAPE == "old" else errors.APIError

    refused(
        "a service that is not there",
        errors.ResourceNotFoundError,
        "This service does not exist",
        lambda: client.get("/hosting/web/nothing.example"),
    )
    refused(
        "a route that is not there",
        errors.ResourceNotFoundError,
        "Got an invalid (or empty) URL",
        lambda: client.get("/hosting/nothing"),
    )
    refused(
        "an unknown field",
        errors.BadParametersError,
        "colour",
        lambda: client.post(f"{base}/user", login="example-a", home="./", password="Pass-42x", colour=1),
    )
    refused(
        "a wrong enum value",
        errors.BadParametersError,
        "date",
        lambda: client.post(f"{base}/database/exampleshop.mysql.db/dump", date="yesterday"),
    )
    refused(
        "a name that is taken",
        errors.ResourceConflictError,
        "",
        lambda: client.post(f"{base}/attachedDomain", domain="shop.example.com", path="x"),
    )
    key, secret, consumer = (
        os.environ[name]
        for name in ("OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY")
    )

    def other(key=key, secret=secret, consumer=consumer):
        return ovh.Client(
            endpoint="sandbox",
            application_key=key,
            application_secret=secret,
            consumer_key=consumer,
        )

    refused(
        "a wrong secret",
        errors.BadParametersError,
        "Invalid signature",
        lambda: other(secret="wrong").get("/hosting/web"),
    )
    helped = control("GET", "/journal?status=400&operation=hosting::list")[-1]["help"]
    check("and the journal says what was computed", "server computed $1$" in helped, helped)
    refused(
        "a wrong application key",
        coded(errors.InvalidKey),
        "This application key is invalid",
        lambda: other(key="wrong").get("/hosting/web"),
    )
    refused(
        "a wrong consumer key",
        coded(errors.NotCredential),
        "This credential does not exist",
        lambda: other(consumer="wrong").get("/hosting/web"),
    )

    request = other().new_consumer_key_request()
    request.add_rules(["GET", "POST"], "/auth/*")
    asked = request.request(redirect_url="http://localhost:9/")
    check("asks for a consumer key", asked["state"] == "pendingValidation", asked)
    fresh = other(consumer=asked["consumerKey"])
    refused(
        "a key that nobody validated",
        coded(errors.InvalidCredential),
        "This credential is not valid",
        lambda: fresh.get("/auth/currentCredential"),
    )
    control("POST", f"/credentials/{asked['consumerKey']}/validate")
    credential = fresh.get("/auth/currentCredential")
    check("a validated key", credential["status"] == "validated", credential)
    refused(
        "a call that was not granted",
        coded(errors.NotGrantedCall),
        "This call has not been granted",
        lambda: fresh.get("/hosting/web"),
    )
    fresh.post("/auth/logout")
    refused(
        "a key that was logged out",
        coded(errors.InvalidCredential),
        "This credential is not valid",
        lambda: fresh.get("/auth/currentCredential"),
    )
    refused(
        "a stale timestamp",
        errors.BadParametersError,
        "Query out of time",
        lambda: hurried(other()).get("/hosting/web"),
    )


def hurried(client):
    """The client, an hour off."""
    client._time_delta = client.time_delta + 3600
    return client


def faults(client):
    control("POST", "/faults", {"operation": "hosting::list", "status": 503, "times": 1})
    refused(
        "a fault that was asked for",
        ovh.exceptions.APIError,
        "a fault",
        lambda: client.get("/hosting/web"),
    )
    control("POST", "/faults", {"operation": "hosting::list", "status": 504, "shape": "html", "times": 1})
    refused(
        "an HTML page",
        ovh.exceptions.InvalidResponse,
        "decode",
        lambda: client.get("/hosting/web"),
    )
    control("POST", "/faults", {"operation": "hosting::list", "reset": "before", "times": 1})
    refused(
        "a connection that is cut",
        ovh.exceptions.HTTPError,
        "Low HTTP request failed",
        lambda: client.get("/hosting/web"),
    )
    check("and all is well again", client.get("/hosting/web"))
    calls = control("GET", "/journal?operation=hosting::list&failed=true")
    check("the journal has them all", len([c for c in calls if c["fault"]]) == 3, calls)


def bearer():
    """The same client with OAuth2, which it speaks over HTTPS only."""
    root = os.environ["TLS_ROOT"]
    ovh.client.ENDPOINTS["ovh-eu"] = f"{root}/1.0"
    ovh.client.OAUTH2_TOKEN_URLS["ovh-eu"] = f"{root}/auth/oauth2/token"
    for name in ("OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY"):
        os.environ.pop(name)
    identity, secret = os.environ["TLS_CLIENT_ID"], os.environ["TLS_CLIENT_SECRET"]
    client = ovh.Client(endpoint="ovh-eu", client_id=identity, client_secret=secret)
    details = client.get("/auth/details")
    check("OAuth2: a token", details["method"] == "oauth2_client_credentials", details)
    services = client.get("/hosting/web")
    check("OAuth2: a call", len(services) == 1, services)
    wrong = ovh.Client(endpoint="ovh-eu", client_id=identity, client_secret="wrong")
    refused(
        "OAuth2: a wrong secret",
        ovh.exceptions.OAuth2FailureError,
        "client secret invalid",
        lambda: wrong.get("/hosting/web"),
    )


client = ovh.Client()
faults(client)
refusals(client, journey(client))
bearer()
print(f"{NAME}: {passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
