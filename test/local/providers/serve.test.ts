import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type ServedProvider, serveProvider } from "../../../local/providers/serve.ts";
import { unknown } from "../../../local/providers/values.ts";
import { Engine, errorText, initFailure, secret } from "./engine.ts";
import { appType, MemoryProvider, userType, vpcType } from "./memory-provider.ts";

let provider: MemoryProvider;
let served: ServedProvider;
let engine: Engine;

const net = { type: vpcType, name: "net" };
const web = { type: appType, name: "web" };

beforeEach(async () => {
  provider = new MemoryProvider();
  served = await serveProvider(provider);
  engine = new Engine(served.port);
  await engine.configure({ token: secret("first-token"), httpRetryMax: "0", apiEndpoint: "http://a" });
});

afterEach(async () => {
  engine.close();
  await served.close();
});

describe("a served provider", () => {
  test("says what it can and takes its settings in their own types", async () => {
    const abilities = await engine.configure({ token: "second-token", requestsPerSecond: "2.5" });
    expect(abilities).toEqual({
      acceptsecrets: true,
      supportspreview: true,
      acceptresources: false,
      acceptoutputs: false,
      supportsAutonamingConfiguration: true,
    });
    expect(provider.configurations).toEqual([
      { token: "first-token", httpRetryMax: 0, apiEndpoint: "http://a" },
      { token: "second-token", requestsPerSecond: 2.5 },
    ]);
    expect(await engine.version()).toBe("4.80.1");
  });

  test("fails to be configured with what the provider lacks or cannot read", async () => {
    expect(await errorText(engine.configure({}))).toBe(
      "cannot configure the local digitalocean provider: digitalocean:token must be given",
    );
    expect(await errorText(engine.configure({ token: "t", httpRetryMax: "often" }))).toBe(
      "cannot configure the local digitalocean provider: httpRetryMax must be JSON",
    );
  });

  test("fails for settings that the published provider does not know", async () => {
    expect(await engine.checkConfig({ token: "t", version: "4.80.1", apiEndpiont: "x" })).toEqual([
      "apiEndpiont: must be left out: digitalocean has no such setting, did you mean apiEndpoint?",
    ]);
  });

  test("keeps a configuration for each engine that is connected", async () => {
    const other = new Engine(served.port);
    await other.configure({ token: "other-token" });
    expect((await engine.create(net, { region: "a" })).state.createdAt).toBe("first-token");
    expect((await other.create(net, { region: "a" })).state.createdAt).toBe("other-token");
    other.close();
  });

  test("fails for an engine that has not configured it", async () => {
    const fresh = await serveProvider(provider);
    const stranger = new Engine(fresh.port);
    expect(await errorText(stranger.create(net, {}))).toBe(
      `cannot create ${vpcType} net: the provider was not configured`,
    );
    stranger.close();
    await fresh.close();
  });

  test("hands out its schema in the engine's form", async () => {
    const schema = await engine.schema();
    expect(schema).toMatchObject({
      name: "digitalocean",
      version: "4.80.1",
      resources: {
        [vpcType]: {
          requiredInputs: ["region"],
          inputProperties: {
            region: { type: "string", willReplaceOnChanges: true },
            ipRange: { type: "string", willReplaceOnChanges: true },
          },
        },
      },
    });
  });

  test("fails for a resource type and for calls that it does not have", async () => {
    const droplet = { type: "digitalocean:index/droplet:Droplet", name: "d" };
    expect(await errorText(engine.create(droplet, {}))).toMatch(
      /^cannot create digitalocean:index\/droplet:Droplet d: the local digitalocean provider has no resource type digitalocean:index\/droplet:Droplet; it has digitalocean:index\/app:App, .*; use --plugins for others$/,
    );
    const domain = { type: "digitalocean:index/domain:Domain", name: "d" };
    expect(await errorText(engine.create(domain, {}))).toBe(
      "cannot create digitalocean:index/domain:Domain d: the local digitalocean provider does not implement digitalocean:index/domain:Domain",
    );
    expect(await errorText(engine.getMapping())).toBe("GetMapping is not implemented");
    expect(await errorText(engine.invoke("digitalocean:index/getApp:getApp", {}))).toBe(
      "cannot look up digitalocean:index/getApp:getApp: the local digitalocean provider has no function digitalocean:index/getApp:getApp",
    );
  });

  test("reads data sources", async () => {
    const found = await engine.invoke("digitalocean:index/getRegion:getRegion", { slug: "nyc3" });
    expect(found).toEqual({ slug: "nyc3", name: "New York 3" });
  });
});

