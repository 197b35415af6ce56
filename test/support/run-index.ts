import * as pulumi from "@pulumi/pulumi";
import { secretsAskedFor } from "../../components/config.ts";
import { readStackFile } from "../../operations/stack-file.ts";
import { setMockWorld } from "./mocks.ts";

/** Runs the program of a stack under mocks, with made-up secrets, up to its full graph. */
export async function runIndex(stack: string): Promise<number> {
  const file = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
  const { values } = readStackFile(file.pathname, "slipway");
  const secrets = secretsAskedFor(values).filter(({ optional }) => !optional);
  const resources = await setMockWorld({
    stack,
    outputs: { "pulumi:pulumi:StackReference": { outputs: {}, secretOutputNames: [] } },
    calls: {
      "github:index/getTeam:getTeam": () => ({ id: "1" }),
      "github:index/getUser:getUser": () => ({ id: "1" }),
    },
  });
  const config = {
    ...values,
    ...Object.fromEntries(secrets.map(({ name }) => [`slipway:${name}`, `made-up-${name}`])),
  };
  pulumi.runtime.setAllConfig(
    config,
    secrets.map(({ name }) => `slipway:${name}`),
  );
  await import("../../index.ts");
  await pulumi.runtime.disconnect();
  return resources.length;
}
