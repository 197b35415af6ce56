import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  configurationName,
  forNewAccount,
  gatherConfiguration,
} from "../../../operations/recovery/configuration.ts";
import { settingsByStackFile } from "../../../operations/recovery/place.ts";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const resources = (outputs: object) => [
  { urn: "urn:pulumi:dev::slipway::pulumi:pulumi:Stack::slipway-dev", type: "pulumi:pulumi:Stack", outputs },
];
const exported = (outputs: object) =>
  JSON.stringify({ version: 3, deployment: { manifest: {}, resources: resources(outputs) } });

let server: Server;
let answers: Record<string, unknown> = {};
let endpoint = "";
const access = () => ({ endpoint, token: "t", wait: async () => undefined });
beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    const answer = answers[url.replace(/\?.*/, "")];
    response.writeHead(typeof answer === "number" ? answer : answer === undefined ? 404 : 200);
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const record = { id: 1, type: "A", name: "@", data: "192.0.2.1" };
beforeEach(() => {
  answers = {
    "/v2/apps/a1": { app: { id: "a1", spec: { name: "shop", envs: [{ key: "K", value: "EV[1:a:b]" }] } } },
    "/v2/domains/shop.example": { domain: { name: "shop.example", zone_file: "$ORIGIN shop.example." } },
    "/v2/domains/shop.example/records": { domain_records: [record] },
  };
});

test("state, spec and zone are put together, secrets as they are kept", async () => {
  const text = exported({ appId: "a1", zone: "shop.example", databaseUrl: secret });
  const { pieces, faults } = await gatherConfiguration("dev", text, access);
  expect(faults).toEqual([]);
  expect(pieces.map(({ piece, text: saved }) => [piece, JSON.parse(saved)])).toEqual([
    ["stack", JSON.parse(text)],
    ["app", { name: "shop", envs: [{ key: "K", value: "EV[1:a:b]" }] }],
    ["zone", { name: "shop.example", zone_file: "$ORIGIN shop.example.", records: [record] }],
  ]);
  expect(configurationName("zone", "dev")).toBe("zone-dev");
});

test("a stack without app and zone is its state, and no platform is asked", async () => {
  const never = () => {
    throw new Error("asked");
  };
  const { pieces } = await gatherConfiguration("dev", exported({}), never);
  expect(pieces.map(({ piece }) => piece)).toEqual(["stack"]);
});

test("the file of a local state is saved in the form that can be imported", async () => {
  const file = JSON.stringify({
    version: 3,
    checkpoint: { stack: "dev", latest: { resources: resources({}) } },
  });
  const { pieces } = await gatherConfiguration("dev", file, access);
  expect(JSON.parse(pieces[0]?.text ?? "")).toEqual({ version: 3, deployment: { resources: resources({}) } });
});

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "is gone",
    { "/v2/apps/a1": undefined, "/v2/domains/shop.example": undefined },
    [
      "app-dev is not saved: the app a1 of the state is not there",
      "zone-dev is not saved: the zone shop.example of the state is not there",
    ],
  ],
  [
    "may not be read",
    { "/v2/apps/a1": 403 },
    ["app-dev is not saved: GET /v2/apps/a1 answered 403: the token lacks the scope to read it"],
  ],
])("fails for what %s, and saves the rest", async (_why, changed, faults) => {
  answers = { ...answers, ...changed };
  const text = exported({ appId: "a1", zone: "shop.example" });
  const found = await gatherConfiguration("dev", text, access);
  expect(found.faults).toEqual(faults);
  expect(found.pieces.length).toBe(3 - faults.length);
});

test("a state for another account lacks the ciphertexts of the lost one, and nothing else", () => {
  const outputs = { appId: "a1", sealed: secret, databaseUrl: secret };
  const changed = JSON.parse(forNewAccount(exported(outputs)));
  const { sealed: _, ...kept } = outputs;
  expect(changed).toEqual(JSON.parse(exported(kept)));
  expect(() => forNewAccount('{"name":"shop"}')).toThrow(
    "--new-account is about an exported state: --piece stack",
  );
});

test.each([
  ["dev", "tinkertools-backups-dev", "tinkertools-db-dev"],
  ["production", "tinkertools-backups-production", "tinkertools-db-production"],
])("without a state the stack file of %s says where its backups are", async (stack, bucket, cluster) => {
  expect(await settingsByStackFile(stack)).toMatchObject({
    bucket,
    cluster,
    prefix: "postgres/",
    databases: ["tinkertools"],
    recipients: [expect.stringMatching(/^age1q{58}$/)],
  });
});