describe("checking inputs", () => {
  test("makes up a name, keeps it for the same object and lists what it filled in", async () => {
    const first = await engine.check(net, { region: "nyc3" });
    expect(first).toEqual({
      inputs: { region: "nyc3", name: "net-45a6633", __defaults: ["name"] },
      failures: [],
    });
    const again = await engine.check(net, { region: "ams3" }, { ...first.inputs, name: "net-kept" });
    expect(again.inputs.name).toBe("net-kept");
    const named = await engine.check(net, { region: "nyc3", name: "mine" }, first.inputs);
    expect(named.inputs).toEqual({ region: "nyc3", name: "mine", __defaults: [] });
  });

  test("fills in defaults at any depth and leaves secrets secret", async () => {
    const spec = {
      name: "web",
      services: [{ name: "api", envs: [{ key: "A", value: secret("hidden"), type: "SECRET" }] }],
    };
    const { inputs } = await engine.check(web, { spec });
    expect(inputs).toEqual({
      deploymentPerPage: 20,
      spec: {
        name: "web",
        disableEdgeCache: false,
        disableEmailObfuscation: false,
        enhancedThreatControlEnabled: false,
        services: [
          {
            name: "api",
            envs: [{ key: "A", value: { secret: "hidden" }, type: "SECRET", scope: "RUN_AND_BUILD_TIME" }],
          },
        ],
      },
      __defaults: ["deploymentPerPage"],
    });
  });

  test("fails with the schema's faults first, then with the handler's", async () => {
    const wrong = await engine.check(net, { region: 3, description: "bad" });
    expect(wrong.failures).toEqual(["region: must be a text, got 3"]);
    const refused = await engine.check(net, { region: "nyc3", description: "bad" });
    expect(refused.failures).toEqual(["description: must be fine"]);
  });

  test("drops what the handler says about a value that is not known yet", async () => {
    const later = await engine.check(net, { region: "nyc3", description: unknown });
    expect(later.failures).toEqual([]);
  });

  test("never repeats a secret in a fault", async () => {
    const { failures } = await engine.check(net, { region: secret(12345) });
    expect(failures).toEqual(["region: must be a text"]);
  });
});

describe("comparing", () => {
  const state = { name: "a", region: "nyc3", ipRange: "10.0.0.0/8" };

  test("says what changes, by path, and what replaces", async () => {
    expect(await engine.diff(net, state, { name: "b", region: "ams3", __defaults: ["name"] })).toEqual({
      changes: true,
      replaces: ["region"],
      deleteFirst: false,
      detail: { name: "UPDATE", region: "UPDATE_REPLACE" },
    });
  });

  test("deletes first when the program gave the name, since two objects cannot have it", async () => {
    const diff = await engine.diff(net, state, { name: "a", region: "ams3", __defaults: [] });
    expect([diff.replaces, diff.deleteFirst]).toEqual([["region"], true]);
  });

  test("lets the handler replace for what only it can tell", async () => {
    const diff = await engine.diff(net, state, { ...state, description: "fine", __defaults: ["name"] });
    expect(diff).toEqual({
      changes: true,
      replaces: ["description"],
      deleteFirst: false,
      detail: { description: "ADD_REPLACE" },
    });
  });

  test("leaves out what is to be ignored", async () => {
    const services = [{ name: "api", instanceCount: 1, runCommand: "a" }];
    const wanted = [{ name: "api", instanceCount: 2, runCommand: "b" }];
    const spec = (list: unknown) => ({ spec: { name: "web", services: list } });
    const diff = await engine.diff(web, spec(services), spec(wanted), ["spec.services[*].instanceCount"]);
    expect(diff.detail).toEqual({ "spec.services[0].runCommand": "UPDATE" });
    const none = await engine.diff(web, spec(services), spec(wanted), ["spec"]);
    expect([none.changes, none.detail]).toEqual([false, {}]);
  });

  test("finds nothing between secrets that are the same", async () => {
    const spec = { name: "web", envs: [{ key: "A", value: secret("s"), type: "SECRET", scope: "UNSET" }] };
    expect((await engine.diff(web, { spec: secret(spec) }, { spec })).changes).toBe(false);
  });
});

