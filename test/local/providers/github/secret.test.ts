import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties, ResourceHandler } from "../../../../local/providers/resource.ts";
import { sealedFor } from "../../apis/github/sealing.ts";
import { sentSecret } from "../../apis/github/sent-secrets.ts";
import { type Connected, connected, goTimePattern } from "./provider.ts";

let provider: Connected;
beforeAll(async () => {
  provider = await connected();
  await provider.api.ask("PUT", "/repos/octo-org/shop/environments/prod%3A1");
});
beforeEach(() => {
  provider.api.requests.length = 0;
});
afterAll(async () => {
  expect(await provider.close()).toEqual([]);
});

const time = expect.stringMatching(goTimePattern);

const kinds = [
  ["ActionsSecret", { repository: "shop" }, "shop:", "/api/v3/repos/octo-org/shop/actions/secrets"],
  [
    "ActionsEnvironmentSecret",
    { repository: "shop", environment: "prod:1" },
    "shop:prod??1:",
    "/api/v3/repositories/1001/environments/prod%3A1/secrets",
  ],
] as const;

describe.each(kinds)("github.%s", (type, place: Properties, prefix, path) => {
  let secrets: ResourceHandler;
  const sent = (name: string): string | undefined =>
    sentSecret(provider.api.store, {
      owner: "octo-org",
      repository: "shop",
      ...("environment" in place ? { environment: String(place.environment) } : {}),
      name,
    });
  beforeAll(() => {
    secrets = provider.handler(type);
  });

  test("arrives as it was given, and its sealed form only", async () => {
    const inputs = { ...place, secretName: "TOKEN", value: "plain päss" };
    const made = await secrets.create(inputs);
    expect(made).toEqual({
      id: `${prefix}TOKEN`,
      state: {
        ...inputs,
        repositoryId: 1001,
        keyId: expect.stringMatching(/^\d+$/),
        createdAt: time,
        updatedAt: time,
        remoteUpdatedAt: time,
      },
    });
    expect(sent("TOKEN")).toBe("plain päss");
    expect(provider.writes()).toEqual([`PUT ${path}/TOKEN`]);
    expect(await secrets.find(inputs)).toBe(made.id);
    const wanted = { ...inputs, value: "rotated" };
    const state = await secrets.update(made.id, wanted, made.state);
    expect(state).toEqual({ ...made.state, value: "rotated", updatedAt: time, remoteUpdatedAt: time });
    expect(sent("TOKEN")).toBe("rotated");
    expect(await secrets.read(made.id, wanted, state)).toEqual({ id: made.id, state });
    await secrets.delete(made.id, state);
    expect(await secrets.read(made.id, wanted, state)).toBeUndefined();
    expect(await secrets.find(inputs)).toBeUndefined();
  });

  test("may come sealed already", async () => {
    const box = await sealedFor(provider.api, path, "sealed elsewhere");
    const inputs = { ...place, secretName: "BOX", valueEncrypted: box.encrypted_value, keyId: box.key_id };
    const made = await secrets.create(inputs);
    expect(sent("BOX")).toBe("sealed elsewhere");
    expect(made.state.keyId).toBe(box.key_id);
    const { keyId: _key, ...withoutKey } = inputs;
    const state = await secrets.update(made.id, withoutKey, made.state);
    expect(state.keyId).toBe(box.key_id);
    await secrets.delete(made.id, made.state);
  });

  test("an empty value is a value", async () => {
    const made = await secrets.create({ ...place, secretName: "EMPTY", value: "" });
    expect(sent("EMPTY")).toBe("");
    await secrets.delete(made.id, made.state);
  });

  test("written by somebody else, it shows a newer remote time and keeps the rest", async () => {
    const made = await secrets.create({ ...place, secretName: "DRIFT", value: "mine" });
    const state = {
      ...made.state,
      createdAt: "2020-01-01 00:00:00 +0000 UTC",
      updatedAt: "2020-01-01 00:00:00 +0000 UTC",
    };
    expect(await secrets.read(made.id, {}, state)).toEqual({ id: made.id, state });
    await secrets.delete(made.id, made.state);
  });

  test("can be imported by its id, without its value", async () => {
    await secrets.create({ ...place, secretName: "IMPORTED", value: "x" });
    expect(await secrets.read(`${prefix}IMPORTED`, {}, {})).toEqual({
      id: `${prefix}IMPORTED`,
      state: {
        ...place,
        secretName: "IMPORTED",
        repositoryId: 1001,
        createdAt: time,
        updatedAt: time,
        remoteUpdatedAt: time,
      },
    });
  });

  test("fails without telling the value when GitHub refuses it", async () => {
    provider.api.faults.push({
      api: "github",
      method: "PUT",
      path: "/secrets/REFUSED$",
      status: 422,
      body: { message: "no", errors: [{ resource: "Secret", field: "value", code: "invalid" }] },
      times: 1,
    });
    await expect(secrets.create({ ...place, secretName: "REFUSED", value: "do-not-tell" })).rejects.toThrow(
      `PUT ${provider.api.url}${path}/REFUSED: 422 no [{Resource:Secret Field:value Code:invalid Message:}]`,
    );
  });

  test("stands without times when GitHub cannot show it", async () => {
    provider.api.faults.push({
      api: "github",
      method: "GET",
      path: "/secrets/UNSEEN$",
      status: 500,
      times: 1,
    });
    const { state } = await secrets.create({ ...place, secretName: "UNSEEN", value: "x" });
    expect(state).toEqual({
      ...place,
      secretName: "UNSEEN",
      value: "x",
      repositoryId: 1001,
      keyId: expect.any(String),
    });
    expect((await secrets.read(`${prefix}UNSEEN`, {}, state))?.state).toMatchObject({ createdAt: time });
  });

  test.each([
    [{}, [["value", "must be given, or one of encryptedValue, plaintextValue, valueEncrypted in its place"]]],
    [{ value: "", keyId: "1" }, [["keyId", "must be given together with valueEncrypted"]]],
    [{ valueEncrypted: "eA==", keyId: "1" }, []],
    [{ plaintextValue: "x" }, []],
  ])("checks what is given: %j", (inputs, faults) => {
    expect(secrets.check?.(inputs)).toEqual(faults.map(([property, reason]) => ({ property, reason })));
  });
});

