import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stateText } from "../operations/drift/recorded.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
/** A platform that never answers. */
const silent: Server = createServer(() => undefined);
beforeAll(() => once(silent.listen(0, "127.0.0.1"), "listening"));
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await slipway.end();
});

test.each([
  ["drift", ["drift", "--stack", "production", "--state"]],
  ["status", ["status", "--stack", "production"]],
])("Ctrl-C ends slipway %s at once with 130, whatever it waits for", async (name, words) => {
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const state = join(slipway.home, "state.json");
  writeFileSync(state, stateText);
  const asked = once(silent, "request");
  const command = slipway.start(name === "drift" ? [...words, state] : words, {
    environment: {
      DIGITALOCEAN_API_URL: url,
      DIGITALOCEAN_TOKEN: "t",
      GITHUB_API_URL: url,
      GITHUB_TOKEN: "t",
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "t",
      AWS_SECRET_ACCESS_KEY: "t",
      PULUMI_BACKEND_URL: `file://${encodeURI(slipway.home)}`,
    },
  });
  await asked;
  command.kill("SIGINT");
  expect(await command.ended).toEqual({ exitCode: 130, signal: null, stdout: "", stderr: "" });
});
