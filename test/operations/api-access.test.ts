import { expect, test } from "@jest/globals";
import { apiAccess, isSafeAddress } from "../../operations/api-access.ts";
import { digitalOceanAccess } from "../../operations/digitalocean.ts";
import { OperationFault } from "../../operations/fault.ts";
import { gitHubAccess } from "../../operations/github.ts";

const variables = {
  address: ["SHOP_URL", "https://api.shop.example/"],
  tokens: ["SHOP_TOKEN", "SHOP_OTHER_TOKEN"],
  howToGet: "ask the shop",
} as const;
const noAddress = "SHOP_URL must be an https address without credentials, or a http address of this machine";

test("an API is where it usually is, and its first token that is set counts", () => {
  const environment = { SHOP_URL: "", SHOP_TOKEN: "", SHOP_OTHER_TOKEN: "t0ken" };
  expect(apiAccess(environment, variables)).toEqual({ endpoint: "https://api.shop.example", token: "t0ken" });
  expect(
    apiAccess({ SHOP_URL: "http://127.0.0.1:8080//", SHOP_TOKEN: "a", SHOP_OTHER_TOKEN: "b" }, variables),
  ).toEqual({ endpoint: "http://127.0.0.1:8080", token: "a" });
});

test.each([
  [{}, ["SHOP_TOKEN must be set: ask the shop"]],
  [{ SHOP_TOKEN: "two words" }, ["SHOP_TOKEN must be one word without spaces and line breaks"]],
  [{ SHOP_TOKEN: "t\n" }, ["SHOP_TOKEN must be one word without spaces and line breaks"]],
  [{ SHOP_URL: "http://api.shop.example" }, [noAddress, "SHOP_TOKEN must be set: ask the shop"]],
  [
    { SHOP_URL: "shop", SHOP_TOKEN: "é" },
    [noAddress, "SHOP_TOKEN must be one word without spaces and line breaks"],
  ],
])("%j is refused with every fault at once", (environment, lines) => {
  expect(() => apiAccess(environment, variables)).toThrow(new OperationFault(lines.join("\n")));
});

test.each([
  ["https://api.example", true],
  ["http://localhost:1", true],
  ["http://127.9.8.7", true],
  ["http://[::1]:80", true],
  ["http://127.0.0.1.example.com", false],
  ["http://localhost.example.com", false],
  ["http://10.0.0.1", false],
  ["https://user@api.example", false],
  ["https://:secret@api.example", false],
  ["ftp://127.0.0.1", false],
  ["api.example", false],
])("a token may be sent to %s: %s", (address, isSafe) => {
  expect(isSafeAddress(address)).toBe(isSafe);
});

test("the platforms' own variables say how to reach them", () => {
  expect(digitalOceanAccess({ DIGITALOCEAN_ACCESS_TOKEN: "a" })).toEqual({
    endpoint: "https://api.digitalocean.com",
    token: "a",
  });
  expect(gitHubAccess({ GITHUB_TOKEN: "a", GITHUB_API_URL: "https://github.shop.example/api/v3" })).toEqual({
    endpoint: "https://github.shop.example/api/v3",
    token: "a",
  });
  expect(() => gitHubAccess({})).toThrow(
    new OperationFault("GITHUB_TOKEN must be set: a workflow has it as secrets.GITHUB_TOKEN"),
  );
});

test("an answer may take as long as SLIPWAY_API_TIMEOUT says, in seconds", () => {
  const environment = { SHOP_TOKEN: "t0ken", SLIPWAY_API_TIMEOUT: "0.5" };
  expect(apiAccess(environment, variables)).toMatchObject({ timeout: 500 });
  expect(() => apiAccess({ ...environment, SLIPWAY_API_TIMEOUT: "soon" }, variables)).toThrow(
    new OperationFault("SLIPWAY_API_TIMEOUT must be seconds, such as 15"),
  );
});
