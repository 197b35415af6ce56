import { describe, expect, test } from "@jest/globals";
import { Network } from "../../components/network.ts";
import { outputValue, register, resourceList, resourceNamed } from "../support/mocks.ts";

const vpc = "digitalocean:index/vpc:Vpc";

describe("Network", () => {
  test("is a VPC in the data centre beside the app's region", async () => {
    const { built, resources } = await register(
      (options) => new Network("tinkertools-network", { region: "sfo", ipRange: "10.30.0.0/20" }, options),
      { stack: "production" },
    );
    expect(resourceList(resources)).toEqual([
      `${vpc} tinkertools-network`,
      "slipway:index:Network tinkertools-network",
    ]);
    const { inputs, options } = resourceNamed(resources, "tinkertools-network", vpc);
    expect(inputs).toEqual({
      name: "tinkertools-network-production",
      region: "sfo3",
      ipRange: "10.30.0.0/20",
    });
    expect(options.parent).toBe(built);
    expect(await outputValue(built.id)).toBe("tinkertools-network-id");
    expect(await outputValue(built.ipRange)).toBe("10.30.0.0/20");
  });

  test("leaves the choice of addresses to the platform where none are set", async () => {
    const { resources } = await register((options) => new Network("net", { region: "nyc" }, options));
    expect(resourceNamed(resources, "net", vpc).inputs).toEqual({ name: "net-dev", region: "nyc1" });
  });

  test("fails before it registers anything", () => {
    expect(() => new Network("net", { region: "nyc", ipRange: "10.30.1.0/20" })).toThrow(
      "net has invalid settings:\n  ipRange: must start at the first address of its range; did you mean 10.30.0.0/20?",
    );
  });

  test("wants a region that the platform has", () => {
    const build = (options: object) =>
      // @ts-expect-error nyc1 is a data centre, and apps are asked for by region
      new Network("net", { region: "nyc1" }, options);
    expect(build).toBeInstanceOf(Function);
  });
});
