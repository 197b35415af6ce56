import { expect, test } from "@jest/globals";
import { answerLimit, withoutAccounts } from "../../local/environment.ts";

test("what belongs to real accounts and to a real engine stays outside", () => {
  expect(
    withoutAccounts({
      PATH: "/bin",
      HOME: "/home/ada",
      PULUMI_HOME: "/home/ada/.pulumi",
      PULUMI_CONFIG_PASSPHRASE: "wrong",
      PULUMI_BACKEND_URL: "s3://real",
      AWS_PROFILE: "production",
      AWS_ACCESS_KEY_ID: "AKIA",
      DIGITALOCEAN_TOKEN: "dop_v1",
      SPACES_SECRET_ACCESS_KEY: "key",
      GITHUB_OWNER: "other",
      GH_TOKEN: "ghp",
      AWSOME: "stays",
    }),
  ).toEqual({ PATH: "/bin", HOME: "/home/ada", PULUMI_HOME: "/home/ada/.pulumi", AWSOME: "stays" });
});

test("an answer may take as long as SLIPWAY_API_TIMEOUT says, in seconds", () => {
  const limits = [undefined, "", "15", "0.25"].map((given) => answerLimit({ SLIPWAY_API_TIMEOUT: given }));
  expect(limits).toEqual([undefined, undefined, 15_000, 250]);
  for (const given of ["0", "soon", "-1", "1000"])
    expect(() => answerLimit({ SLIPWAY_API_TIMEOUT: given })).toThrow(
      "SLIPWAY_API_TIMEOUT must be seconds, such as 15",
    );
});