describe("creating", () => {
  test("returns the outputs, with secret inputs and outputs still secret", async () => {
    const user = { type: userType, name: "u" };
    const made = await engine.create(user, { clusterId: secret("c-1"), name: "app", __defaults: [] });
    expect(made).toEqual({
      id: "id-1",
      state: {
        clusterId: { secret: "c-1" },
        name: "app",
        password: { secret: "generated-password" },
        role: "normal",
      },
    });
    expect(provider.objects.get("id-1")).toEqual({
      clusterId: "c-1",
      name: "app",
      password: "generated-password",
      role: "normal",
    });
  });

  test("keeps a secret secret wherever the API puts it", async () => {
    const inputs = { region: "nyc3", name: "same-secret-text", description: secret("same-secret-text") };
    const { state } = await engine.create(net, inputs);
    expect([state.name, state.description]).toEqual([
      { secret: "same-secret-text" },
      { secret: "same-secret-text" },
    ]);
  });

  test("shows in a preview what is known, and makes nothing", async () => {
    const made = await engine.create(net, { region: "nyc3", name: "a" }, { preview: true });
    expect(made).toEqual({
      id: "",
      state: {
        region: "nyc3",
        name: "a",
        createdAt: unknown,
        default: unknown,
        ipRange: unknown,
        vpcUrn: unknown,
      },
    });
    expect(provider.objects.size).toBe(0);
  });

  test("fails with what was done to which resource and why", async () => {
    provider.next = "fails";
    expect(await errorText(engine.create(net, { region: "nyc3" }))).toBe(
      `cannot create ${vpcType} net: POST /v2/vpcs: 422 name is taken`,
    );
  });

  test("fails with the stack where the provider itself is wrong", async () => {
    provider.next = "mistake";
    expect(await errorText(engine.create(net, { region: "nyc3" }))).toMatch(
      /: TypeError: x is not a function\n {4}at /,
    );
  });

  test("fails half-way with the id and the state kept", async () => {
    provider.next = "half";
    const error: unknown = await engine.create(net, { region: "nyc3" }).catch((cause: unknown) => cause);
    expect(initFailure(error)).toEqual({
      id: "id-1",
      properties: { region: "nyc3", createdAt: "first-token", default: false, vpcUrn: "do:vpc:1" },
      reasons: ["the deployment failed"],
    });
    expect(await errorText(Promise.reject(error))).toBe(
      `${vpcType} net exists, but the create did not finish: the deployment failed`,
    );
  });

  test("fails when the engine cancels it", async () => {
    provider.next = "hangs";
    const text = errorText(engine.create(net, { region: "nyc3" }));
    await provider.hanging;
    await engine.cancel();
    expect(await text).toBe(`cannot create ${vpcType} net: the update was cancelled`);
  });

  test("fails when its own time limit has passed", async () => {
    provider.next = "hangs";
    expect(await errorText(engine.create(net, { region: "nyc3" }, { timeout: 0.01 }))).toBe(
      `cannot create ${vpcType} net: it took longer than its time limit of 0.01 seconds`,
    );
  });

  test("fails by nothing but its end with a time limit that is longer than any timer", async () => {
    provider.next = "hangs";
    const text = errorText(engine.create(net, { region: "nyc3" }, { timeout: 365 * 86_400 }));
    await provider.hanging;
    await engine.cancel();
    expect(await text).toBe(`cannot create ${vpcType} net: the update was cancelled`);
  });

  test("fails when the provider is stopped", async () => {
    provider.next = "hangs";
    const ended = engine.create(net, { region: "nyc3" }).catch(() => "ended");
    await provider.hanging;
    await served.close();
    expect(await ended).toBe("ended");
  });
});

describe("changing, reading, deleting", () => {
  test("tells the handler what differs from the state", async () => {
    const made = await engine.create(net, { region: "nyc3", name: "a" });
    const state = await engine.update(net, made, { region: "nyc3", name: "b" });
    expect([state.name, provider.updates]).toEqual(["b", [["name"]]]);
  });

  test("shows in a preview of a change what stays known", async () => {
    const made = await engine.create(net, { region: "nyc3", name: "a" });
    const planned = await engine.update(net, made, { region: "nyc3", name: unknown }, true);
    expect(planned).toEqual({
      region: "nyc3",
      name: unknown,
      createdAt: "first-token",
      default: false,
      vpcUrn: "do:vpc:1",
    });
    expect(provider.updates).toEqual([]);
  });

  test("fails half-way through a change with the new state kept", async () => {
    const made = await engine.create(net, { region: "nyc3", name: "a" });
    provider.next = "half";
    const call = engine.update(net, made, { region: "nyc3", name: "b" });
    const failed = initFailure(await call.catch((cause: unknown) => cause));
    expect([failed.id, failed.properties.name]).toEqual(["id-1", "b"]);
  });

  test("reads for a refresh: old inputs, with what differs put in their place", async () => {
    const inputs = { region: "nyc3", name: "a", description: "fine", ipRange: secret("10.0.0.0/8") };
    const made = await engine.create(net, inputs);
    provider.objects.set("id-1", { region: "nyc3", name: "renamed", ipRange: "10.0.0.0/8" });
    expect(await engine.read(net, made.id, inputs, inputs)).toEqual({
      id: "id-1",
      state: { region: "nyc3", name: "renamed", ipRange: { secret: "10.0.0.0/8" } },
      inputs: { region: "nyc3", name: "renamed", ipRange: { secret: "10.0.0.0/8" } },
    });
  });

  test("reads for an import: every input that has a value", async () => {
    provider.objects.set("id-9", { region: "nyc3", name: "a", description: "", vpcUrn: "do:vpc:9" });
    expect(await engine.read(net, "id-9")).toEqual({
      id: "id-9",
      state: { region: "nyc3", name: "a", description: "", vpcUrn: "do:vpc:9" },
      inputs: { region: "nyc3", name: "a", __defaults: [] },
    });
  });

  test("reads nothing where the object is gone", async () => {
    expect(await engine.read(net, "id-1")).toEqual({ id: "", state: {}, inputs: {} });
  });

  test("deletes, and fails with the reason where it cannot", async () => {
    const made = await engine.create(net, { region: "nyc3" });
    await engine.delete(net, made.id, made.state);
    expect(provider.objects.size).toBe(0);
    expect(await errorText(engine.delete(net, made.id, made.state))).toBe(
      `cannot delete ${vpcType} net: DELETE /v2/things: 404 not found`,
    );
  });
});