describe("a secret of an environment that does not exist", () => {
  test("fails before anything is sent", async () => {
    const inputs = { repository: "shop", environment: "none", secretName: "A", value: "do-not-tell" };
    await expect(provider.handler("ActionsEnvironmentSecret").create(inputs)).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/repositories/1001/environments/none/secrets/public-key: 404 Not Found []`,
    );
    expect(provider.writes()).toEqual([]);
  });

  test("is found nowhere, nor in a repository that does not exist", async () => {
    const secrets = provider.handler("ActionsEnvironmentSecret");
    const inputs = { repository: "shop", environment: "none", secretName: "A" };
    expect(await secrets.find(inputs)).toBeUndefined();
    expect(await secrets.find({ ...inputs, repository: "none" })).toBeUndefined();
  });
});

const variableKinds = [
  ["ActionsVariable", { repository: "shop" }, "shop:", "/api/v3/repos/octo-org/shop/actions/variables"],
  [
    "ActionsEnvironmentVariable",
    { repository: "shop", environment: "prod:1" },
    "shop:prod??1:",
    "/api/v3/repos/octo-org/shop/environments/prod%3A1/variables",
  ],
] as const;

describe.each(variableKinds)("github.%s", (type, place: Properties, prefix, path) => {
  let variables: ResourceHandler;
  beforeAll(() => {
    variables = provider.handler(type);
  });

  test("is made, changed, read, imported, found and deleted", async () => {
    const inputs = { ...place, variableName: "REGION", value: "nyc" };
    const made = await variables.create(inputs);
    expect(made).toEqual({
      id: `${prefix}REGION`,
      state: { ...inputs, repositoryId: 1001, createdAt: time, updatedAt: time },
    });
    const wanted = { ...inputs, value: "fra" };
    const state = await variables.update(made.id, wanted, made.state);
    expect(state).toEqual({ ...made.state, value: "fra", updatedAt: time });
    expect(provider.writes()).toEqual([`POST ${path}`, `PATCH ${path}/REGION`]);
    await provider.api.ask("PATCH", `${path}/REGION`, { value: "by hand" });
    const read = { id: made.id, state: { ...state, value: "by hand", updatedAt: time } };
    expect(await variables.read(made.id, wanted, state)).toEqual(read);
    expect(await variables.read(made.id, {}, {})).toEqual(read);
    expect(await variables.find(inputs)).toBe(made.id);
    await variables.delete(made.id, state);
    expect(await variables.read(made.id, wanted, state)).toBeUndefined();
    expect(await variables.find(inputs)).toBeUndefined();
  });

  test("fails in GitHub's words when it is there already, or gone already", async () => {
    const inputs = { ...place, variableName: "TWICE", value: "1" };
    const { id, state } = await variables.create(inputs);
    await expect(variables.create(inputs)).rejects.toThrow(
      `POST ${provider.api.url}${path}: 409 Already exists - Variable already exists []`,
    );
    await variables.delete(id, state);
    await expect(variables.delete(id, state)).rejects.toThrow(
      `DELETE ${provider.api.url}${path}/TWICE: 404 Not Found []`,
    );
  });
});
