import { rmSync } from "node:fs";
import { join } from "node:path";
import { defaultProduct } from "../../components/default-product.ts";
import { markerNames, markers } from "../support/marked-secrets.ts";
import type { Slipway } from "../support/slipway.ts";

/** Blocks of a stack file that take the marked secrets: variables of the API, and a secret of GitHub's environment. */
export function markedBlocks(): Record<string, unknown> {
  const api = defaultProduct.app.services["tinkertools-api"];
  const [delivered, ...variables] = markerNames;
  const secrets = Object.fromEntries(variables.map((secret) => [secret.toUpperCase(), { secret }]));
  return {
    "slipway:app": {
      ...defaultProduct.app,
      services: { "tinkertools-api": { ...api, environment: { ...api.environment, ...secrets } } },
    },
    "slipway:delivery": {
      ...defaultProduct.delivery,
      secrets: { EXTRA: { secret: delivered } },
    },
  };
}

/** Sets the marked secrets on this machine. */
export async function setMarkers(slipway: Slipway, configFile: string): Promise<void> {
  for (const [index, name] of markerNames.entries()) {
    const { exitCode, stderr } = await slipway.run(["local", "secret", name, "--stack-file", configFile], {
      input: markers[index] ?? "",
      sharesProcess: true,
    });
    if (exitCode !== 0) throw new Error(stderr);
  }
}

/** What every command prints of a stack that is up, in every format, by the command. */
export async function everyOutput(slipway: Slipway, configFile: string): Promise<Map<string, string>> {
  const preview = join(slipway.home, "preview.json");
  const wrong = join(slipway.home, "no such stack file");
  const { cloud } = (await slipway.json(["local", "status"])) as {
    cloud: { endpoints: Record<string, string> };
  };
  const environment = {
    GITHUB_TOKEN: "t",
    DIGITALOCEAN_TOKEN: "t",
    GITHUB_API_URL: cloud.endpoints["github"] ?? "",
    DIGITALOCEAN_API_URL: cloud.endpoints["digitalocean"] ?? "",
  };
  const own = ["--stack-file", configFile];
  const given = ["--preview", `dev=${preview}`, "--stack-file", `dev=${configFile}`];
  const commands = [
    ["local", "preview", ...own, "--engine-json", preview],
    ["local", "preview", "--stack-file", wrong, "--json"],
    ["local", "status"],
    ["local", "status", "--json"],
    ["local", "log"],
    ["local", "log", "--json"],
    ["local", "logs", "--lines", "999999"],
    ...["text", "json", "markdown"].map((format) => ["plan", ...own, "--format", format]),
    ...["markdown", "json", "html"].map((format) => ["report", ...given, "--format", format]),
    ...[[], ["--json"]].map((json) => ["guard", ...given, ...json]),
    ...["text", "json"].map((format) => ["cost", "diff", "dev", configFile, "--format", format]),
    ...[
      ["secrets", "check", "--local", "--stack", "dev", ...own],
      ["drift", "--local", "--stack", "dev"],
      ["status", "--local", "--stack", "dev"],
      ["release", "show", "--stack", "dev", "--stack-file", configFile],
      ["backup", "list", "--local", "--stack", "dev"],
    ].flatMap((command) => [command, [...command, "--json"]]),
  ];
  const printed = new Map<string, string>();
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await slipway.run(command, { environment, sharesProcess: true });
    if (exitCode !== (command.includes(wrong) ? 1 : 0)) throw new Error(`${command.join(" ")}: ${stderr}`);
    printed.set(command.join(" "), stdout + stderr);
  }
  rmSync(preview);
  return printed;
}
