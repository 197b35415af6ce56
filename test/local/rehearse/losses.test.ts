import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { lose, type Place, refuseUnlessOurs } from "../../../local/rehearse/losses.ts";
import { stateFile } from "../../../local/stack/state-file.ts";

let server: Server;
let endpoint: string;
let asked: string[] = [];
let status = 204;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end(status >= 400 ? "no" : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const resources = [
  { type: "pulumi:pulumi:Stack" },
  { type: "digitalocean:index/vpc:Vpc", id: "v1" },
  { type: "digitalocean:index/databaseCluster:DatabaseCluster", id: "c1" },
  { type: "digitalocean:index/app:App", id: "a1" },
  { type: "digitalocean:index/domain:Domain", id: "shop.example" },
  { type: "aws:s3/bucket:Bucket", id: "shop-backups" },
];

function placeWith(given: readonly object[] = resources): Place {
  asked = [];
  status = 204;
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const file = stateFile(home, "dev");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources: given } } }));
  mkdirSync(join(home, "work"));
  writeFileSync(join(home, "work", "Pulumi.dev.yaml"), "");
  mkdirSync(join(home, "secrets"));
  const endpoints = { digitalocean: endpoint, github: endpoint, aws: endpoint, registry: endpoint };
  return { home, stack: "dev", endpoints };
}

test.each([
  ["database", ["DELETE /v2/databases/c1"], true],
  ["app", ["DELETE /v2/apps/a1"], true],
  [
    "everything",
    [
      "DELETE /v2/apps/a1",
      "DELETE /v2/databases/c1",
      "DELETE /v2/domains/shop.example",
      "DELETE /v2/vpcs/v1",
    ],
    false,
  ],
] as const)("%s is taken away, and nothing of AWS", async (loss, requests, hasState) => {
  const place = placeWith();
  await lose(loss, place);
  expect(asked).toEqual(requests);
  expect(existsSync(stateFile(place.home, "dev"))).toBe(hasState);
  expect(existsSync(join(place.home, "work", "Pulumi.dev.yaml"))).toBe(hasState);
  expect(existsSync(join(place.home, "secrets"))).toBe(true);
});

test("fails where the cloud does not let it go, and keeps the state", async () => {
  const place = placeWith();
  status = 412;
  await expect(lose("everything", place)).rejects.toThrow("DELETE /v2/apps/a1 answered 412: no");
  expect(existsSync(stateFile(place.home, "dev"))).toBe(true);
});

test("what is gone already is no fault", async () => {
  const place = placeWith();
  status = 404;
  await lose("app", place);
  expect(asked).toEqual(["DELETE /v2/apps/a1"]);
});

test("refuses a stack that is not up, has no database, or was not made here", async () => {
  const place = placeWith();
  await expect(refuseUnlessOurs({ ...place, stack: "production" })).rejects.toThrow(
    "stack production is not up: start it with `npm start -- --stack production`",
  );
  await expect(refuseUnlessOurs(placeWith([]))).rejects.toThrow(
    "stack dev must have a database: without one there is nothing to recover",
  );
  const other = placeWith();
  status = 404;
  await expect(refuseUnlessOurs(other)).rejects.toThrow(
    "the database of stack dev is not one of the local clouds: nothing is rehearsed on what was not made here; `npm start -- --stack dev` mends the stack",
  );
  expect(asked).toEqual(["GET /v2/databases/c1"]);
});
