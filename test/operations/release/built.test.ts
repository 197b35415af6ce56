import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { builtOf, proposalText, propose } from "../../../operations/release/propose.ts";
import { type PrunePlace, prune, prunedText } from "../../../operations/release/prune.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { type LocalGitHub, localGitHub } from "../../local/apis/github/server.ts";
import { stackText } from "./bench.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const now = () => new Date("2026-11-21T10:00:00Z");

describe("what was built", () => {
  const root = "/repos/octo-org/shop";
  const commit = "c".repeat(40);
  let gitHub: LocalGitHub;
  beforeAll(async () => {
    gitHub = await localGitHub();
    await put("main", stackText("staging"));
  });
  afterAll(async () => expect(await gitHub.close()).toEqual([]));

  const put = async (branch: string, text: string) =>
    await gitHub.ask("PUT", `${root}/contents/Pulumi.staging.yaml`, {
      message: "x",
      content: Buffer.from(text).toString("base64"),
      branch,
    });
  const fileAt = async (branch: string): Promise<string> => {
    const { body } = await gitHub.ask("GET", `${root}/contents/Pulumi.staging.yaml?ref=${branch}`);
    return Buffer.from((body as { content: string }).content, "base64").toString();
  };
  const place = () => ({
    access: { endpoint: gitHub.url, token: "t0ken" },
    repository: "octo-org/shop",
    base: "main",
    stack: "staging",
  });
  const built = builtOf([`api=${digest("b")}`], commit, "1.4.2");

  test("gets a pull request that changes its release and nothing else", async () => {
    const before = await fileAt("main");
    const proposal = await propose(place(), built, now);
    expect(proposalText(proposal)).toBe(`1.4.2 is proposed to staging by ${proposal.pull?.url}\n`);
    const { body } = await gitHub.ask("GET", `${root}/pulls/${proposal.pull?.number}`);
    expect(body).toMatchObject({
      title: "Release 1.4.2 to staging",
      body: `Built from commit ${commit}.\n\n- api ${digest("b").slice(0, 19)}\n- site commit ${commit.slice(0, 12)}\n`,
      head: { ref: `slipway/release-staging-${commit.slice(0, 12)}` },
      base: { ref: "main" },
    });
    const after = settingsOfText("staging", await fileAt(`slipway/release-staging-${commit.slice(0, 12)}`));
    const { release, ...rest } = after;
    const { release: _, ...same } = settingsOfText("staging", before);
    expect(rest).toEqual(same);
    expect(release).toEqual({
      version: "1.4.2",
      commit,
      builtAt: "2026-11-21T10:00:00Z",
      images: { api: digest("b") },
    });
  });

  test("gets the same pull request again, with the same text", async () => {
    const branch = `slipway/release-staging-${commit.slice(0, 12)}`;
    const before = await fileAt(branch);
    const later = () => new Date("2026-11-21T11:00:00Z");
    const proposal = await propose(place(), built, later);
    expect(proposalText(proposal)).toMatch(
      /^1\.4\.2 is proposed to staging by \S+, which was open already\n$/,
    );
    expect(await fileAt(branch)).toBe(before);
  });

  test("is there already once that is merged", async () => {
    const { pull } = await propose(place(), built, now);
    await gitHub.ask("PUT", `${root}/pulls/${pull?.number}/merge`);
    expect(proposalText(await propose(place(), built, now))).toBe(
      "staging is configured with 1.4.2 already\n",
    );
  });

  test("is refused for a component that the stack does not run, and where the file is not", async () => {
    const strange = builtOf([`web=${digest("b")}`], commit, undefined);
    await expect(propose(place(), strange, now)).rejects.toThrow(
      "--digest web must be a component of Pulumi.staging.yaml that runs an image: api",
    );
    await expect(propose({ ...place(), stack: "production" }, built, now)).rejects.toThrow(
      "octo-org/shop must have the file Pulumi.production.yaml on main",
    );
  });
});

describe("old images", () => {
  const old = "2020-01-01T00:00:00Z";
  const version = (id: number, letter: string, tags: string[], created_at = old) => ({
    id,
    name: digest(letter),
    created_at,
    metadata: { package_type: "container", container: { tags } },
  });
  const versions = [
    version(1, "a", ["1"]),
    version(2, "b", ["2"]),
    version(3, "c", ["3"], "2026-11-01T00:00:00Z"),
    version(4, "d", ["4"]),
    version(5, "e", []),
    version(6, "f", [`sha256-${"b".repeat(64)}`]),
  ];
  let records: unknown[];
  let asked: string[];
  let isOrganization: boolean;
  const fetched = globalThis.fetch;
  beforeAll(() => {
    globalThis.fetch = async (input, init) => {
      const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? "GET";
      asked.push(`${method} ${pathname}`);
      const answer = (status: number, body: unknown) =>
        new Response(status === 204 ? null : JSON.stringify(body), {
          status,
          headers: { "content-type": "application/json" },
        });
      const isFirst = searchParams.get("page") === "1";
      if (pathname === "/repos/octo-org/shop/deployments") return answer(200, isFirst ? records : []);
      const owner = isOrganization ? "orgs" : "users";
      if (!pathname.startsWith(`/${owner}/octo-org/packages/container/shop-api/versions`))
        return answer(404, { message: "Not Found" });
      return method === "DELETE" ? answer(204, undefined) : answer(200, isFirst ? versions : []);
    };
  });
  afterAll(() => {
    globalThis.fetch = fetched;
  });
  beforeEach(() => {
    asked = [];
    isOrganization = true;
    records = [{ id: 1, payload: { components: { api: { digest: digest("a") } } } }];
  });
  const place = (): PrunePlace => ({
    access: { endpoint: "https://github.example", token: "t0ken" },
    settings: settingsOfText("staging", stackText("staging")),
    files: [`images: { api: ${digest("d")} }`],
    now,
  });
  const deletions = () => asked.filter((one) => one.startsWith("DELETE"));

  test.each([true, false])(
    "go where no record and no stack file names them, and nothing else; of an organization: %s",
    async (isOne) => {
      isOrganization = isOne;
      const pruned = await prune(place(), 90, false);
      expect(prunedText(pruned)).toBe(
        `octo-org/shop-api@${digest("b")} of ${old}\n1 image deleted: older than 90 days and none of the 2 that are needed\n`,
      );
      const owner = isOne ? "orgs" : "users";
      expect(deletions()).toEqual([`DELETE /${owner}/octo-org/packages/container/shop-api/versions/2`]);
    },
  );

  test("stay while it is dry", async () => {
    expect(prunedText(await prune(place(), 90, true))).toContain("1 image would be deleted: older than");
    expect(deletions()).toEqual([]);
  });

  test("stay where no record can be read", async () => {
    records = [];
    await expect(prune(place(), 90, false)).rejects.toThrow(
      "no release recorded in octo-org/shop names an image: nothing is deleted",
    );
    expect(asked).toEqual(["GET /repos/octo-org/shop/deployments"]);
  });
});
