import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { freeRange, overlaps, rangeFault } from "../../../../local/apis/digitalocean/vpc-ranges.ts";
import {
  type Answer,
  appSpec,
  deployedApp,
  type LocalDigitalOcean,
  localDigitalOcean,
  onlineCluster,
} from "./server.ts";

let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const create = (body: Record<string, unknown>): Promise<Answer> =>
  cloud.ask("POST", "/v2/vpcs", { name: "shop", region: "nyc1", ...body });

describe("a network", () => {
  test("shows what was asked for", async () => {
    const { status, body } = await create({ ip_range: "10.30.0.0/20", description: "of the shop" });
    expect(status).toBe(201);
    expect(body.vpc).toEqual({
      id: expect.any(String),
      urn: `do:vpc:${body.vpc.id}`,
      name: "shop",
      description: "of the shop",
      region: "nyc1",
      ip_range: "10.30.0.0/20",
      default: false,
      created_at: expect.any(String),
    });
    expect((await cloud.ask("GET", `/v2/vpcs/${body.vpc.id}`)).body).toEqual(body);
  });

  test("is renamed by PUT and PATCH, its range stays", async () => {
    const { vpc } = (await create({ ip_range: "10.30.0.0/20" })).body;
    const put = (
      await cloud.ask("PUT", `/v2/vpcs/${vpc.id}`, { name: "b", description: "c", default: false })
    ).body;
    expect(put.vpc).toEqual({ ...vpc, name: "b", description: "c" });
    expect((await cloud.ask("PATCH", `/v2/vpcs/${vpc.id}`, { name: "d" })).body.vpc.name).toBe("d");
  });

  test("becomes the default of its region in place of the one before", async () => {
    const { private_network_uuid: before } = await onlineCluster(cloud);
    const { vpc } = (await create({})).body;
    await cloud.ask("PATCH", `/v2/vpcs/${vpc.id}`, { default: true });
    expect((await cloud.ask("GET", `/v2/vpcs/${before}`)).body.vpc.default).toBe(false);
    const refused = await cloud.ask("DELETE", `/v2/vpcs/${vpc.id}`);
    expect([refused.status, refused.body.message]).toEqual([403, "Can not delete a default VPC"]);
  });

  test("lists its members and cannot be deleted before they are", async () => {
    const { vpc } = (await create({})).body;
    const { id } = await onlineCluster(cloud, { private_network_uuid: vpc.id });
    const app = await deployedApp(cloud, { ...appSpec, vpc: { id: vpc.id } });
    const { members } = (await cloud.ask("GET", `/v2/vpcs/${vpc.id}/members`)).body;
    expect(members.map((member: { urn: string }) => member.urn)).toEqual([
      `do:dbaas:${id}`,
      `do:app:${app.id}`,
    ]);
    const refused = await cloud.ask("DELETE", `/v2/vpcs/${vpc.id}`);
    expect([refused.status, refused.body.message]).toEqual([403, "Can not delete VPC with members"]);
    await cloud.ask("DELETE", `/v2/databases/${id}`);
    await cloud.ask("DELETE", `/v2/apps/${app.id}`);
    expect((await cloud.ask("DELETE", `/v2/vpcs/${vpc.id}`)).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/vpcs/${vpc.id}`)).status).toBe(404);
  });

  test.each([
    [{ region: "nyc" }, 'region: "nyc" is not available'],
    [{ name: "a b" }, "name: must contain only letters, numbers, dashes and periods"],
    [{ ip_range: "10.30.0.0" }, 'ip_range: "10.30.0.0" must be in CIDR notation, for example 10.10.10.0/24'],
    [
      { ip_range: "10.30.0.0/29" },
      'ip_range: "10.30.0.0/29" must not be smaller than /28 nor larger than /16',
    ],
    [
      { ip_range: "8.8.0.0/20" },
      'ip_range: "8.8.0.0/20" must be in a range of private addresses as defined in RFC1918',
    ],
  ])("fails for %j", async (wrong, message) => {
    const { status, body } = await create(wrong);
    expect([status, body.message]).toEqual([422, message]);
  });

  test("fails for a name that is taken and for a range that overlaps", async () => {
    await create({ ip_range: "10.30.0.0/20" });
    const second = (await create({ name: "b", ip_range: "10.30.15.0/24" })).body;
    expect(second.message).toBe("This range/size overlaps with another VPC network in your account");
    expect((await create({})).body.message).toBe('name: a VPC named "shop" already exists');
    const { vpc } = (await create({ name: "b" })).body;
    expect((await cloud.ask("PATCH", `/v2/vpcs/${vpc.id}`, { name: "shop" })).body.message).toBe(
      'name: a VPC named "shop" already exists',
    );
  });
});

describe("ranges", () => {
  test("that are given out are allowed and overlap none before them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        const ranges: string[] = [];
        for (let index = 0; index < count; index++) {
          const range = freeRange(ranges);
          expect(rangeFault(range)).toBeUndefined();
          expect(ranges.some((other) => overlaps(other, range))).toBe(false);
          ranges.push(range);
        }
      }),
      { numRuns: 10 },
    );
  });

  test("fail when none is left", () => {
    expect(() => freeRange(["10.100.0.0/14"])).toThrow("10.100.0.0/14 must have a free /20");
  });
});
