import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { defaultProduct } from "../../../components/default-product.ts";
import { planDocument } from "../../../operations/plan/document.ts";
import { planStack } from "../../../operations/plan/graph.ts";
import { planMarkdown } from "../../../operations/plan/markdown.ts";
import { planText } from "../../../operations/plan/text.ts";
import { leaked, markerNames, markers } from "../../support/marked-secrets.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The settings of a stack that takes twenty secrets, in every place that takes one. */
function settings(change: Record<string, unknown> = {}): Record<string, unknown> {
  const api = defaultProduct.app.services["tinkertools-api"];
  const [credentials, logs, slack, delivered, ...variables] = markerNames;
  const blocks = {
    ...defaultProduct,
    app: {
      ...defaultProduct.app,
      services: {
        "tinkertools-api": {
          ...api,
          image: { ...api.image, credentials: { secret: credentials } },
          environment: {
            ...api.environment,
            ...Object.fromEntries(variables.map((secret, index) => [`SECRET_${index}`, { secret }])),
          },
        },
      },
      logs: { logtail: { kind: "logtail", token: { secret: logs } } },
    },
    delivery: { ...defaultProduct.delivery, secrets: { EXTRA: { secret: delivered } } },
    monitoring: {
      checks: { health: { path: "/health", slack: { channel: "#alerts", secret: slack } } },
    },
    ...change,
  };
  return Object.fromEntries([
    ...Object.entries(blocks).map(([key, value]) => [`slipway:${key}`, value]),
    ...markerNames.map((key, index) => [`slipway:${key}`, markers[index]]),
  ]);
}

/** A stack file with them, where somebody wrote the secrets down in clear. */
function stackFile(name: string, change: Record<string, unknown> = {}): string {
  const path = join(folder, `Pulumi.${name}.yaml`);
  writeFileSync(path, stringify({ config: settings(change) }));
  return path;
}

/** Everything that a command prints. */
const printed = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const command = [join(root, "cli", "with-packages.mjs"), "cli/main.ts", ...args];
    execFile(process.execPath, command, { cwd: root, maxBuffer: 1e8 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });

test("the search finds a secret in each of its forms", () => {
  const [secret = ""] = markers;
  for (const text of [
    secret,
    Buffer.from(`before ${secret} behind`).toString("base64"),
    `https://example.com/?secret=${encodeURIComponent(secret)}`,
    JSON.stringify({ secret }),
    JSON.stringify(JSON.stringify({ secret })),
  ])
    expect({ text, leaked: leaked(text) }).toEqual({ text, leaked: [secret] });
});

test("no secret that the program was given is in a plan, in any format", async () => {
  const config = Object.fromEntries(
    Object.entries(settings()).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const planned = await planStack("dev", config);
  const sources = new Map([["dev", { stack: "dev", config }]]);
  const document = planDocument({ planned: [planned], faults: [], sources }, "2026-11-21");
  for (const text of [
    JSON.stringify(planned.resources),
    JSON.stringify(planned.outputs),
    JSON.stringify(document),
    planText(document),
    planMarkdown(document),
  ])
    expect(leaked(text)).toEqual([]);
  expect(planText(document)).toContain("marker19: set; for");
  expect(JSON.stringify(planned.resources).split('"[secret]"').length).toBeGreaterThan(20);
});

test.each(["text", "json", "markdown"])(
  "no secret in clear is in the refusal of a plan as %s",
  async (format) => {
    const change = { network: { ipRange: 7 }, database: { size: "db" } };
    const text = await printed(["plan", "--stack-file", stackFile("wrong", change), "--format", format]);
    expect(text).toContain("stack wrong has invalid settings:");
    expect(text).toContain("marker19: must not be in plain text");
    expect(leaked(text)).toEqual([]);
  },
);

test("no secret in clear is in the refusal of a cost", async () => {
  const file = stackFile("cost");
  const texts = await Promise.all([
    printed(["cost", "diff", "production", file]),
    printed(["cost", "diff", "production", file, "--format", "json"]),
  ]);
  expect(texts.filter((text) => !text.includes("marker19: must not be in plain text"))).toEqual([]);
  expect(leaked(texts.join("\n"))).toEqual([]);
});
