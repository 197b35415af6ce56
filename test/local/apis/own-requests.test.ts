import { afterAll, expect, test } from "@jest/globals";
import Fastify from "fastify";
import { refuseStrangers } from "../../../local/apis/own-requests.ts";

const server = Fastify();
refuseStrangers(server);
server.get("/", async () => ({ answered: true }));
afterAll(() => server.close());

test.each([
  ["127.0.0.1:4000"],
  ["localhost:4000"],
  ["localhost"],
  ["[::1]:4000"],
  ["tinkertools-backups-dev.localhost:4000"],
])("a program of this machine is answered under %s", async (host) => {
  const reply = await server.inject({ url: "/", headers: { host } });
  expect([reply.statusCode, reply.json()]).toEqual([200, { answered: true }]);
});

test.each([
  ["a page of another site", { host: "127.0.0.1:4000", origin: "http://evil.example" }],
  ["a page that hides where it comes from", { host: "127.0.0.1:4000", origin: "null" }],
  ["an image of another site", { host: "127.0.0.1:4000", "sec-fetch-site": "cross-site" }],
  ["a name that was made to lead here", { host: "evil.example:4000" }],
  ["a name that only begins like this machine", { host: "127.0.0.1.evil.example" }],
  ["a name that only ends like this machine", { host: "evillocalhost" }],
])("fails for %s", async (_who, headers) => {
  const reply = await server.inject({ url: "/", headers });
  expect([reply.statusCode, reply.json()]).toEqual([
    403,
    { id: "forbidden", message: "only programs of this machine are answered, no web page" },
  ]);
});
