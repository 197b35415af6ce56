import { expect, test } from "@jest/globals";
import { reportMarkdown } from "../../../operations/report/markdown.ts";
import { reportOf, stackOf, step, types, urnOf } from "./support.ts";

const parent = urnOf("slipway:index:WebApp", "shop");
const hidden = { value: "[secret]" };
const envs = (...keys: string[]) => keys.map((key) => ({ key, ...hidden }));
const keys = ["POOL_SIZE", "APP_VERSION", "SITE", "SECRET_KEY", "DB_PASSWORD", "DATABASE_URL", "SAME"];
const spec = { envs: envs("MODE"), services: [{ name: "api", envs: envs(...keys) }] };

const settings = (pool: number, version: string, mode: string, password: string, database: string) => ({
  environment: { MODE: mode },
  release: { version },
  services: {
    api: {
      environment: {
        POOL_SIZE: pool,
        APP_VERSION: { release: "version" },
        SITE: { bind: `\${APP_URL}/${mode}` },
        SECRET_KEY: { secret: "secretKey" },
        DB_PASSWORD: password,
        DATABASE_URL: { database },
        SAME: "x",
      },
    },
  },
});

const detailedDiff = Object.fromEntries([
  ["spec.envs[0].value", { kind: "update" }],
  ...keys.map((_, index) => [`spec.services[0].envs[${index}].value`, { kind: "update" }] as const),
]);
const changed = step("update", types.app, "shop", undefined, undefined, {
  oldState: { inputs: { spec }, parent },
  newState: { inputs: { spec }, parent },
  detailedDiff,
});
const component = step(
  "update",
  "slipway:index:WebApp",
  "shop",
  settings(5, "0.0.0", "slow", "hunter2", "a"),
  settings(4, "1.0.0", "fast", "hunter3", "b"),
);

test("plain variables are shown by the settings of the app, and what may be secret is not", () => {
  const text = reportMarkdown(reportOf(stackOf([component, changed])));
  const of = (key: string) => text.split("\n").find((line) => line.includes(`envs[${key}].value`));
  const no = "changes; of variables the provider shows no text";
  expect(["MODE", ...keys].map(of)).toEqual([
    "  - `spec.envs[MODE].value`: `slow` → `fast`",
    "  - `spec.services[api].envs[POOL_SIZE].value`: `5` → `4`",
    "  - `spec.services[api].envs[APP_VERSION].value`: `0.0.0` → `1.0.0`",
    "  - `spec.services[api].envs[SITE].value`: `${APP_URL}/slow` → `${APP_URL}/fast`",
    `  - \`spec.services[api].envs[SECRET_KEY].value\`: ${no}`,
    `  - \`spec.services[api].envs[DB_PASSWORD].value\`: ${no}`,
    `  - \`spec.services[api].envs[DATABASE_URL].value\`: ${no}`,
    `  - \`spec.services[api].envs[SAME].value\`: ${no}`,
  ]);
  expect(text).not.toContain("hunter");
});

test("without the settings of the app no variable is called a secret", () => {
  const text = reportMarkdown(reportOf(stackOf([changed])));
  expect(text).toContain(
    "  - `spec.services[api].envs[POOL_SIZE].value`: changes; of variables the provider shows no text\n",
  );
  expect(text).not.toContain("[secret]");
});
