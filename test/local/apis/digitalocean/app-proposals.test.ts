import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Answer,
  appSpec,
  deployedApp,
  type LocalDigitalOcean,
  localDigitalOcean,
  serviceSpec,
} from "./server.ts";

let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const github = { repo: "octo/shop", branch: "main" };

describe("what an app can be made of", () => {
  test("is listed: sizes and regions", async () => {
    const { instance_sizes: sizes } = (await cloud.ask("GET", "/v2/apps/tiers/instance_sizes")).body;
    expect(sizes).toHaveLength(14);
    expect(sizes[0]).toEqual({
      name: "Shared 1VCPU 0.5GB",
      slug: "apps-s-1vcpu-0.5gb",
      cpu_type: "SHARED",
      cpus: "1",
      memory_bytes: "536870912",
      usd_per_month: "5.00",
      usd_per_second: "0.000002066799",
      tier_slug: "basic",
      single_instance_only: true,
      bandwidth_allowance_gib: "50",
    });
    const one = await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/apps-d-8vcpu-32gb");
    expect(one.body.instance_size).toMatchObject({ scalable: true, usd_per_second: "0.000162037037" });
    expect(
      (await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/basic-xxs")).body.instance_size,
    ).toMatchObject({
      slug: "basic-xxs",
      deprecation_intent: true,
    });
    expect((await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/huge")).status).toBe(404);
    expect((await cloud.ask("GET", "/v2/apps/regions")).body.regions).toHaveLength(10);
  });

  test("is checked and priced before it is used", async () => {
    const propose = async (spec: unknown): Promise<Answer> => cloud.ask("POST", "/v2/apps/propose", { spec });
    const services = [{ ...serviceSpec, instance_size_slug: "apps-s-1vcpu-1gb", instance_count: 2 }];
    const { status, body } = await propose({ ...appSpec, services, databases: [{ name: "dev" }] });
    expect([status, body.app_cost, body.app_name_available, body.app_is_static]).toEqual([
      200,
      31,
      true,
      false,
    ]);
    expect((await cloud.ask("GET", "/v2/apps")).body.meta.total).toBe(0);
    await deployedApp(cloud);
    expect((await propose(appSpec)).body).toMatchObject({
      app_name_available: false,
      app_name_suggestion: "shop-dev-2",
    });
    const { id } = (await cloud.ask("GET", "/v2/apps")).body.apps[0];
    expect(
      (await cloud.ask("POST", "/v2/apps/propose", { spec: appSpec, app_id: id })).body.app_name_available,
    ).toBe(true);
    const site = { name: "static", static_sites: [{ name: "site", github }] };
    expect((await propose(site)).body).toMatchObject({ app_cost: 0, app_is_static: true });
    expect((await propose({ ...appSpec, services: [] })).status).toBe(400);
  });
});
